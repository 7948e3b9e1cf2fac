"""The script that an emulated caller and an emulated recogniser share: what is said, and how far it has come. Pure.

Only sound that can be heard moves a line on. A caller who pauses within a line is in the same line after the pause,
and silence that a client puts into its sound changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voiced.audio import AudioFormat, dbfs

AUDIBLE = -62.0
"""dBFS: less is silence."""
PACE = 15.0
"""Characters a second of a line whose length nobody knows."""
STEP = 0.02
LAST = 0.12
"""Seconds before its end from which a line has been said: frames are not cut where sound begins."""


@dataclass(frozen=True, slots=True)
class Said:
    """A line, and for how many seconds its sound can be heard."""

    text: str
    audible: float


def said(text: str, sound: bytes, format: AudioFormat) -> Said:
    """Return the line that `sound` speaks."""
    size = format.size(STEP)
    loud = sum(dbfs(sound[at : at + size], format.encoding) > AUDIBLE for at in range(0, len(sound), size))
    return Said(text, loud * STEP)


class Prompter:
    """Says how much of the script has been spoken. A line that is a mere text lasts as long as its utterance."""

    def __init__(self, lines: Iterator[str | Said]) -> None:
        self._lines = lines
        self._line: str | Said = ""
        self._told = 0
        self._heard = 0.0
        self._over = True

    @property
    def under_way(self) -> bool:
        """Whether a line is being said."""
        return not self._over

    def begin(self) -> None:
        """Take note of an utterance: it goes on with the line under way, or begins the next."""
        if self._over:
            self._line, self._told, self._heard, self._over = next(self._lines, ""), 0, 0.0, False

    def hear(self, seconds: float) -> str:
        """Return the letters that `seconds` more of sound have spoken."""
        self._heard += seconds
        text = self._text
        pace = len(text) / max(self._line.audible, STEP) if isinstance(self._line, Said) else PACE
        return self._tell(min(len(text), int(self._heard * pace)))

    def end(self) -> str:
        """Return what else the utterance said, which is over: the rest of a word, or of a line that is over too."""
        text = self._text
        self._over = not isinstance(self._line, Said) or self._heard >= self._line.audible - LAST
        return self._tell(len(text)) if self._over else self.whole_word()

    def whole_word(self) -> str:
        """Return the rest of the word under way: no recogniser ends within one."""
        if self._told == 0 or self._text[self._told - 1] == " ":
            return ""
        space = self._text.find(" ", self._told)
        return self._tell(len(self._text) if space < 0 else space)

    @property
    def _text(self) -> str:
        return self._line.text if isinstance(self._line, Said) else self._line

    def _tell(self, until: int) -> str:
        told, self._told = self._text[self._told : until], max(self._told, until)
        return told
