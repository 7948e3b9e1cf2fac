"""Written ordinals, Roman numerals and fractions: "1er", "2e", "XXIe siècle", "Louis XIV", "3/4"."""

from __future__ import annotations

import re

from voiced.text.numbers import cardinal, ordinal, roman
from voiced.text.pattern import lazy

_DIGITS = lazy(r"(?<![\w,.])(\d{1,4})(ers?|res?|ères?|nde?s?|ndes?|èmes?|emes?|ièmes?|es?|ᵉʳ|ʳᵉ|ᵉ)(?!\w)")
_ROMAN_ORDINAL = lazy(
    r"(?<!\w)([IVX]{2,6}|[IVX](?=(?:er|e|ère|re|ème)\s(?:siècle|République|arrondissement|dynastie|Empire)))"
    r"(er|re|ère|e|ème|ᵉ)(?!\w)",
)
_KINGS = r"Louis|Henri|François|Charles|Philippe|Napoléon|Jean-Paul|Benoît|Pie|Élisabeth|Elizabeth|Léon|Jean"
_PARTS = r"[Cc]hapitre|[Tt]ome|[Aa]cte|[Pp]artie|[Vv]olume|[Tt]itre|[Aa]nnexe|[Aa]rticle|[Pp]hase|[Nn]iveau|[Tt]ype"
_AFTER_NAME = lazy(rf"\b({_KINGS}|{_PARTS}) (Ier|[IVX]+)(?!\w|')")
_FRACTIONS = {"2": "demi", "3": "tiers", "4": "quart"}
_HALF_HOUR = lazy(r"(?<![\w,./])1\s?/\s?2(?=\s(?:heure|journée|portion|pension|bouteille))\s?")
_FRACTION = lazy(r"(?<![\w,./])(\d{1,3})\s?/\s?(\d{1,3})(?![\w/]|[,.]\d)")


def _is_feminine(ending: str) -> bool:
    return (ending.startswith(("r", "è")) and "m" not in ending) or ending.startswith("nde") or ending == "ʳᵉ"


def _ordinal(match: re.Match[str]) -> str:
    number, ending = int(match[1]), match[2]
    if number == 0:
        return match[0]
    if ending.startswith("nd"):
        said = "seconde" if ending.startswith("nde") else "second"
    else:
        said = ordinal(number, feminine=_is_feminine(ending))
    return said + "s" if ending.endswith("s") else said


def _roman_ordinal(match: re.Match[str]) -> str:
    number = roman(match[1])
    return match[0] if number is None else ordinal(number, feminine=match[2] in {"re", "ère"})


def _after_name(match: re.Match[str]) -> str:
    if match[2] == "Ier":
        return f"{match[1]} premier"
    number = roman(match[2])
    return match[0] if number is None else f"{match[1]} {cardinal(number)}"


def _fraction(match: re.Match[str]) -> str:
    top, bottom = int(match[1]), match[2]
    if bottom in _FRACTIONS and 0 < top < int(bottom):
        name = _FRACTIONS[bottom]
        return f"{cardinal(top)} {name}{'s' if top > 1 and not name.endswith('s') else ''}"
    return f"{cardinal(top)} sur {cardinal(int(bottom))}"


def speak_ordinals(text: str) -> str:
    """Replace written ordinals, safe Roman numerals and fractions by their words."""
    text = _AFTER_NAME.sub(_after_name, text)
    text = _ROMAN_ORDINAL.sub(_roman_ordinal, text)
    text = _DIGITS.sub(_ordinal, text)
    text = _HALF_HOUR.sub("une demi-", text)
    return _FRACTION.sub(_fraction, text)
