"""The kinds `date`, `time` and `moment` (a date with a time or a part of the day)."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from voiced.text.collect.calendar import Found, dates_in, ready
from voiced.text.collect.clock import PARTS, Clock, parts_in, times_in
from voiced.text.collect.contract import Collected, Collector, Context
from voiced.text.collect.corrections import segments, without_rejected
from voiced.text.dates import say_date
from voiced.text.hours import say_time
from voiced.text.pattern import lazy

_DOUBT = lazy(r"\bpeut etre\b|\bje (?:ne )?sais pas\b|\bvers\b|\benviron\b|\bplutot vers\b")
_FAR = 300


class Moment(Struct, frozen=True):
    """What is known of a moment; each field may be missing."""

    day: date | None = None
    time: str = ""
    part: str = ""
    sure: float = 1.0
    open: bool = False


def _parts_of(text: str) -> list[str]:
    """Return the `ready` corrections of a text in order, without what the caller says it is not."""
    return [ready(part) for part in segments(without_rejected(text))]


def say_day(day: date, today: date) -> str:
    """Return "mardi quinze décembre", with the year when the day is far away."""
    return say_date(day, year=abs((day - today).days) > _FAR)


def say_clock(time: str) -> str:
    """Return "quatorze heures trente" for "14:30"."""
    hour, _, minute = time.partition(":")
    return say_time(int(hour), int(minute))


def _doubted(sure: float, text: str) -> float:
    return min(sure, 0.6) if _DOUBT.search(text) else sure


def _one_day(found: list[Found]) -> tuple[date, float, bool]:
    """Return (day, confidence, whether several days were named)."""
    several = len({item.day for item in found}) > 1
    return found[0].day, 0.4 if several else found[0].sure, several


def collect_date(text: str, context: Context) -> Collected | None:
    """Return an ISO date; not complete when the caller named several days."""
    whole = ready(text)
    for part in reversed(_parts_of(text)):
        if found := dates_in(part, context.today):
            day, sure, several = _one_day(found)
            return Collected(day.isoformat(), say_day(day, context.today), not several, _doubted(sure, whole))
    return None


def collect_time(text: str, context: Context) -> Collected | None:
    """Return "HH:MM"; a bare part of the day ("matin") or a range is not complete."""
    whole = ready(text)
    for part in reversed(_parts_of(text)):
        found = times_in(part, context.now)
        if found:
            return _one_time(found, whole)
        if names := parts_in(part):
            return Collected(names[0], PARTS[names[0]], complete=False, confidence=0.5)
    return None


def _one_time(found: list[Clock], whole: str) -> Collected:
    several = len(found) > 1
    sure = 0.4 if several else _doubted(found[0].sure, whole)
    return Collected(found[0].iso, say_clock(found[0].iso), not several, sure)


def _read(text: str, context: Context) -> Moment:
    """Return what one utterance says of a moment; later corrections override earlier words, field by field."""
    known = Moment()
    for part in _parts_of(text):
        known = _over(_fields(part, context), known)
    return known


def _fields(part: str, context: Context) -> Moment:
    found, times, names = dates_in(part, context.today), times_in(part, context.now), parts_in(part)
    day, sure, several = _one_day(found) if found else (None, 1.0, False)
    if times:
        sure = min(sure, 0.4 if len(times) > 1 else times[0].sure)
    return Moment(day, times[0].iso if times else "", names[0] if names else "", sure, several or len(times) > 1)


def _over(new: Moment, old: Moment) -> Moment:
    """Return `new` completed by `old`; a new part of the day puts an old time aside."""
    time = new.time or ("" if new.part and new.part != old.part else old.time)
    return Moment(new.day or old.day, time, new.part or old.part, min(new.sure, old.sure), new.open)


def collect_moment(text: str, context: Context) -> Collected | None:
    """Return "2026-12-15T14:30" or "2026-12-15 après-midi"; incomplete: "2026-12-15", "T14:30", "matin"."""
    said = _read(text, context)
    if not (said.day or said.time or said.part):
        return None
    known = _over(said, _read(context.so_far, context)) if context.so_far else said
    complete = known.day is not None and bool(known.time or known.part) and not known.open
    return Collected(_value(known), _aloud(known, context.today), complete, _doubted(known.sure, ready(text)))


def _value(known: Moment) -> str:
    day = known.day.isoformat() if known.day else ""
    if known.time:
        return f"{day}T{known.time}"
    return f"{day} {known.part}".strip()


def _aloud(known: Moment, today: date) -> str:
    day = say_day(known.day, today) if known.day else ""
    if known.time:
        return f"{day} à {say_clock(known.time)}".strip()
    if known.part and day:
        return f"{day}, {PARTS[known.part]}"
    return day or PARTS[known.part]


DATE = Collector("date", collect_date)
TIME = Collector("time", collect_time)
MOMENT = Collector("moment", collect_moment)
