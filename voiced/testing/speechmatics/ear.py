"""What the emulated recogniser hears: words with their places in the sound. Pure.

Sound that spells its text (`voiced.testing.fakes.spelling`) is read, so that whoever hears it again hears the same.
With `lines`, each utterance of any other sound says the next of them, at the pace of speech.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from voiced.audio import dbfs
from voiced.audio.g711 import encode
from voiced.testing.fakes.spelling import CHARACTER, Reader

RATE = 8000
STEP = CHARACTER // 13
"""Samples that are looked at together: 5 ms."""
AUDIBLE = -62.0
"""dBFS: less is silence."""
APART = 0.3
"""Seconds of silence between two utterances of a script."""
PACE = 15.0
"""Characters a second of what the script says."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One word, where it stood (seconds)."""

    text: str
    start: float
    end: float


class Ear:
    """Hears one session, in `encoding` (as Speechmatics names it) at `rate`: 8000, or 16000 for linear sound."""

    def __init__(self, encoding: str = "mulaw", rate: int = RATE, lines: Iterator[str] | None = None) -> None:
        self.now = 0.0
        self.silence = APART
        """Seconds since the last sound."""
        self.words: list[Spoken] = []
        self._encoding, self._every = encoding, rate // RATE
        self._lines = lines
        self._reader = Reader()
        self._rest = b""
        self._letters, self._start, self._end = "", 0.0, 0.0
        self._line: list[str] = []
        self._due = 0.0

    def feed(self, data: bytes) -> None:
        """Take sound."""
        data = self._rest + self._mulaw(data)
        whole = len(data) - len(data) % STEP
        self._rest = data[whole:]
        for at in range(0, whole, STEP):
            self._step(data[at : at + STEP])

    def flush(self) -> None:
        """Take the word under way for whole; in a pause, the script's line too: voices may be faster."""
        if self._line and self.silence > 0:
            rest, self._line = self._line, []
            for letter in [*rest, " "]:
                self._letter(letter)
        self._close()

    def _close(self) -> None:
        if self._letters:
            self.words.append(Spoken(self._letters, round(self._start, 3), round(self._end, 3)))
            self._letters = ""

    def _mulaw(self, data: bytes) -> bytes:
        if self._encoding == "mulaw":
            return data
        if self._encoding == "pcm_f32le":
            sound = (np.frombuffer(data, "<f4") * 32767).astype(np.int16)
        else:
            sound = np.frombuffer(data, "<i2").astype(np.int16)
        return encode(sound[:: self._every], "mulaw")

    def _step(self, piece: bytes) -> None:
        before, self.now = self.now, self.now + STEP / RATE
        loud = dbfs(piece, "mulaw") > AUDIBLE
        for letter in self._reader.feed(piece) if self._lines is None else self._told(before, loud=loud):
            self._letter(letter)
        self.silence = 0.0 if loud else self.silence + STEP / RATE
        if not loud and self._lines is None:
            self._close()

    def _letter(self, letter: str) -> None:
        if letter == " ":
            self._close()
            return
        if not self._letters:
            self._start = self.now - CHARACTER / RATE
        self._letters += letter
        self._end = self.now

    def _told(self, before: float, *, loud: bool) -> str:
        """Return what the script says by now."""
        assert self._lines is not None
        if loud and self.silence >= APART:
            self._line, self._due = list(next(self._lines, "")), before
        if not loud and self.silence >= APART and self._line:
            rest, self._line = "".join(self._line), []
            return rest + " "
        count = int((self.now - self._due) * PACE) if self._line else 0
        self._due += count / PACE if count else 0.0
        told, self._line = self._line[:count], self._line[count:]
        return "".join(told) + (" " if told and not self._line else "")
