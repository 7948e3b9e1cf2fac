"""Times of day and parts of the day, found in a text. Shared by `time` and `moment`."""

from __future__ import annotations

import re

from msgspec import Struct

from voiced.text.pattern import lazy

PARTS = {"matin": "le matin", "midi": "le midi", "après-midi": "l'après-midi", "soir": "le soir"}
"""The parts of the day, and how they are said."""

_PART = lazy(
    r"(?P<afternoon>\bapres midi\b|\bfin de journee\b)|(?P<morning>\bmatin(?:ee)?s?\b)|"
    r"(?P<evening>\bsoir(?:ee)?s?\b)|(?P<noon>\b(?:ce|le|entre) midi\b|\bheure du dejeuner\b)",
)
_PART_NAMES = {"afternoon": "après-midi", "morning": "matin", "evening": "soir", "noon": "midi"}
_MINUTES = (
    r"(?:\s(?:et )?(?P<{0}>quart|demie?|3 quarts|moins le quart|moins quart|moins \d{{1,2}}|et \d{{1,2}}|"
    r"[0-5]?\d(?!\s?(?:h\b|h\d|heures?|euros?|personnes?|{1}))))?"
)
_MONTHS = "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
_RULES = lazy(
    r"(?P<iso>\bt?[0-2]?\d:[0-5]\d)"
    r"|(?P<written>(?<![\d,.])[0-2]?\d\s?h(?:\s?[0-5]\d)?(?![a-z\d]))"
    rf"|(?P<hour>(?<![\d,.])[0-2]?\d)\sheures?(?:\spile)?{_MINUTES.format('minutes', _MONTHS)}"
    rf"|(?<!apres )(?<!\bce )(?<!\ble )\b(?P<name>midi|minuit){_MINUTES.format('past', _MONTHS)}"
    r"|\b(?P<range>[0-2]?\d)(?=(?:\sheures?)? (?:ou|et|a) [0-2]?\d\s?(?:heures?|h)\b)"
    r"|\bdans (?P<wait>1 demi|\d+)[\s-](?P<unit>minutes?|heures?)(?P<half> et demie)?"
    r"|(?P<now>\btout de suite\b|\bmaintenant\b|\bimmediatement\b)",
)
_QUALIFIER = lazy(r"^(?:\s\w+){0,1}?\s(?:du |de l'|de la |ce |le |dans l'|l')?(?P<part>matin|apres midi|soir|nuit)")
_WORDS = {"quart": 15, "demi": 30, "demie": 30, "3 quarts": 45, "moins le quart": -15, "moins quart": -15}
_DAY_MINUTES = 24 * 60


class Clock(Struct, frozen=True):
    """One time of a text, in minutes since midnight; `sure` is lower when the half of the day is a guess."""

    minutes: int
    sure: float

    @property
    def iso(self) -> str:
        """Return "HH:MM"."""
        return f"{self.minutes // 60:02d}:{self.minutes % 60:02d}"


def parts_in(text: str) -> list[str]:
    """Return the parts of the day that a `ready` text names, in order, without repetition."""
    names = [_PART_NAMES[match.lastgroup or ""] for match in _PART.finditer(text)]
    return list(dict.fromkeys(names))


def _past(words: str | None) -> int:
    """Return the minutes that follow an hour: "et quart", "moins le quart", "moins 10", "30"."""
    if not words:
        return 0
    if words in _WORDS:
        return _WORDS[words]
    number = int(re.sub(r"\D", "", words))
    return -number if words.startswith("moins") else number


def _half(hour: int, part: str) -> tuple[int, float]:
    """Return the hour on the 24-hour clock, and how sure that is: business hours decide when nothing was said."""
    if part == "matin" or hour > 12 or hour == 0:
        return hour, 1.0
    if part == "nuit":
        return (0 if hour == 12 else hour + 12 if hour >= 9 else hour), 1.0
    if part in {"apres midi", "soir"}:
        return (12 if hour == 12 else hour + 12), 1.0
    return (hour + 12, 0.7) if hour < 7 else (hour, 0.9 if hour >= 8 else 0.6)


def _hour_of(match: re.Match[str], text: str, parts: list[str]) -> tuple[int, int, str]:
    """Return (hour, minutes, part of the day) of a match that names an hour."""
    qualifier = _QUALIFIER.match(text[match.end() :])
    part = qualifier["part"] if qualifier else (parts[0].replace("après-midi", "apres midi") if len(parts) == 1 else "")
    if match["hour"] or match["range"]:
        return int(match["hour"] or match["range"]), _past(match["minutes"]), part
    hour, _, minute = re.sub(r"[\st]", "", match["iso"] or match["written"]).replace("h", ":").partition(":")
    padded = len(hour) == 2 and hour.startswith("0")
    return int(hour), int(minute or 0), "matin" if padded or match["iso"] else part


def _clock(match: re.Match[str], text: str, now: int, parts: list[str]) -> Clock | None:
    if match["now"]:
        return Clock(now, 0.8)
    if match["wait"]:
        unit = 60 if match["unit"].startswith("heure") else 1
        wait = 30 if match["wait"] == "1 demi" else int(match["wait"]) * unit + (30 if match["half"] else 0)
        return Clock((now + wait) % _DAY_MINUTES, 0.9)
    if match["name"]:
        return Clock(((12 if match["name"] == "midi" else 0) * 60 + _past(match["past"])) % _DAY_MINUTES, 1.0)
    hour, minutes, part = _hour_of(match, text, parts)
    if hour > 24 or minutes > 59:
        return None
    hour, sure = _half(hour % 24, part)
    return Clock((hour * 60 + minutes) % _DAY_MINUTES, sure)


def times_in(text: str, now: int) -> list[Clock]:
    """Return every time of day that a `ready` text names; `now` is minutes since midnight."""
    parts = parts_in(text)
    found = [_clock(match, text, now, parts) for match in _RULES.finditer(text)]
    return list(dict.fromkeys(clock for clock in found if clock is not None))
