"""A model that was given the beginning of its answer may say it again: it is not to be heard twice."""

from __future__ import annotations


class Echo:
    """Text in, text out without `beginning`, whether the model repeats it or not."""

    def __init__(self, beginning: str) -> None:
        self._beginning = beginning
        self._held = ""

    def feed(self, text: str) -> str:
        """Return what may be spoken: nothing while it could still be the beginning."""
        if not self._beginning:
            return text
        held = self._held + text
        if self._beginning.startswith(held) and held != self._beginning:
            self._held = held
            return ""
        new, self._beginning, self._held = held.removeprefix(self._beginning), "", ""
        return new

    def close(self) -> str:
        """Return what was held back: the answer has ended, and it was no repetition."""
        held, self._held, self._beginning = self._held, "", ""
        return held
