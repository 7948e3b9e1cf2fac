"""Trying the same once more: after how long, and how often that may be at all. Pure.

Only when nobody else is left to ask, and nothing was said yet. A provider that is overloaded is not helped by everybody
asking it twice: over time one request in ten may be repeated (the share of Google's SRE book, chapter 21).
"""

from __future__ import annotations

from msgspec import Struct

from voiced.errors import ProviderBusy, ProviderError, ProviderThrottled, ProviderTimeout

TRIES = 3
"""Times that a request is made at most."""
FIRST_PAUSE = 0.2
"""Seconds before the first repetition; twice as long before each further one, less by chance up to half of it."""
LONGEST_PAUSE = 2.0
"""Seconds that a caller may be kept waiting for another try, when a provider asks for so many."""
SLOW_DOWN = 1.0
"""Seconds for which a provider is left alone that asks for fewer requests without saying for how long."""
LONGEST_HOLD = 600.0
"""Seconds after which it is asked again whatever it said: one that still wants to be left alone says so again."""


class Manner(Struct, frozen=True):
    """How a request is made again. Times in seconds."""

    tries: int = TRIES
    first_pause: float = FIRST_PAUSE
    longest_pause: float = LONGEST_PAUSE
    slow: bool = False
    """Whether one that took too long is made again: nobody listens to silence meanwhile."""


class Budget(Struct):
    """How often requests to one provider may be repeated."""

    share: float = 0.1
    """Repetitions that each request pays for."""
    most: float = 3.0
    """Repetitions that can be saved up; there are as many at first, for a host with few calls."""
    left: float = 3.0

    def earn(self) -> None:
        """A request is made."""
        self.left = min(self.most, self.left + self.share)

    def spend(self) -> bool:
        """Take a repetition; False when there is none."""
        if self.left < 1.0:
            return False
        self.left -= 1.0
        return True


IN_A_CALL = Manner()
"""A caller waits for it."""


def pause(fault: Exception, tries: int, chance: float, manner: Manner = IN_A_CALL) -> float | None:
    """Return the seconds to wait before it is tried again after `tries` tries; None when that is of no use.

    `chance`, from 0 to 1, spreads those that failed together. One that took too long is not asked again: the caller has
    waited already. One that no connection was made to is: it was not asked yet.
    """
    if not isinstance(fault, ProviderError) or not fault.retryable or tries >= manner.tries:
        return None
    if isinstance(fault, ProviderTimeout) and fault.stage != "connect" and not manner.slow:
        return None
    wait = manner.first_pause * 2 ** (tries - 1) * (1 - chance / 2)
    wait = max(wait, asks_for(fault) or 0.0)
    return wait if wait <= manner.longest_pause else None


def asks_for(fault: Exception) -> float | None:
    """Return the seconds for which a provider asks to be left alone by `fault`; None when it does not ask."""
    if not isinstance(fault, ProviderBusy):
        return None
    if fault.retry_after is not None:
        return min(fault.retry_after, LONGEST_HOLD)
    return SLOW_DOWN if isinstance(fault, ProviderThrottled) else None
