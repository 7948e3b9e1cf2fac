"""The breaker: stops asking a provider that keeps failing, and finds out with one request whether it is well again.

    closed  --requests keep failing-->  open  --pause is over-->  half-open  --the probe works-->  closed
                                          ^--------------------------'  the probe fails: a longer pause

Pure: time is an argument, in seconds of any clock that never goes back. A request is counted before it is sent, so that
requests which hang weigh at once; a window is longer than the slowest request, so that none is forgotten before its
failure. (Hystrix learnt both the hard way: github.com/Netflix/Hystrix, HystrixCommandProperties.)
"""

from __future__ import annotations

from collections import deque
from typing import Literal

from msgspec import Struct, field

State = Literal["closed", "open", "half-open"]


class Limits(Struct, frozen=True):
    """When a breaker opens, and for how long. Times in seconds.

    Hystrix wants twenty requests before it judges; a phone agent has few, and a caller who waits for each.
    """

    window: float = 30.0
    """How far back requests and failures count."""
    failures: int = 3
    """Failures in the window below which it never opens."""
    share: float = 0.5
    """Share of the window's requests that must have failed."""
    pause: float = 5.0
    """How long it stays open the first time; doubled each time that the probe fails."""
    longest_pause: float = 60.0


class Permit(Struct, frozen=True):
    """Leave to send one request, to be settled by its outcome.

    A `probe` decides whether the breaker closes; one made `again` tells nothing that the request before has not told.
    """

    probe: bool = False
    again: bool = False


class Breaker(Struct):
    """One provider's breaker."""

    limits: Limits = field(default_factory=Limits)
    _requests: deque[float] = field(default_factory=deque)
    _failures: deque[float] = field(default_factory=deque)
    _opened_at: float | None = None
    _pause: float = 0.0
    _probing: bool = False

    def state(self, now: float) -> State:
        """Return whether requests pass (`closed`), are refused (`open`), or one may try (`half-open`)."""
        if self._opened_at is None:
            return "closed"
        return "open" if now < self._opened_at + self._pause else "half-open"

    def ready(self, now: float) -> bool:
        """Return whether a request would be admitted."""
        state = self.state(now)
        return state == "closed" or (state == "half-open" and not self._probing)

    def admit(self, now: float, *, again: bool = False) -> Permit | None:
        """Count a request that is about to be sent; None when it must not be. `again`: it repeats one that failed."""
        if not self.ready(now):
            return None
        if self._opened_at is not None:
            self._probing = True
            return Permit(probe=True)
        if again:
            return Permit(again=True)
        self._requests.append(now)
        self._forget(now)
        return Permit()

    def succeeded(self, permit: Permit) -> None:
        """Take note that the request worked."""
        if permit.probe:
            self._opened_at, self._pause, self._probing = None, 0.0, False
            self._requests.clear()
            self._failures.clear()

    def failed(self, permit: Permit, now: float) -> None:
        """Take note that the provider failed it."""
        if permit.probe:
            self._open(now)
        elif self._opened_at is None and not permit.again:
            self._failures.append(now)
            self._forget(now)
            requests, failures = self.counts(now)
            if failures >= self.limits.failures and failures >= self.limits.share * requests:
                self._open(now)

    def abandoned(self, permit: Permit) -> None:
        """Take note that the request says nothing about the provider: nobody waited for its outcome."""
        if permit.probe:
            self._probing = False

    def counts(self, now: float) -> tuple[int, int]:
        """Return the requests and the failures of the window."""
        self._forget(now)
        return max(len(self._requests), len(self._failures)), len(self._failures)

    def opens_in(self, now: float) -> float:
        """Return the seconds until a probe may pass; 0 when it may, or needs not."""
        return 0.0 if self._opened_at is None else max(0.0, self._opened_at + self._pause - now)

    def _open(self, now: float) -> None:
        longer = min(2 * self._pause, self.limits.longest_pause) if self._pause else self.limits.pause
        self._opened_at, self._pause, self._probing = now, longer, False

    def _forget(self, now: float) -> None:
        for times in (self._requests, self._failures):
            while times and times[0] <= now - self.limits.window:
                times.popleft()
