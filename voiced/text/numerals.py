"""Number words, as a recogniser writes them, to numbers: French, Belgian and Swiss forms, hyphens or none.

Two readers. `in_digits` rewrites the numbers of a sentence (text2num does it). `readings` lists every number that a run
of words may begin with, which dictation needs: "soixante dix huit" is 78, or 60 and 18, and only the length of what is
being dictated (ten digits, five digits) can tell.
"""

from __future__ import annotations

import re

from msgspec import Struct
from text_to_num import alpha2digit

from voiced.text.pattern import lazy

_UNITS = {"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9}
_TEENS = {"dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16}
_TENS = {
    "vingt": 20,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "soixante": 60,
    "septante": 70,
    "huitante": 80,
    "octante": 80,
    "nonante": 90,
}
_SCALES = {"mille": 1_000, "million": 1_000_000, "millions": 1_000_000, "milliard": 10**9, "milliards": 10**9}
WORDS = frozenset({*_UNITS, *_TEENS, *_TENS, *_SCALES, "vingts", "cent", "cents", "zero"})
"""Every word a number may hold, without accents."""

_FAULTS = (
    (lazy(r"\bzero\b", re.IGNORECASE), "zéro"),
    (
        lazy(r"\b(vingt|trente|quarante|cinquante|soixante) (une?)\b(?! [a-z]*(?:mille|cent))", re.IGNORECASE),
        r"\1 et \2",
    ),
    (lazy(r"\b(soixante) onze\b", re.IGNORECASE), r"\1 et onze"),
)


class Reading(Struct, frozen=True):
    """A number read from words: `end` is the index after its last word."""

    end: int
    value: int


def in_digits(text: str) -> str:
    """Return the text with every number, even "un", written in digits: "le 15 mars à 9 heures 30"."""
    for pattern, repaired in _FAULTS:
        text = pattern.sub(repaired, text)
    return str(alpha2digit(text, "fr", 0))


def _below_twenty(words: list[str], at: int) -> list[Reading]:
    """Units, 10 to 16, and "dix sept" to "dix neuf"; longest first."""
    if at >= len(words):
        return []
    word = words[at]
    if word in _UNITS:
        return [Reading(at + 1, _UNITS[word])]
    if word not in _TEENS:
        return []
    found = [Reading(at + 1, _TEENS[word])]
    unit = _UNITS.get(words[at + 1], 0) if at + 1 < len(words) else 0
    return [Reading(at + 2, 10 + unit), *found] if word == "dix" and unit >= 7 else found


def _tens(words: list[str], at: int) -> Reading | None:
    """Return the round ten that begins here: "quatre vingt(s)" is one."""
    if at >= len(words):
        return None
    if words[at] == "quatre" and at + 1 < len(words) and words[at + 1] in {"vingt", "vingts"}:
        return Reading(at + 2, 80)
    return Reading(at + 1, _TENS[words[at]]) if words[at] in _TENS else None


def below_hundred(words: list[str], at: int) -> list[Reading]:
    """Return every reading from 1 to 99 that begins at `at`, longest first."""
    ten = _tens(words, at)
    if ten is None:
        return _below_twenty(words, at)
    rest_at = ten.end + 1 if words[ten.end : ten.end + 1] == ["et"] else ten.end
    limit = 20 if ten.value == 60 or ten.end == at + 2 else 10
    low = [rest for rest in _below_twenty(words, rest_at) if rest.value < limit]
    if rest_at > ten.end:
        low = [rest for rest in low if rest.value in {1, 11}]
    return [*(Reading(rest.end, ten.value + rest.value) for rest in low), ten, *_below_twenty(words, at)]


def below_thousand(words: list[str], at: int) -> list[Reading]:
    """Return every reading from 1 to 999 that begins at `at`, longest first."""
    found = below_hundred(words, at)
    hundreds = [Reading(at, 1), *(head for head in found if 2 <= head.value <= 9)]
    for head in hundreds:
        if words[head.end : head.end + 1] in (["cent"], ["cents"]):
            base = head.value * 100
            rest = [Reading(r.end, base + r.value) for r in below_hundred(words, head.end + 1)]
            found = [*rest, Reading(head.end + 1, base), *found]
    return sorted(found, key=lambda reading: -reading.end)


def readings(words: list[str], at: int) -> list[Reading]:
    """Return every number that begins at `at`, longest first; `words` are lower case without accents or hyphens."""
    if words[at : at + 1] == ["zero"]:
        return [Reading(at + 1, 0)]
    found = below_thousand(words, at)
    scaled = [_scaled(words, head) for head in [Reading(at, 1), *found]]
    whole = [reading for readings_ in scaled for reading in readings_]
    return sorted([*whole, *found], key=lambda reading: -reading.end)


def _scaled(words: list[str], head: Reading) -> list[Reading]:
    """Return the readings of "head mille ..." and "head millions ..." that begin with `head`."""
    scale = _SCALES.get(words[head.end], 0) if head.end < len(words) else 0
    if not scale:
        return []
    base = Reading(head.end + 1, head.value * scale)
    lower = [r for r in readings(words, base.end) if 0 < r.value < scale]
    return [*(Reading(r.end, base.value + r.value) for r in lower), base]


def value(text: str) -> int | None:
    """Return the number that a text consists of ("quatre-vingt-dix-sept"), or None."""
    words = re.sub(r"[-\s]+", " ", text.lower().replace("é", "e")).split()
    return next((r.value for r in readings(words, 0) if r.end == len(words)), None)
