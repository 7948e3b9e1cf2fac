"""What the emulated recogniser hears: words with their places in the sound. Pure.

Sound that spells its text (`voiced.testing.fakes.spelling`) is read, so that whoever hears it again hears the same.
With a script, any other sound says its lines: see `voiced.testing.emulator.prompter`. Where a recogniser listens
(`voiced.testing.emulator.hear`), the sound of the phrase under way is kept until it has said the words.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voiced.audio import dbfs
from voiced.audio.g711 import encode
from voiced.testing.emulator.hear import AGAIN, LEAD, LEAST, PAUSE, spread
from voiced.testing.emulator.prompter import AUDIBLE, Prompter
from voiced.testing.fakes.spelling import CHARACTER, Reader

RATE = 8000
STEP = CHARACTER // 13
"""Samples that are looked at together: 5 ms."""
APART = 0.3
"""Seconds of silence between two utterances of a script."""
LONGEST = 12.0
"""Seconds of a phrase after which a recogniser listens to it whatever follows."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One word, where it stood (seconds)."""

    text: str
    start: float
    end: float


class Ear:
    """Hears one session, in `encoding` (as Speechmatics names it) at `rate`: 8000, or 16000 for linear sound.

    `listened`: a recogniser will give the words; `phrase` is what it has to listen to (mu-law, 8 kHz).
    """

    def __init__(
        self, encoding: str = "mulaw", rate: int = RATE, prompter: Prompter | None = None, *, listened: bool = False
    ) -> None:
        self.now = 0.0
        self.silence = APART
        """Seconds since the last sound."""
        self.words: list[Spoken] = []
        self.guessed: tuple[Spoken, ...] = ()
        """Words of the phrase under way, for the moment."""
        self.phrase = bytearray()
        self.listened = listened
        self._loud, self._looked, self._first, self._last = 0.0, 0.0, 0.0, 0.0
        self._encoding, self._every = encoding, rate // RATE
        self._prompter = prompter
        self._reader = Reader()
        self._rest = b""
        self._letters, self._start, self._end = "", 0.0, 0.0

    def feed(self, data: bytes) -> None:
        """Take sound."""
        data = self._rest + self._mulaw(data)
        whole = len(data) - len(data) % STEP
        self._rest = data[whole:]
        for at in range(0, whole, STEP):
            self._step(data[at : at + STEP])

    def flush(self) -> None:
        """Take the word under way for whole; in a pause, the script's line too: voices may be faster."""
        if self._prompter is not None and self._prompter.under_way:
            for letter in self._prompter.end() if self.silence > 0 else self._prompter.whole_word():
                self._letter(letter)
        self._close()

    @property
    def phrased(self) -> bool:
        """Whether there is a phrase to listen to."""
        return self._loud >= LEAST

    @property
    def ripe(self) -> bool:
        """Whether the phrase under way is over, or long enough."""
        return self.phrased and (self.silence >= PAUSE or len(self.phrase) >= LONGEST * RATE)

    @property
    def grown(self) -> bool:
        """Whether the phrase under way is worth another look."""
        return self._loud - self._looked >= AGAIN

    def guess(self, text: str) -> None:
        """Take what the phrase under way seems to be."""
        self._looked, self.guessed = self._loud, self._placed(text)

    def understand(self, text: str) -> None:
        """Take what the phrase was; the next begins."""
        self.words += self._placed(text)
        self.guessed, self._loud, self._looked = (), 0.0, 0.0
        self.phrase.clear()

    def _placed(self, text: str) -> tuple[Spoken, ...]:
        return tuple(Spoken(*word) for word in spread(text, self._first, self._last))

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
        self.now += STEP / RATE
        loud = dbfs(piece, "mulaw") > AUDIBLE
        if self.listened:
            self._keep(piece, loud=loud)
            return
        for letter in self._reader.feed(piece) if self._prompter is None else self._told(self._prompter, loud=loud):
            self._letter(letter)
        self.silence = 0.0 if loud else self.silence + STEP / RATE
        if not loud and self._prompter is None:
            self._close()

    def _keep(self, piece: bytes, *, loud: bool) -> None:
        """Keep what a recogniser will listen to: the phrase under way, with a little silence before it."""
        self.silence = 0.0 if loud else self.silence + STEP / RATE
        self.phrase += piece
        if loud:
            self._first = self._first if self._loud else self.now - STEP / RATE
            self._loud, self._last = self._loud + STEP / RATE, self.now
        elif not self.phrased and self.silence >= PAUSE:
            self._loud = 0.0
            del self.phrase[: -round(LEAD * RATE)]

    def _letter(self, letter: str) -> None:
        if letter == " ":
            self._close()
            return
        if not self._letters:
            self._start = self.now - CHARACTER / RATE
        self._letters += letter
        self._end = self.now

    def _told(self, prompter: Prompter, *, loud: bool) -> str:
        """Return what the script says by now."""
        if loud and self.silence >= APART:
            prompter.begin()
        if prompter.under_way and not loud and self.silence >= APART:
            return prompter.end() + " "
        return prompter.hear(STEP / RATE) if loud else ""
