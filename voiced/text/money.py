"""Sums of money: how they are said, and "49,90 €", "1 200 €", "12 €/mois" turned into speech."""

from __future__ import annotations

import re
from decimal import Decimal

from voiced.text.numbers import cardinal, decimal
from voiced.text.pattern import lazy

_AMOUNT = r"(?<![\w,.])(?P<whole>\d{1,3}(?:[ .]\d{3})+(?![\d])|\d+)(?:[.,](?P<part>\d{1,2})(?!\d))?"
_CURRENCY = {
    "€": ("euro", "euros"),
    "eur": ("euro", "euros"),
    "euro": ("euro", "euros"),
    "euros": ("euro", "euros"),
    "$": ("dollar", "dollars"),
    "usd": ("dollar", "dollars"),
    "£": ("livre", "livres"),
    "gbp": ("livre", "livres"),
    "chf": ("franc suisse", "francs suisses"),
}
_UNITS = r"€|\$|£|EUR\b|USD\b|GBP\b|CHF\b|euros?\b"
_BEFORE = lazy(r"(?P<unit>[€$£])\s?(?P<whole>\d+)(?:[.,](?P<part>\d{1,2}))?(?![\d,.]\d)")
_LARGE = lazy(
    r"(?<![\w,.])(?P<whole>\d+)(?:,(?P<part>\d+))?\s?(?P<scale>[kM]|Md|millions?|milliards?)\s?(?:d['e]\s?)?€",
)
_SCALES = {"k": "mille", "M": "million", "Md": "milliard"}
_PER = r"(?:\s?/\s?(?P<per>mois|an|jour|h|heure|semaine|nuit|personne|pers\.?|km|kg|m²|min|minute)(?!\w))?"
_PER_NAMES = {
    "h": "heure",
    "pers": "personne",
    "pers.": "personne",
    "min": "minute",
    "km": "kilomètre",
    "kg": "kilo",
    "m²": "mètre carré",
}

_AFTER = lazy(rf"{_AMOUNT}\s?(?P<unit>{_UNITS})(?:(?P<inside>\d\d)(?!\d))?{_PER}", re.IGNORECASE)


def say_money(whole: int, cents: int = 0, *, unit: str = "€") -> str:
    """Return "quarante-neuf euros quatre-vingt-dix", "cinquante centimes", "un million d'euros"."""
    one, many = _CURRENCY[unit.lower()]
    feminine = one == "livre"
    if not whole and cents:
        return f"{cardinal(cents)} {'centimes' if cents > 1 else 'centime'}"
    link = "d'" if many[0] in "aeiou" else "de "
    name = f"{link}{many}" if whole and whole % 1_000_000 == 0 else (many if whole > 1 else one)
    said = f"{cardinal(whole, feminine=feminine)} {name}"
    return f"{said} {cardinal(cents)}" if cents else said


def say_amount(value: Decimal) -> str:
    """Return an amount in euros, rounded down to the cent, as it is said."""
    whole, cents = divmod(int(value * 100), 100)
    return say_money(whole, cents)


def _said(match: re.Match[str]) -> str:
    whole = int(re.sub(r"[ .]", "", match["whole"]))
    part = match["part"] or match.groupdict().get("inside") or ""
    per = match.groupdict().get("per")
    said = say_money(whole, int(part.ljust(2, "0")) if part else 0, unit=match["unit"])
    return f"{said} par {_PER_NAMES.get(per, per)}" if per else said


def _large(match: re.Match[str]) -> str:
    whole, scale = match["whole"], match["scale"]
    number = decimal(whole, match["part"]) if match["part"] else cardinal(int(whole))
    name = _SCALES.get(scale, scale.rstrip("s"))
    if name == "mille":
        return f"{'' if number == 'un' else number + ' '}mille euros"
    return f"{number} {name}{'s' if int(whole) > 1 else ''} d'euros"


def speak_money(text: str) -> str:
    """Replace every written sum by its words; a rate keeps its "par mois"."""
    text = _LARGE.sub(_large, text)
    text = _AFTER.sub(_said, text)
    return _BEFORE.sub(_said, text)
