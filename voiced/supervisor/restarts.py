"""When a process that ended is started again. Pure: what happened and when in, what to do out.

One that ran well is started again at once. One that keeps dying waits longer each time, and is given up when it died
too often in a row: it would only burn the machine that the others need.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

MOST = 5
"""Restarts within `WINDOW` after which the next death is the last."""
WINDOW = 60.0
"""Seconds."""
STEADY = 10.0
"""Seconds after which a process that dies is not taken for one that cannot start."""
FIRST_DELAY, LAST_DELAY = 0.25, 30.0


@dataclass(frozen=True, slots=True)
class Again:
    """Start it again after `delay` seconds."""

    delay: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Do not start it any more: it died `deaths` times in `WINDOW` seconds."""

    deaths: int


@dataclass(slots=True)
class Restarts:
    """What became of one process so far. Times are seconds on any clock that goes on."""

    _deaths: deque[float] = field(default_factory=deque)
    _delay: float = 0.0

    def ended(self, began: float, now: float) -> Again | GiveUp:
        """Take that the process which began at `began` has ended, unasked."""
        self._deaths.append(now)
        while now - self._deaths[0] >= WINDOW:
            self._deaths.popleft()
        if len(self._deaths) > MOST:
            return GiveUp(len(self._deaths))
        if now - began >= STEADY:
            self._delay = 0.0
            return Again(0.0)
        self._delay = min(max(self._delay * 2, FIRST_DELAY), LAST_DELAY)
        return Again(self._delay)

    def forgive(self) -> None:
        """Begin anew: somebody mended what was wrong, or says so."""
        self._deaths.clear()
        self._delay = 0.0
