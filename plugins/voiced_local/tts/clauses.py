"""How a reply is cut and paced: a short first piece so that sound comes soon, pauses as its punctuation asks. Pure."""

from __future__ import annotations

import re

SHORT = 45
"""Letters that the first piece may have before it is cut: some 12 syllables, half a second of synthesis."""
LEAST = 12
"""A piece shorter than this sounds chopped."""

_COMMA = re.compile(r"[,;:]\s+")
_JOINT = re.compile(r"\s+(?=(?:et|mais|ou|car|donc|pour|avec|parce que|afin de|lorsque|quand|qui|que)\s)")
_PAUSES = {",": 0.12, ";": 0.2, ":": 0.2, ".": 0.3, "!": 0.3, "?": 0.35, "…": 0.4}


def opening(text: str) -> list[str]:
    """Return a first clause whole, or in two where it is long: at punctuation, else before a joining word."""
    if len(text) <= SHORT:
        return [text]
    for joint in (_COMMA, _JOINT):
        cuts = [match.end() for match in joint.finditer(text) if LEAST <= match.end() <= len(text) - LEAST]
        if early := [cut for cut in cuts if cut <= SHORT]:
            return [text[: early[-1]].rstrip(), text[early[-1] :]]
    return [text]


def pause_after(text: str) -> float:
    """Return the seconds of silence that follow `text` before the next piece."""
    return _PAUSES.get(text.rstrip()[-1:], 0.0)
