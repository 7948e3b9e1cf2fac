"""Words that a voice would say wrong, written as they are said: before any voice, so that all of them say the same.

Only what is given to a voice is written so. What was said, as history and the record have it, keeps the written words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct


class Pronunciations(Struct, frozen=True):
    """Written words and how each is said. Equal ones respell the same."""

    said: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, words: Mapping[str, str]) -> Pronunciations:
        """Return those of a mapping: word, or words with blanks between them, to what a voice is given instead."""
        return cls(tuple(sorted(words.items())))

    def respell(self, text: str) -> str:
        """Return `text` with each of the words as it is said: whole words only, in capitals or not, the longest first.

        What was put in is not looked at again. Any blank in a word stands for any blanks in the text.
        """
        if not self.said:
            return text
        pattern, known = _prepared(self.said)
        return pattern.sub(lambda match: known[_plain(match[0])], unicodedata.normalize("NFC", text))


@lru_cache(maxsize=32)
def _prepared(said: tuple[tuple[str, str], ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    known = {_plain(word): as_said for word, as_said in said}
    longest_first = sorted(known, key=len, reverse=True)
    words = "|".join(r"\s+".join(re.escape(part) for part in word.split(" ")) for word in longest_first)
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE), known


def _plain(word: str) -> str:
    """Return what is the same for all ways to write a word."""
    return " ".join(unicodedata.normalize("NFC", word).lower().split())
