"""Delays shaped like those of real providers: log-normal, given by median and 95th percentile, drawn from a seed."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import trio

_P95 = 1.6448536269514722
"""The 95th percentile of the standard normal distribution."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One delay, in seconds: its median and its 95th percentile. Both 0: none."""

    p50: float = 0.0
    p95: float = 0.0

    def draw(self, source: random.Random) -> float:
        """Return one delay."""
        if self.p50 <= 0:
            return 0.0
        spread = math.log(max(self.p95, self.p50) / self.p50) / _P95
        return self.p50 * math.exp(spread * source.gauss(0.0, 1.0))


class Delays:
    """A stream of delays: the same seed gives the same run."""

    def __init__(self, profile: Profile, seed: int | str = 1) -> None:
        self._profile, self._source = profile, random.Random(seed)  # noqa: S311 - no secret, a distribution

    def draw(self) -> float:
        """Return the next delay, in seconds."""
        return self._profile.draw(self._source)

    async def wait(self) -> float:
        """Wait for the next delay; return its seconds."""
        seconds = self.draw()
        await trio.sleep(seconds)
        return seconds
