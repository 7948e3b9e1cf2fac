"""What one account with a provider may do: requests a minute, and requests at the same time. Pure.

A token bucket: it holds `burst` requests and fills at the rate of the account. Time is an argument, in seconds.
"""

from __future__ import annotations

import math

from msgspec import Struct

BUSY = 0.2
"""Seconds after which it is worth asking again when as many requests as may be are under way."""


class Allowance(Struct, frozen=True):
    """The limits of an account; 0: none."""

    per_minute: float = 0.0
    burst: int = 1
    concurrent: int = 0

    def shared(self, workers: int) -> Allowance:
        """Return the part of one of so many workers, none of which knows what the others ask for."""
        at_once = max(1, self.concurrent // workers) if self.concurrent else 0
        return Allowance(self.per_minute / workers, max(1, self.burst // workers), at_once)


class Account(Struct):
    """One account in use."""

    allowance: Allowance
    under_way: int = 0
    _tokens: float = math.inf
    _at: float = -math.inf

    def wait(self, now: float) -> float:
        """Return the seconds until a request may be made; 0 when it may now."""
        if self.allowance.concurrent and self.under_way >= self.allowance.concurrent:
            return BUSY
        if not self.allowance.per_minute:
            return 0.0
        self._fill(now)
        missing = 1.0 - self._tokens
        return 60.0 * missing / self.allowance.per_minute if missing > 1e-9 else 0.0

    def take(self, now: float) -> None:
        """Make a request, which may be made."""
        self.under_way += 1
        if self.allowance.per_minute:
            self._fill(now)
            self._tokens -= 1.0

    def give_back(self) -> None:
        """A request is over."""
        self.under_way -= 1

    def _fill(self, now: float) -> None:
        gained = (now - self._at) * self.allowance.per_minute / 60.0
        self._tokens, self._at = min(self._tokens + gained, float(self.allowance.burst)), now
