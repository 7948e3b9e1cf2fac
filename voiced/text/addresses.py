"""E-mail and web addresses as they are said: "arobase", "point", "tiret"."""

from __future__ import annotations

import re

from voiced.text.numbers import grouped, one_by_one
from voiced.text.pattern import lazy

EMAIL = lazy(r"(?<![\w.+-])[A-Za-z0-9](?:[\w.+-]*[A-Za-z0-9_])?@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
"""An e-mail address as people write it (the addr-spec of RFC 5322 without quotes and comments)."""

_URL = lazy(
    r"(?:https?://(?:www\.)?|\bwww\.)(?P<rest>[^\s<>()]*[\w/])|"
    r"(?<![\w@.])(?P<bare>(?:[a-z0-9-]+\.)+(?:fr|com|net|org|eu|io|be|ch|ca)(?:/[\w./-]*\w)?)(?![\w@])",
)
_SIGNS = {
    ".": "point",
    "@": "arobase",
    "-": "tiret",
    "_": "tiret du bas",
    "+": "plus",
    "/": "slash",
    "?": "point d'interrogation",
    "=": "égale",
    "&": "et",
    "#": "dièse",
    "%": "pour cent",
    ":": "deux-points",
    "~": "tilde",
}
_PIECE = lazy(r"[A-Za-zÀ-ÿ]+|\d+|[^\w\s]|_")
_SAID_AS_WORDS = frozenset({"com", "net", "org", "info", "pro"})


def _letters(piece: str, *, top: bool) -> str:
    """Return a run of letters as a word, or spelled when nobody could pronounce it (or it is a country: "F R")."""
    vowels = re.search(r"[aeiouyàâéèêîôù]", piece, re.IGNORECASE)
    if len(piece) == 1 or (top and len(piece) == 2) or not vowels:
        return " ".join(piece.upper())
    return piece.lower()


def _digits(piece: str) -> str:
    return grouped(piece) if len(piece) <= 4 else one_by_one(piece)


def say_address(address: str) -> str:
    """Return an e-mail or web address in words: "jean point dupont arobase gmail point com"."""
    pieces = _PIECE.findall(address)
    said: list[str] = []
    for at, piece in enumerate(pieces):
        if piece in _SIGNS:
            said.append(_SIGNS[piece])
        elif piece.isdigit():
            said.append(_digits(piece))
        elif piece.isalpha():
            top = at > 0 and pieces[at - 1] == "." and piece not in _SAID_AS_WORDS
            said.append(_letters(piece, top=top))
    return " ".join(said)


def speak_addresses(text: str) -> str:
    """Replace e-mail and web addresses by their words; "https://" and "www." are not said."""
    text = EMAIL.sub(lambda m: say_address(m[0]), text)
    return _URL.sub(lambda m: say_address((m["rest"] or m["bare"]).rstrip("/")), text)
