"""Days as people name them, relative to today: finding every date a text mentions. Shared by `date` and `moment`."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from msgspec import Struct

from voiced.text.dates import DAYS, MONTHS
from voiced.text.normalise import without_accents
from voiced.text.numerals import in_digits
from voiced.text.pattern import lazy

_WEEKDAYS = "|".join(DAYS)
_MONTHS = "|".join(without_accents(month) for month in MONTHS)
_NOT_HOURS = (
    rf"(?![\w/])(?!\s(?:{_MONTHS}))(?!\s?(?:h\b|h\d|heures?|minutes?|euros?|jours?|semaines?|mois|ans|personnes?|%))"
)
_DAY = r"(?P<{0}>[12]\d|3[01]|0?[1-9])(?:er)?"

_RULES = lazy(
    r"(?P<iso>\d{4}-\d\d-\d\d)"
    r"|(?P<slash>\b\d{1,2}[/.-]\d{1,2}(?:[/.-](?:\d{4}|\d\d))?\b(?!\s?(?:euros?|h\b)))"
    rf"|(?:\b(?P<wd1>{_WEEKDAYS})\s(?:le )?)?\b{_DAY.format('day')}\s(?P<month>{_MONTHS})(?:\s(?P<year>\d{{4}}|"
    rf"\d{{2}}(?!\s?(?:h|:))))?"
    rf"|\b(?P<wd2>{_WEEKDAYS})\s(?:le )?{_DAY.format('day2')}{_NOT_HOURS}(?!\s?(?:et|ou) (?:quart|demi))"
    r"|(?P<after>\bapres demain)|(?P<tomorrow>\bdemain)|(?P<before>\bavant hier)|(?P<yesterday>\bhier)"
    r"|(?P<today>\baujourd'hui|\bce (?:soir|matin|midi)|\bcet(?:te)? apres midi|\btout a l'heure|\bdans la journee)"
    r"|\b(?:dans|d'ici) (?:(?P<count>\d+)|(?P<couple>(?:une?|1) (?:quinzaine|dizaine|"
    r"huitaine)))\s?(?:de )?(?P<unit>jours?|semaines?|mois|ans?)"
    r"|\bil y a (?P<ago>\d+)\s(?P<ago_unit>jours?|semaines?|mois|ans?)"
    rf"|(?P<week>\bsemaine prochaine\W+(?:le )?)(?P<wd3>{_WEEKDAYS})"
    rf"|\b(?:ce )?(?P<wd4>{_WEEKDAYS})(?:\s(?P<which>prochain|suivant|dernier|passe|en (?:8|15)|"
    rf"de la semaine prochaine))?\b"
    rf"|\b(?:le|au|du|pour le) {_DAY.format('day3')}{_NOT_HOURS}(?!\s?(?:et|ou) (?:quart|demi))(?![.,]\d)",
)
_COUPLES = {"quinzaine": 15, "dizaine": 10, "huitaine": 7}


class Found(Struct, frozen=True):
    """One date of a text; `sure` is lower when the words fit several days; `start`, `end` are places in the text."""

    day: date
    sure: float
    start: int
    end: int


def ready(text: str) -> str:
    """Return the form that the rules read: digits, lower case, no accents, no hyphens between letters."""
    text = without_accents(in_digits(text).lower()).replace("’", "'")
    text = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", text)
    text = re.sub(r"(?<=[a-z'])-(?=\d)|(?<=\d)-(?=[a-z])", " ", text)
    return re.sub(r"\bapres midis?\b", "apres midi", re.sub(r"\s+", " ", text))


def _month_later(day: date, count: int) -> date:
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _shifted(today: date, count: int, unit: str) -> date:
    if unit.startswith("mois"):
        return _month_later(today, count)
    if unit.startswith("an"):
        return _month_later(today, 12 * count)
    days = {8: 7, 15: 14}.get(count, count) if unit.startswith("jour") and count > 0 else count
    return today + timedelta(days=7 * count if unit.startswith("semaine") else days)


def _next_weekday(today: date, name: str) -> date:
    """Return the next such day after today."""
    return today + timedelta(days=(DAYS.index(name) - today.weekday() - 1) % 7 + 1)


def _weekday(today: date, name: str, which: str) -> tuple[date, float]:
    coming = _next_weekday(today, name)
    if which in {"dernier", "passe"}:
        return coming - timedelta(days=7 if coming - timedelta(days=7) < today else 14), 0.9
    if which == "en 8":
        return coming + timedelta(days=7), 0.9
    if which == "en 15":
        return coming + timedelta(days=14), 0.9
    if which == "de la semaine prochaine":
        return _of_next_week(today, name), 1.0
    return coming, 0.8 if which else 0.95


def _of_next_week(today: date, name: str) -> date:
    monday = today + timedelta(days=7 - today.weekday())
    return monday + timedelta(days=DAYS.index(name))


def _coming_day(today: date, number: int, weekday: str) -> tuple[date, float] | None:
    """Return the next day of the month with this number (and this weekday when one was said)."""
    for ahead in range(13):
        first = _month_later(today.replace(day=1), ahead)
        if number > monthrange(first.year, first.month)[1]:
            continue
        day = first.replace(day=number)
        if day >= today and weekday in {"", DAYS[day.weekday()]}:
            return day, 0.9 if ahead < 2 else 0.5
    return None


def _calendar_day(
    today: date, number: int, month: int, year: int | None, weekday: str = ""
) -> tuple[date, float] | None:
    """Return a day with its month; without a year, the next one to come."""
    years = [year] if year is not None else range(today.year, today.year + 5)
    for candidate in years:
        if not 1900 <= candidate <= 2100 or not 1 <= month <= 12 or not 1 <= number <= monthrange(candidate, month)[1]:
            continue
        day = date(candidate, month, number)
        if year is not None or day >= today:
            return day, 1.0 if weekday in {"", DAYS[day.weekday()]} else 0.5
    return None


def _full_year(text: str, today: date) -> int:
    """Return a four-digit year; two digits are the nearest past year, or the current one and the two after."""
    year = int(text)
    if len(text) == 4:
        return year
    return 2000 + year if 2000 + year <= today.year + 2 else 1900 + year


def _from_slash(today: date, text: str) -> tuple[date, float] | None:
    parts = re.split(r"[/.-]", text)
    year = _full_year(parts[2], today) if len(parts) == 3 else None
    return _calendar_day(today, int(parts[0]), int(parts[1]), year)


def _from_month(today: date, match: re.Match[str]) -> tuple[date, float] | None:
    year = _full_year(match["year"], today) if match["year"] else None
    month = [without_accents(name) for name in MONTHS].index(match["month"]) + 1
    return _calendar_day(today, int(match["day"]), month, year, match["wd1"] or "")


def _from_near(today: date, match: re.Match[str]) -> tuple[date, float]:
    """Return the days that are counted from today."""
    near = {"after": 2, "tomorrow": 1, "before": -2, "yesterday": -1, "today": 0}
    for name, days in near.items():
        if match[name]:
            return today + timedelta(days=days), 1.0
    if match["ago"]:
        return _shifted(today, -min(int(match["ago"]), 1000), match["ago_unit"]), 0.9
    count = int(match["count"]) if match["count"] else _COUPLES[match["couple"].split()[-1]]
    return _shifted(today, min(count, 1000), match["unit"]), 0.9


def _from_weekday(today: date, match: re.Match[str]) -> tuple[date, float] | None:
    """Return the days that a weekday names: "lundi 30", "la semaine prochaine, lundi", "lundi en huit"."""
    if match["wd2"]:
        return _coming_day(today, int(match["day2"]), match["wd2"])
    if match["wd3"]:
        return _of_next_week(today, match["wd3"]), 1.0
    return _weekday(today, match["wd4"], match["which"] or "")


def _resolved(today: date, match: re.Match[str]) -> tuple[date, float] | None:
    if match["iso"]:
        year, month, day = (int(part) for part in match["iso"].split("-"))
        return _calendar_day(today, day, month, year)
    if match["slash"]:
        return _from_slash(today, match["slash"])
    if match["month"]:
        return _from_month(today, match)
    if match["wd2"] or match["wd3"] or match["wd4"]:
        return _from_weekday(today, match)
    return _coming_day(today, int(match["day3"]), "") if match["day3"] else _from_near(today, match)


def dates_in(text: str, today: date) -> list[Found]:
    """Return every date that a `ready` text names, in order."""
    found = []
    for match in _RULES.finditer(text):
        resolved = _resolved(today, match)
        if resolved:
            found.append(Found(*resolved, match.start(), match.end()))
    return found
