"""Trying the same once more: after how long, and how often that may be at all. Pure.

Only when nobody else is left to ask, and nothing was said yet. A provider that is overloaded is not helped by everybody
asking it twice: over time one request in ten may be repeated (the share of Google's SRE book, chapter 21).
"""

from __future__ import annotations

from dataclasses import dataclass

from voiced.errors import ProviderError, ProviderThrottled, ProviderTimeout

TRIES = 3
"""Times that a request is made at most."""
FIRST_PAUSE = 0.2
"""Seconds before the first repetition; twice as long before each further one, less by chance up to half of it."""
LONGEST_PAUSE = 2.0
"""Seconds that a caller may be kept waiting for another try, when a provider asks for so many."""
SLOW_DOWN = 1.0
"""Seconds for which a provider is left alone that asks for it without saying how long."""


@dataclass(slots=True)
class Budget:
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


def pause(fault: Exception, tries: int, chance: float) -> float | None:
    """Return the seconds to wait before it is tried again after `tries` tries; None when that is of no use.

    `chance`, from 0 to 1, spreads those that failed together. One that took too long is not asked again: the caller has
    waited already.
    """
    if not isinstance(fault, ProviderError) or not fault.retryable or isinstance(fault, ProviderTimeout):
        return None
    if tries >= TRIES:
        return None
    wait = FIRST_PAUSE * 2 ** (tries - 1) * (1 - chance / 2)
    if isinstance(fault, ProviderThrottled):
        wait = max(wait, slow_down(fault))
    return wait if wait <= LONGEST_PAUSE else None


def slow_down(fault: ProviderThrottled) -> float:
    """Return the seconds for which a provider wants to be left alone."""
    return SLOW_DOWN if fault.retry_after is None else fault.retry_after
