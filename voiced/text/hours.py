"""Hours of the day: how they are said, and "14h30", "9 h", "14:30" turned into speech."""

from __future__ import annotations

import re

from voiced.text.numbers import cardinal
from voiced.text.pattern import lazy

_WRITTEN = lazy(r"(?<![\w,.:/-])(\d{1,2})\s?[hH](?:\s?([0-5]\d)(?:\s?(?:min|mn)\b)?)?(?![\w²/])")
_COLON = lazy(r"(?<![\w,.:/])([01]?\d|2[0-4]):([0-5]\d)(?::[0-5]\d)?(?![\w:])")
_RANGE = lazy(r"(\d\s?[hH](?:\s?[0-5]\d)?|\d:[0-5]\d)\s?[-–—]\s?(?=\d{1,2}(?:\s?[hH]|:[0-5]\d))")
_ALWAYS = (
    (
        lazy(r"\b24\s?h(?:eures)?\s?(?:/|sur)\s?24(?:\s?h)?(?!\w)", re.IGNORECASE),
        "vingt-quatre heures sur vingt-quatre",
    ),
    (lazy(r"\b7\s?j(?:ours)?\s?(?:/|sur)\s?7(?:\s?j)?(?!\w)", re.IGNORECASE), "sept jours sur sept"),
)


def say_time(hour: int, minute: int = 0) -> str:
    """Return a time of day on the 24-hour clock: "quatorze heures trente", "midi", "minuit quinze"."""
    if hour in {0, 24}:
        said = "minuit"
    elif hour == 12:
        said = "midi"
    else:
        said = say_hours(hour)
    return f"{said} {cardinal(minute, feminine=True)}" if minute else said


def say_hours(count: int) -> str:
    """Return "une heure", "vingt et une heures", "zéro heure"."""
    return f"{cardinal(count, feminine=True)} {'heures' if count > 1 else 'heure'}"


def _spoken(hour: int, minute: int) -> str:
    if hour in {0, 24} and minute:
        return say_time(0, minute)
    return say_hours(hour) + (f" {cardinal(minute, feminine=True)}" if minute else "")


def speak_hours(text: str) -> str:
    """Replace every written hour by its words. What is written "midi" or "minuit" stays as it is."""
    for pattern, said in _ALWAYS:
        text = pattern.sub(said, text)
    text = _RANGE.sub(r"\1 à ", text)
    text = _COLON.sub(lambda m: _spoken(int(m[1]), int(m[2])), text)
    return _WRITTEN.sub(lambda m: _spoken(int(m[1]), int(m[2] or 0)), text)
