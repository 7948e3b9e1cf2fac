"""Dates: the names of days and months, how a date is said, and written dates turned into speech."""

from __future__ import annotations

import re
from datetime import date

from voiced.text.numbers import cardinal, ordinal
from voiced.text.pattern import lazy

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_SHORT_MONTHS = {
    "janv": 1,
    "févr": 2,
    "fév": 2,
    "fevr": 2,
    "avr": 4,
    "juil": 7,
    "sept": 9,
    "oct": 10,
    "nov": 11,
    "déc": 12,
    "dec": 12,
}
_SHORT_DAYS = dict(zip(("lun", "mar", "mer", "jeu", "ven", "sam", "dim"), DAYS, strict=True))

_ISO = lazy(r"(?<![\w/-])(\d{4})-(\d{2})-(\d{2})(?![\w/-])")
_FULL = lazy(r"(?<![\w/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?![\w/-]|\.\d)")
_DAY_MONTH = lazy(
    r"(?P<lead>\b(?:le|du|au|et|" + "|".join(DAYS) + r")\s)(?P<day>\d{1,2})/(?P<month>\d{1,2})(?![\d/])|"
    r"(?<![\w/.,-])(?P<day2>[0-3]\d)/(?P<month2>[01]\d)(?![\d/])",
    re.IGNORECASE,
)
_NAMED = lazy(
    rf"(?<![\w,.])(?P<day>\d{{1,2}}|1er)\s(?P<month>{'|'.join((*MONTHS, 'fevrier', 'aout', 'decembre'))}|"
    rf"(?:{'|'.join(_SHORT_MONTHS)})\.?(?!\w))(?:\s(?P<year>\d{{4}}))?\b",
    re.IGNORECASE,
)
_SHORT_DAY = lazy(rf"\b({'|'.join(_SHORT_DAYS)})\.(?=\s\d)", re.IGNORECASE)


def say_day(number: int) -> str:
    """Return a day of the month as it is said: "premier", then cardinals."""
    return ordinal(1) if number == 1 else cardinal(number)


def say_date(day: date, *, weekday: bool = True, year: bool = False) -> str:
    """Return "mardi quinze décembre", with the year when asked."""
    said = f"{say_day(day.day)} {MONTHS[day.month - 1]}"
    if weekday:
        said = f"{DAYS[day.weekday()]} {said}"
    return f"{said} {cardinal(day.year)}" if year else said


def _numeric(whole: str, day: int, month: int, year: int | None) -> str:
    """Return the spoken date, or `whole` untouched when the calendar has no such day."""
    try:
        found = date(2000 if year is None else year, month, day)
    except ValueError:
        return whole
    return say_date(found, weekday=False, year=year is not None)


def _full(match: re.Match[str]) -> str:
    year = int(match[4]) if len(match[4]) == 4 else 2000 + int(match[4])
    return _numeric(match[0], int(match[1]), int(match[3]), year)


def _day_month(match: re.Match[str]) -> str:
    lead = match["lead"] or ""
    day, month = match["day"] or match["day2"], match["month"] or match["month2"]
    said = _numeric("", int(day), int(month), None)
    return lead + said if said else match[0]


def month_number(name: str) -> int:
    """Return 1-12 for a French month name, whole or shortened, with or without accents; 0 when it is none."""
    name = name.lower().rstrip(".")
    plain = {"fevrier": 2, "aout": 8, "decembre": 12}
    if name in MONTHS:
        return MONTHS.index(name) + 1
    return plain.get(name) or _SHORT_MONTHS.get(name, 0)


def _named(match: re.Match[str]) -> str:
    day = int(match["day"].removesuffix("er"))
    said = f"{say_day(day)} {MONTHS[month_number(match['month']) - 1]}"
    return f"{said} {cardinal(int(match['year']))}" if match["year"] else said


def speak_dates(text: str) -> str:
    """Replace every written date by its words: 24/11/2026, 2026-11-24, "le 24/11", "1er janvier", "24 nov. 2026"."""
    text = _ISO.sub(lambda m: _numeric(m[0], int(m[3]), int(m[2]), int(m[1])), text)
    text = _FULL.sub(_full, text)
    text = _DAY_MONTH.sub(_day_month, text)
    text = _SHORT_DAY.sub(lambda m: _SHORT_DAYS[m[1].lower()], text)
    return _NAMED.sub(_named, text)
