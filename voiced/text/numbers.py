"""Numbers as French people say them: cardinals, ordinals, decimals, digits one by one, Roman numerals.

The words come from num2words, whose French ordinals are wrong at eighty and above a hundred ("deux centsième"):
ordinals are therefore built here from the cardinal. French of France throughout; Belgian and Swiss forms are only
understood.
"""

from __future__ import annotations

import re
from functools import lru_cache

from voiced.text.pattern import lazy

_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_ROMAN_SHAPE = lazy(r"M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
LARGEST = 10**15
"""Longer digit runs are identifiers, not quantities: read them digit by digit."""


@lru_cache(maxsize=4096)
def cardinal(number: int, *, feminine: bool = False) -> str:
    """Return `number` in words; `feminine` turns a final "un" into "une" ("vingt et une heures")."""
    from num2words import num2words  # noqa: PLC0415 - sixty languages; loaded once the worker is ready

    words = str(num2words(number, lang="fr"))
    return words + "e" if feminine and re.search(r"\bun$", words) else words


def ordinal(number: int, *, feminine: bool = False) -> str:
    """Return "premier", "première", "deuxième", "quatre-vingtième", "deux centième"... for `number` >= 1."""
    if number == 1:
        return "première" if feminine else "premier"
    words = cardinal(number)
    words = re.sub(r"(?<=cent|ingt|lion)s$|(?<=liard)s$", "", words)
    words = re.sub(r"cinq$", "cinqu", words)
    words = re.sub(r"neuf$", "neuv", words)
    return words.removesuffix("e") + "ième"


def decimal(whole: str, fraction: str) -> str:
    """Return "deux virgule cinq" for ("2", "5"); leading zeros of the fraction are said ("virgule zéro cinq")."""
    zeros = len(fraction) - len(fraction.lstrip("0"))
    rest = fraction[zeros:]
    said = ["zéro"] * zeros
    if rest:
        said.append(cardinal(int(rest)) if len(rest) <= 3 else one_by_one(rest))
    return f"{cardinal(int(whole))} virgule {' '.join(said)}"


def one_by_one(digits: str) -> str:
    """Return every digit said alone: "quatre sept deux neuf un"."""
    return " ".join(cardinal(int(digit)) for digit in digits)


def grouped(digits: str) -> str:
    """Return one written group of digits as it is dictated: its leading zeros, then what is left as a number."""
    rest = digits.lstrip("0")
    said = ["zéro"] * (len(digits) - len(rest))
    return " ".join([*said, cardinal(int(rest))] if rest else said)


def in_pairs(digits: str) -> str:
    """Return digits said in pairs with a breath between: "zéro six, douze, trente-quatre". An odd first is alone."""
    start = len(digits) % 2
    pairs = [digits[:start]] if start else []
    pairs += [digits[at : at + 2] for at in range(start, len(digits), 2)]
    return ", ".join(grouped(pair) for pair in pairs)


def roman(numeral: str) -> int | None:
    """Return the value of a well-formed upper-case Roman numeral, or None."""
    if not numeral or not _ROMAN_SHAPE.fullmatch(numeral):
        return None
    values = [_ROMAN[letter] for letter in numeral]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))
