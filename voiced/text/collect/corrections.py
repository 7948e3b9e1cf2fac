"""How people correct themselves while they speak: "lundi, non, mardi", "pas huit, neuf", "quarante-huit, pardon"."""

from __future__ import annotations

import re

from voiced.text.normalise import without_accents
from voiced.text.pattern import lazy

_MARK = (
    r"(?:euh |ah |oh |mais |oui )*(?:non(?: non)*|pardon|excusez[- ]moi|je me (?:suis )?trompe|je corrige|"
    r"je voulais dire|"
    r"enfin|plutot|desole[e]?|attendez)(?:,? (?:c'est|plutot|pardon|je voulais dire|c'etait|euh|"
    r"je me suis trompe|non))*"
)
_CORRECTION = lazy(rf"(?:^|(?<=[\s,;.…-]))(?:{_MARK})(?=[\s,;.:!…]|$)[\s,;.:!…]*", re.IGNORECASE)
_REJECTED = lazy(
    r"\b(?:et )?(?:c'est )?pas (?:le |la |les |du |de |à |a |un |une )?(?P<what>[^,;.!?]+?)(?=[,;.!?]|\bmais\b|$)",
    re.IGNORECASE,
)


def segments(text: str) -> list[str]:
    """Return the text cut where the speaker corrects himself; "plutôt mardi" alone is one segment, "" comes before it.

    The first segment is what was said before any correction; every later one replaces something.
    """
    aligned = _aligned(text)
    found: list[str] = []
    start = 0
    for match in _CORRECTION.finditer(aligned):
        found.append(text[start : match.start()])
        start = match.end()
    return [*found, text[start:]]


def rejected(text: str) -> list[str]:
    """Return what the speaker says it is not: ["soixante-dix-huit"] for "quarante-huit, pas soixante-dix-huit"."""
    aligned = _aligned(text)
    return [text[m.start("what") : m.end("what")].strip() for m in _REJECTED.finditer(aligned)]


def without_rejected(text: str) -> str:
    """Return the text without what the speaker says it is not."""
    aligned = _aligned(text)
    for match in reversed(list(_REJECTED.finditer(aligned))):
        text = text[: match.start()] + " , " + text[match.end() :]
    return text


def _aligned(text: str) -> str:
    """Return the text without accents, character for character as long as the original."""
    bare = "".join(without_accents(c)[:1] or " " for c in text)
    return bare.replace("’", "'")
