"""Telephone numbers: how French people say them, and written ones turned into speech."""

from __future__ import annotations

import re

from voiced.text.numbers import grouped, in_pairs
from voiced.text.pattern import lazy

_SEP = r"[ .\-]?"
FRENCH = lazy(
    rf"(?<![\w+.,-])(?:(?:\+|00{_SEP})33{_SEP}(?:\(0\){_SEP})?[1-9]|0[1-9])(?:{_SEP}\d{{2}}){{4}}(?![\w]|[.,-]?\d| \d)",
)
"""A French number as people write it: national or +33, in pairs with spaces, points or dashes, or in one run."""

_FREE = lazy(r"(?<![\w+.,-])0 ?(?P<class>8\d\d)[ .](?P<a>\d{3})[ .](?P<b>\d{3})(?!\d)")
_FOREIGN = lazy(r"(?<!\w)\+(?!33)(\d{1,3})[ .-]?((?:\d[ .-]?){5,12}\d)(?!\d)")
_SHORT = lazy(r"\b((?:appel|compos|fait|joign|contact)\w* (?:le|au) )(3\d) ?(\d\d)(?![\w]| \d)", re.IGNORECASE)


def national(number: str) -> str:
    """Return the ten national digits of a French number written any way, or its bare digits when it is not French."""
    digits = re.sub(r"\D", "", number.replace("(0)", ""))
    if number.lstrip().startswith("+33") or digits.startswith("0033"):
        return "0" + digits.removeprefix("00").removeprefix("33").lstrip("0")
    return digits


def say_phone(number: str) -> str:
    """Return a number in pairs: "zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit"."""
    return in_pairs(national(number))


def _foreign(match: re.Match[str]) -> str:
    return f"plus {grouped(match[1])}, {in_pairs(re.sub(r'[ .-]', '', match[2]))}"


def speak_phones(text: str) -> str:
    """Replace every written telephone number by its words."""
    text = FRENCH.sub(lambda m: say_phone(m[0]), text)
    text = _FREE.sub(lambda m: f"zéro {grouped(m['class'])}, {grouped(m['a'])}, {grouped(m['b'])}", text)
    text = _FOREIGN.sub(_foreign, text)
    return _SHORT.sub(lambda m: m[1] + in_pairs(m[2] + m[3]), text)
