"""Opening hours: whether we are open at a moment, and how the week reads aloud."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from voiced.dialog.flow import DAYS, Hours

JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def is_open(hours: Hours, at: datetime) -> bool:
    """Return whether `hours` say open at the local time `at`."""
    if at.date().isoformat() in hours.closed_on:
        return False
    clock = at.strftime("%H:%M")
    spans: tuple[str, ...] = getattr(hours, DAYS[at.weekday()])
    return any(start <= clock < end for start, end in (span.split("-") for span in spans))


def in_words(hours: Hours) -> str:
    """Return the week as a French sentence part: `du lundi au vendredi de 9h à 12h30 et de 14h à 18h`."""
    days = [(index, getattr(hours, day)) for index, day in enumerate(DAYS)]
    parts = []
    for spans, group in groupby(days, key=lambda day: day[1]):
        members = [index for index, _ in group]
        if spans:
            parts.append(f"{_days(members)} {_spans(spans)}")
    return ", et ".join(parts) if parts else "sur rendez-vous uniquement"


def _days(members: list[int]) -> str:
    if len(members) == 1:
        return f"le {JOURS[members[0]]}"
    if len(members) == 2:
        return f"le {JOURS[members[0]]} et le {JOURS[members[1]]}"
    return f"du {JOURS[members[0]]} au {JOURS[members[-1]]}"


def _spans(spans: tuple[str, ...]) -> str:
    return " et ".join(f"de {_clock(start)} à {_clock(end)}" for start, end in (span.split("-") for span in spans))


def _clock(text: str) -> str:
    hour, minute = text.split(":")
    return f"{int(hour)}h{minute if minute != '00' else ''}"
