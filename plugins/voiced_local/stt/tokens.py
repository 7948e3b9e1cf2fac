"""Whisper's tokens: byte-level pieces of text, and the marks that steer the decoder. Pure but for reading the list."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

END_OF_TEXT = 50257
"""The first token that is not text."""
START = (50258, 50265, 50359, 50363)
"""startoftranscript, fr, transcribe, notimestamps."""
PREVIOUS = 50361
"""startofprev: what follows is the text said before, as context."""


def _byte_letters() -> dict[int, str]:
    """Return the letter that stands for each byte in the vocabulary (GPT-2's table: printable bytes as themselves)."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {byte: chr(byte) for byte in plain}
    others = (byte for byte in range(256) if byte not in letters)
    return letters | {byte: chr(256 + place) for place, byte in enumerate(others)}


_LETTERS = _byte_letters()
_BYTES = {letter: byte for byte, letter in _LETTERS.items()}


class Tokens:
    """The vocabulary of one model folder (`vocabulary.txt` or `vocabulary.json`, as converters write it)."""

    def __init__(self, folder: Path) -> None:
        lines = folder / "vocabulary.txt"
        self._pieces: list[str] = (
            lines.read_text("utf-8").split("\n")
            if lines.exists()
            else json.loads((folder / "vocabulary.json").read_text("utf-8"))
        )
        self._ids = {piece: number for number, piece in enumerate(self._pieces[:END_OF_TEXT]) if piece}
        self._longest = max(map(len, self._ids))

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of `ids`, marks left out."""
        letters = "".join(self._pieces[number] for number in ids if number < END_OF_TEXT)
        return bytes(_BYTES[letter] for letter in letters).decode("utf-8", "replace")

    def encode(self, text: str) -> list[int]:
        """Return tokens for `text`, the longest piece first: close to the trained merges, and enough for context."""
        letters = "".join(_LETTERS[byte] for byte in text.encode())
        ids = []
        place = 0
        while place < len(letters):
            ends = range(min(place + self._longest, len(letters)), place, -1)
            end = next(end for end in ends if letters[place:end] in self._ids)
            ids.append(self._ids[letters[place:end]])
            place = end
        return ids
