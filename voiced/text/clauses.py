"""Streamed text cut into clauses, so that speech starts before the sentence is written.

The first clause is short: a comma is enough once it holds a few syllables, and one that runs on is cut before a
conjunction. Later ones are cut at sentence ends, and at inner punctuation once they are long. A mark is judged only
when what follows it is known, so that "14,50 €", "3.5", "M. Dupont" and "06, 12" are never split.
"""

from __future__ import annotations

import re

from voiced.text.abbreviations import NEVER_A_STOP
from voiced.text.pattern import lazy
from voiced.text.syllables import syllables

FIRST_TARGET = 12
"""Syllables: the first clause aims at no more."""
FIRST_LEAST = 3
"""Syllables below which a comma does not end the first clause."""
LATER_LEAST = 10
"""Syllables below which inner punctuation does not end a later clause."""
LONGEST = 45
"""Syllables after which a clause is cut at a blank even though it holds no punctuation."""

_MARK = lazy(r"(?P<strong>[.!?…]+[»\"')\]]*|\n+)|(?P<weak>[,;:]|\s[–—-](?=\s))")
_BLANK = lazy(r"(?<![\d'’])\s+(?=(?!\d)\S)")
_CONJUNCTION = lazy(r"\s+(?=(?:mais|car|parce|puisque|afin|sinon|lorsque|quand|donc|ensuite)\s)", re.IGNORECASE)
_TITLE = lazy(r"(?:^|\s)(?:M|Mme|Mlle|Dr|Pr|Me|n°|le|la|les|un|une|de|du|des|à)$", re.IGNORECASE)


def _speaks(text: str) -> bool:
    """Say whether a text holds anything to pronounce."""
    return any(c.isalnum() for c in text) or any(c in "€%$@" for c in text)


class Clauses:
    """Incremental splitter: feed it tokens, it returns the clauses that are complete, in order.

    Joined with blanks, the clauses hold every word that was fed.
    """

    def __init__(self) -> None:
        self._buffer = ""
        self._first = True

    def feed(self, text: str) -> list[str]:
        """Take the next token and return the clauses it completed; most often none."""
        self._buffer += text
        found: list[str] = []
        while (cut := self._cut()) is not None:
            self._take(cut, found)
        return found

    def flush(self) -> list[str]:
        """Return what is left when the stream has ended (no clause, or one), and start afresh."""
        found = self.feed("\n")
        self._take(len(self._buffer), found)
        self._first = True
        return found

    def _take(self, cut: int, found: list[str]) -> None:
        clause, self._buffer = self._buffer[:cut].strip(), self._buffer[cut:]
        if _speaks(clause):
            found.append(clause)
            self._first = False

    def _cut(self) -> int | None:
        """Return where the buffer's first clause ends, or None while that is not known."""
        for mark in _MARK.finditer(self._buffer):
            end = mark.end()
            if end == len(self._buffer) and "\n" not in mark[0]:
                break
            if self._ends(mark):
                return self._shortened(end)
        return self._run_on()

    def _ends(self, mark: re.Match[str]) -> bool:
        before, after = self._buffer[: mark.end()], self._buffer[mark.end()] if mark.end() < len(self._buffer) else "\n"
        if "\n" in mark[0]:
            return True
        if not after.isspace() or not _speaks(before):
            return False
        if mark["strong"]:
            return not NEVER_A_STOP.search(before)
        return not self._between_digits(mark) and syllables(before) >= (FIRST_LEAST if self._first else LATER_LEAST)

    def _between_digits(self, mark: re.Match[str]) -> bool:
        """Say whether a comma stands between two numbers, or may: what follows the blank is not written yet."""
        after = self._buffer[mark.end() :].lstrip()
        number_before = self._buffer[: mark.start()].rstrip()[-1:].isdigit()
        return number_before and (not after or after[0].isdigit())

    def _shortened(self, cut: int) -> int:
        """Return an earlier end when the first clause is too long and a conjunction allows it."""
        if not self._first or syllables(self._buffer[:cut]) <= FIRST_TARGET * 2:
            return cut
        return self._before_conjunction(cut) or cut

    def _before_conjunction(self, limit: int) -> int | None:
        for blank in _CONJUNCTION.finditer(self._buffer, 0, limit):
            if syllables(self._buffer[: blank.start()]) >= FIRST_TARGET // 2:
                return blank.start()
        return None

    def _run_on(self) -> int | None:
        """Return where to cut a clause that goes on and on without punctuation, or None while it does not."""
        length = syllables(self._buffer)
        if self._first and length > FIRST_TARGET * 2:
            return self._before_conjunction(len(self._buffer)) or self._at_blank(length)
        return self._at_blank(length)

    def _at_blank(self, length: int) -> int | None:
        if length <= LONGEST:
            return None
        blanks = [m.start() for m in _BLANK.finditer(self._buffer) if not _TITLE.search(self._buffer[: m.start()])]
        return blanks[-1] if blanks else None
