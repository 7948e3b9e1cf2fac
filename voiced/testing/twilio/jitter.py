"""What the network between the phone and the application does to the caller's frames. Pure: frames in, frames out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle

from voiced.testing.twilio.faults import Jitter

GAP_FRAMES = 10
"""Frames lost in one gap: 200 ms."""

GAP_EVERY = 50
"""Frames from one gap to the next: one second."""


@dataclass(frozen=True, slots=True)
class CallerFrame:
    """20 ms of the caller; `ends` is the time in ms since the stream began."""

    payload: bytes
    ends: int
    silent: bool = False


class Network:
    """Decides which frames go out when one more was spoken."""

    def __init__(self, jitter: Jitter, *, suppress_silence: bool = False) -> None:
        self._jitter = jitter
        self._suppress = suppress_silence
        self._bursts = cycle((3, 4, 5))
        self._burst = next(self._bursts)
        self._held: list[CallerFrame] = []
        self._count = 0

    def pass_on(self, frame: CallerFrame) -> list[CallerFrame]:
        """Take the frame just spoken; return those that arrive now, oldest first."""
        self._count += 1
        if self._jitter == "gaps" and self._count % GAP_EVERY > GAP_EVERY - GAP_FRAMES - 1:
            return []
        if self._suppress and frame.silent:
            return []
        if self._jitter != "bursts":
            return [frame]
        return self._burst_of(frame)

    def _burst_of(self, frame: CallerFrame) -> list[CallerFrame]:
        self._held.append(frame)
        if len(self._held) < self._burst:
            return []
        out, self._held = self._held, []
        self._burst = next(self._bursts)
        return out
