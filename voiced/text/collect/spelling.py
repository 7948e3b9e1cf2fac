"""Words spelled aloud: "D, U, B, O, I, S", "D comme Daniel", "deux L", "é accent aigu", "trait d'union"."""

from __future__ import annotations

import re
import unicodedata

from voiced.text.pattern import lazy

_NAMES = dict(
    pair.split("=")
    for pair in [
        "bé=b",
        "cé=c",
        "dé=d",
        "effe=f",
        "gé=g",
        "hache=h",
        "ache=h",
        "ji=j",
        "ka=k",
        "elle=l",
        "aime=m",
        "emme=m",
        "enne=n",
        "haine=n",
        "pé=p",
        "ku=q",
        "erre=r",
        "air=r",
        "esse=s",
        "té=t",
        "vé=v",
        "ixe=x",
        "zède=z",
        "zed=z",
    ]
)
_SIGNS = {"tiret": "-", "trait d'union": "-", "apostrophe": "'", "espace": " "}
_ACCENTS = {
    "aigu": "\u0301",
    "grave": "\u0300",
    "circonflexe": "\u0302",
    "tréma": "\u0308",
    "trema": "\u0308",
    "cédille": "\u0327",
}
_COMME = lazy(r"(?<!\w)(\w)(?:,)? comme (?:dans )?[\w'-]+", re.IGNORECASE)
_TWICE = lazy(r"\b(?:deux|2|double)\s(\w)s?(?!\w)", re.IGNORECASE)
_ACCENTED = lazy(r"(?<!\w)(\w) (?:avec (?:un )?)?(?:accent )?(" + "|".join(_ACCENTS) + r")\b", re.IGNORECASE)
_ITEM = rf"(?:(?:{'|'.join(sorted([*_NAMES, *_SIGNS], key=len, reverse=True))})(?!\w)|[^\W\d_])"
_LEAST = 2
_RUN = lazy(rf"(?<![\w'’]){_ITEM}(?:[\s,.\-]+{_ITEM}(?![\w'’]))+(?![\w'’])", re.IGNORECASE)
_ITEMS = lazy(_ITEM, re.IGNORECASE)
_CONNECTED = lazy(r"(?<!\w)(\w)(?:-\w(?!\w)){2,}", re.IGNORECASE)


def _opened(text: str) -> str:
    """Return the text with every way to say one letter reduced to that letter."""
    text = _CONNECTED.sub(lambda m: m[0].replace("-", " "), text)
    text = _COMME.sub(r"\1", text)
    text = _ACCENTED.sub(lambda m: unicodedata.normalize("NFC", m[1] + _ACCENTS[m[2].lower()]), text)
    return _TWICE.sub(r"\1 \1", text)


def spelled_in(text: str) -> str:
    """Return the longest word spelled in a text ("dubois"), or "" when nothing is spelled."""
    found = [_joined(match[0]) for match in _RUN.finditer(_opened(text))]
    return max((word for word in found if _counts(word)), key=len, default="")


def without_spelling(text: str) -> str:
    """Return the text without what is spelled in it."""
    return _RUN.sub(lambda m: " " if _counts(_joined(m[0])) else m[0], _opened(text))


def _counts(word: str) -> bool:
    return len(re.findall(r"\w", word)) > _LEAST


def _joined(run: str) -> str:
    letters = []
    for item in _ITEMS.findall(run):
        lowered = item.lower()
        letters.append(_SIGNS.get(lowered) or _NAMES.get(lowered) or lowered)
    return "".join(letters).strip("-' ")


def say_spelled(word: str) -> str:
    """Return a word as it is spelled back: "D, U, B, O, I, S"."""
    signs = {"-": "tiret", "'": "apostrophe", " ": "espace"}
    return ", ".join(signs.get(letter) or letter.upper() for letter in word)
