"""When periodic jobs are due. Pure: the last slots and the time go in, names come out.

A slot is a point of the timetable. A job is due when the latest slot is not the one it was queued for last: what was
missed while nothing ran is made up once, and a clock that was set back stops nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
"""Nights are French local time."""


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many seconds."""

    seconds: float

    def slot(self, now: float) -> float:
        """Return the latest point of the timetable."""
        return now - now % self.seconds

    def after(self, slot: float) -> float:
        """Return the point that follows `slot`."""
        return slot + self.seconds

    def __str__(self) -> str:
        return f"every {self.seconds / 60:g} min"


@dataclass(frozen=True, slots=True)
class Daily:
    """Each day at one time of the day."""

    hour: int
    minute: int

    def slot(self, now: float) -> float:
        """Return the latest point of the timetable."""
        today = datetime.fromtimestamp(now, PARIS).replace(
            hour=self.hour, minute=self.minute, second=0, microsecond=0, fold=0
        )
        return today.timestamp() if today.timestamp() <= now else (today - timedelta(days=1)).timestamp()

    def after(self, slot: float) -> float:
        """Return the point that follows `slot`."""
        return (datetime.fromtimestamp(slot, PARIS) + timedelta(days=1)).timestamp()

    def __str__(self) -> str:
        return f"daily at {self.hour:02}:{self.minute:02}, Paris"


Times = Every | Daily

TIMETABLE: Mapping[str, Times] = {"purge": Daily(3, 30), "sweep": Every(300)}
"""When each periodic job is due."""


def due(last: Mapping[str, float], now: float, timetable: Mapping[str, Times] = TIMETABLE) -> dict[str, float]:
    """Return the jobs to queue, each with its slot. `last` has the slots that jobs were queued for last."""
    slots = {name: times.slot(now) for name, times in timetable.items()}
    return {name: slot for name, slot in slots.items() if last.get(name) != slot}
