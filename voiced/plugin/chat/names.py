"""Names and ids as every chat API takes them. The same in, the same out: a history reads alike in every request."""

from __future__ import annotations

import hashlib
import re
import string
import unicodedata

LONGEST_NAME = 64
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_ID = re.compile(r"[a-zA-Z0-9]{9}")
_DIGITS = string.digits + string.ascii_letters


def wire_name(name: str) -> str:
    """Return the name of a tool in the letters allowed (ASCII, at most 64); what had to change ends in a check sum."""
    if _NAME.fullmatch(name):
        return name
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    check = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return re.sub(r"[^a-zA-Z0-9_-]+", "_", plain)[: LONGEST_NAME - 9] + "_" + check


def wire_id(wanted: str, taken: set[str]) -> str:
    """Return the id of a call, nine letters or digits as Mistral wants them, that is not `taken`; takes it."""
    made, turn = wanted, 0
    while not _ID.fullmatch(made) or made in taken:
        made, turn = _nine(f"{turn}:{wanted}"), turn + 1
    taken.add(made)
    return made


def _nine(text: str) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest(), "big")
    letters = []
    for _ in range(9):
        number, digit = divmod(number, len(_DIGITS))
        letters.append(_DIGITS[digit])
    return "".join(letters)
