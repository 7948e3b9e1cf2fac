"""How long a recogniser has kept the call waiting. Pure: time is an argument, in seconds.

It may owe two things: the final that was asked for, and to take the next sound. One that hangs owes the first, one that
never got through to its host the second.
"""

from __future__ import annotations

import math
from collections import deque

from voiced.plugin import Finalise, SttInput


class Owed:
    """What one recogniser owes."""

    def __init__(self, patience: float, *, finals: bool, now: float) -> None:
        """Give it `patience` for each thing; `finals`: whether it answers every request for a final with one."""
        self._patience, self._finals = patience, finals
        self._asked: deque[float] = deque()
        self._busy_since = now

    @property
    def due(self) -> float:
        """When it has had its time."""
        asked = self._asked[0] if self._asked else math.inf
        return min(asked, self._busy_since) + self._patience

    def wants_more(self) -> None:
        """It asks for the next sound."""
        self._busy_since = math.inf

    def given(self, item: SttInput, now: float) -> None:
        """It takes `item`."""
        self._busy_since = now
        if self._finals and isinstance(item, Finalise):
            self._asked.append(now)

    def answered(self) -> None:
        """It gives a final."""
        if self._asked:
            self._asked.popleft()

    def released(self) -> None:
        """It has nothing to do any more: the sound is over."""
        self._asked.clear()
        self._busy_since = math.inf
