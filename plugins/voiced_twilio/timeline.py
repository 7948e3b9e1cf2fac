"""Order and holes of the caller's sound, from chunk numbers and timestamps. Pure; time is the carrier's.

A packet whose number was passed already is late. A hole is what the timestamps are ahead of the sound that arrived:
small jitter of a talker's timestamps is not a hole, one missing number is.
"""

from __future__ import annotations

from dataclasses import dataclass

JITTER = 30.0
"""Milliseconds that timestamps may run ahead without being believed, as long as no packet number is missing."""

RESTART = 50
"""A number this far behind (a second of packets) is no late packet: the talker began to count anew."""

LONGEST_GAP = 60_000.0
"""Milliseconds. Twilio drops a call after 60 s without sound; a longer hole is a wrong number, not silence."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a packet stands: drop it when `late`; `gap` milliseconds miss before it; `odd` says what is wrong."""

    late: bool = False
    gap: float = 0.0
    odd: str = ""


ON_TIME = Placed()
LATE = Placed(late=True)


class Timeline:
    """The sound of one stream so far."""

    __slots__ = ("_heard", "_number", "_origin", "_stamp")

    def __init__(self) -> None:
        self._number = -1
        self._stamp = 0.0
        self._origin: float | None = None
        self._heard = 0.0  # milliseconds of sound and holes since the origin

    def place(self, number: int | None, timestamp: float | None, length: float) -> Placed:
        """Place the packet `number` of `length` ms, whose first sample is at `timestamp` ms. Either may be unknown."""
        missing = 0
        if number is None:
            behind = 0 if timestamp is None else self._stamp - timestamp
            step = length
        else:
            behind = self._number + 1 - number if self._number >= 0 else 0
            missing, step = -behind, 1
        if behind > 0:
            if behind <= RESTART * step:
                return LATE
            return self._restart(number, timestamp, length, "the numbering began anew")
        gap = self._gap(missing, timestamp, length)
        if gap > LONGEST_GAP:
            return self._restart(number, timestamp, length, "an impossible jump")
        self._advance(number, timestamp, gap + length)
        return Placed(gap=gap) if gap else ON_TIME

    def _gap(self, missing: float, timestamp: float | None, length: float) -> float:
        if timestamp is None:
            return missing * length
        if self._origin is None:
            self._origin = timestamp - self._heard
        ahead = timestamp - self._origin - self._heard
        if missing:
            return ahead if ahead > 0 else missing * length
        return ahead if ahead > JITTER else 0.0

    def _restart(self, number: int | None, timestamp: float | None, length: float, odd: str) -> Placed:
        self._origin = timestamp
        self._heard = 0.0
        self._advance(number, timestamp, length)
        return Placed(odd=odd)

    def _advance(self, number: int | None, timestamp: float | None, milliseconds: float) -> None:
        self._heard += milliseconds
        if number is not None:
            self._number = number
        if timestamp is not None:
            self._stamp = timestamp
