"""What the caller said since the last final: the sound worth recognising, where it stands in time. Pure.

Silence before the first word and long silence after the last are not kept, so memory is bounded by speech alone; an
utterance too long for the recogniser is cut at its quietest place. Offsets are bytes of mu-law at 8 kHz, which are
samples; times are seconds of the call's stream.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from voiced.audio.g711 import decode

RATE = 8000
FRAME = 160
"""Samples of a frame: 20 ms."""
LEAD = 0.8
"""Seconds kept before the first word; with 0.3 the first word was misheard a little more often."""
TAIL = 0.3
"""Seconds given to the recogniser after the last word."""
HOLD = 1.0
"""Seconds of silence kept after speech; more is left out."""
LEAST = 0.06
"""Seconds that a detector must call speech before any of it is believed."""
MOST = 28.0
"""Seconds of sound at which an utterance is cut."""
_SEARCH = 0.5
"""The part at the end of a long utterance in which the place to cut it is looked for."""
_BREATH = 0.2
"""Seconds of quiet that a good place to cut has around it."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What the recogniser made of an utterance's first `upto` samples of speech; `quick`: at a glance, for interims."""

    text: str
    confidence: float
    upto: int
    quick: bool = False


@dataclass(slots=True, eq=False)
class Utterance:
    """One utterance, growing."""

    sound: bytearray = field(default_factory=bytearray)
    speech_end: int = 0
    """Offset after the last frame of speech."""
    voiced: float = 0.0
    """Seconds of frames that held speech."""
    quiet: float = 0.0
    """Seconds since the last of them."""
    start: float = 0.0
    end: float = 0.0
    """Where the first and the last word stand in the stream, in seconds."""
    cuts: int = 0
    """How many parts were cut off."""
    texts: list[str] = field(default_factory=list)
    """What was heard in them."""
    hypothesis: Hypothesis | None = None

    @property
    def spoke(self) -> bool:
        """Whether there is speech in it."""
        return self.voiced >= LEAST

    @property
    def known(self) -> bool:
        """Whether the hypothesis is good enough for a final, and covers all speech so far."""
        found = self.hypothesis
        return found is not None and not found.quick and found.upto >= self.speech_end

    @property
    def text(self) -> str:
        """Everything heard in it so far."""
        last = self.hypothesis.text if self.hypothesis else ""
        return " ".join(text for text in (*self.texts, last) if text)

    def feed(self, frame: bytes, voiced: bool, now: float) -> None:  # noqa: FBT001 - the detector's answer
        """Take the next frame of sound, which ends at `now` seconds of the stream."""
        seconds = len(frame) / RATE
        if voiced:
            if not self.voiced:
                self.start = now - seconds
            self.voiced += seconds
            self.quiet = 0.0
            self.end = now
            self.sound += frame
            self.speech_end = len(self.sound)
            return
        self.quiet += seconds
        if not self.voiced or self.quiet < HOLD + 1 / RATE:
            self.sound += frame
        self._forget_silence()

    def _forget_silence(self) -> None:
        if self.voiced < LEAST and self.quiet > HOLD:  # a click, not a word
            self.voiced, self.speech_end = 0.0, 0
        if not self.voiced:
            del self.sound[: max(0, len(self.sound) - round(LEAD * RATE))]

    def speech(self) -> bytes:
        """Return the sound to recognise: all speech so far and a little after it."""
        return bytes(self.sound[: self.speech_end + round(TAIL * RATE)])

    @property
    def overlong(self) -> bool:
        """Whether it must be cut."""
        return len(self.sound) >= MOST * RATE

    def cut(self) -> bytes:
        """Cut off and return its first part, up to the quietest place in its second half."""
        samples = decode(bytes(self.sound), "mulaw").astype(np.float64)
        frames = len(samples) // FRAME
        energy = (samples[: frames * FRAME].reshape(frames, FRAME) ** 2).mean(axis=1)
        width = round(_BREATH * RATE / FRAME)
        smooth = np.convolve(energy, np.ones(width), "same")
        first = int(frames * _SEARCH)
        place = (first + int(smooth[first : frames - width].argmin())) * FRAME
        head = bytes(self.sound[:place])
        del self.sound[:place]
        self.speech_end = max(0, self.speech_end - place)
        self.hypothesis = None
        self.cuts += 1
        return head


Detector = Callable[[bytes], bool]
"""Says whether a frame of 20 ms (mu-law, 8 kHz) holds speech."""


class Listener:
    """Cuts packets into frames, asks a detector about each, and keeps the utterance of the moment."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._rest = b""
        self.now = 0.0
        """Seconds of the stream so far."""
        self.utterance = Utterance()

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the stream (mu-law, 8 kHz)."""
        data = self._rest + data
        whole = len(data) // FRAME * FRAME
        for start in range(0, whole, FRAME):
            frame = data[start : start + FRAME]
            self.now += FRAME / RATE
            self.utterance.feed(frame, self._detector(frame), self.now)
        self._rest = data[whole:]

    def take(self) -> Utterance:
        """Return the utterance of the moment and begin the next."""
        taken = self.utterance
        self.utterance = Utterance()
        if not taken.spoke:  # its last sound may be the breath before a word
            self.utterance.sound += taken.sound[-round(LEAD * RATE) :]
        return taken
