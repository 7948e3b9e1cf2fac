"""The breakers of one process: one for each provider and operation, shared by all calls, told to log and metrics.

A recogniser, a voice, a model or a tool does one thing, named by its kind; a carrier is asked for several.

Beside its breaker a provider's gate knows what else keeps it from being asked: that it wants to be left alone for a
while, and the limits of the account.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any, Literal

import trio
from msgspec import Struct, field

from voiced.observe.log import logger
from voiced.observe.metrics import BREAKER_OPEN, PROVIDER_HELD_BACK, PROVIDER_REQUESTS, PROVIDER_RETRIES
from voiced.plugin import Kind
from voiced.resilience.account import Account, Allowance
from voiced.resilience.breaker import Breaker, Limits, Permit, State
from voiced.resilience.retry import Budget

log = logger("resilience")

Operation = Kind | Literal["telco.redirect", "telco.hang_up", "telco.place", "telco.recordings", "telco.erase"]
"""What a provider is asked for."""
Outcome = Literal["ok", "outage", "throttled", "refused", "abandoned"]
"""`outage` counts against the provider; `throttled` and `refused` do not: it is there; `abandoned`: the caller cut in,
or hung up."""


class Gate(Struct, eq=False):
    """One provider's door."""

    kind: Operation
    name: str
    breaker: Breaker
    clock: Callable[[], float]
    chance: Callable[[], float] = random.random
    account: Account = field(default_factory=lambda: Account(Allowance()))
    budget: Budget = field(default_factory=Budget)
    held_until: float = 0.0
    """It asked to be left alone until then."""
    provider: Any = None
    """Who is tried out in the background once the breaker's pause is over; None: the next request of a call tries."""

    @property
    def state(self) -> State:
        """Whether the breaker lets requests pass."""
        return self.breaker.state(self.clock())

    @property
    def ready(self) -> bool:
        """Whether a request would be admitted now."""
        return self._lets_calls and self.wait == 0.0

    @property
    def _lets_calls(self) -> bool:
        return self.state == "closed" or (self.provider is None and self.breaker.ready(self.clock()))

    @property
    def wait(self) -> float:
        """Seconds for which it is not asked, whatever its breaker says; 0 when it may be."""
        now = self.clock()
        return max(0.0, self.held_until - now, self.account.wait(now))

    @property
    def repeats(self) -> bool:
        """Whether a request to it that failed could be made once more."""
        return self.state != "open" and self.budget.left >= 1.0

    def admit(self, *, again: bool = False) -> Permit | None:
        """Count a request that is about to be sent; None when it must not be. `again`: it repeats one that failed."""
        now = self.clock()
        if not self._lets_calls:
            return None
        if self.wait > 0.0:
            PROVIDER_HELD_BACK.labels(self.kind, self.name).inc()
            return None
        if again and not self.budget.spend():
            return None
        self._count(again=again)
        self.account.take(now)
        return self.breaker.admit(now, again=again)

    def probe(self) -> Permit | None:
        """Return leave to try the provider out in the background, when it is time for that."""
        if self.provider is None or self.state != "half-open" or self.wait > 0.0:
            return None
        permit = self.breaker.admit(self.clock())
        if permit is not None:
            self.account.take(self.clock())
        return permit

    def settle(self, permit: Permit, outcome: Outcome) -> None:
        """Take note of what became of a request."""
        before = self.state
        if outcome == "ok":
            self.breaker.succeeded(permit)
        elif outcome == "outage":
            self.breaker.failed(permit, self.clock())
        else:
            self.breaker.abandoned(permit)
        PROVIDER_REQUESTS.labels(self.kind, self.name, outcome).inc()
        self._tell(before, self.state)

    def over(self) -> None:
        """A request that was admitted is over: another may be made."""
        self.account.give_back()

    def hold(self, seconds: float) -> None:
        """Leave the provider alone for so long: it asked for that."""
        self.held_until = max(self.held_until, self.clock() + seconds)
        log.warning("provider_held_back", kind=self.kind, provider=self.name, seconds=round(seconds, 1))

    def _count(self, *, again: bool) -> None:
        if again:
            PROVIDER_RETRIES.labels(self.kind, self.name).inc()
        else:
            self.budget.earn()

    def _tell(self, before: State, after: State) -> None:
        if before == after:
            return
        BREAKER_OPEN.labels(self.kind, self.name).set(after != "closed")
        if after == "open":
            log.warning(
                "breaker_opened", kind=self.kind, provider=self.name, seconds=self.breaker.opens_in(self.clock())
            )
        elif after == "closed":
            log.info("breaker_closed", kind=self.kind, provider=self.name)


class Breakers(Struct):
    """All breakers of a process. They outlive configurations: what is down stays known."""

    limits: Limits = field(default_factory=Limits)
    clock: Callable[[], float] = trio.current_time
    chance: Callable[[], float] = random.random
    """Gives numbers from 0 to 1, which spread requests that are made again."""
    _gates: dict[tuple[Operation, str], Gate] = field(default_factory=dict)
    _accounts: dict[str, Account] = field(default_factory=dict)

    def gate(self, kind: Operation, name: str) -> Gate:
        """Return the gate of provider `name` for this operation, the same each time."""
        if (kind, name) not in self._gates:
            breaker, account = Breaker(self.limits), self._account(name)
            self._gates[kind, name] = Gate(kind, name, breaker, self.clock, self.chance, account)
            BREAKER_OPEN.labels(kind, name).set(0)
        return self._gates[kind, name]

    def gates(self) -> list[Gate]:
        """Return all gates that there are."""
        return list(self._gates.values())

    def allow(self, allowances: Mapping[str, Allowance]) -> None:
        """Hold each provider to its allowance from now on, by its name; those that are not named have no limit."""
        for name in {*self._accounts, *allowances}:
            self._account(name).allowance = allowances.get(name, Allowance())

    def listed(self) -> list[Mapping[str, Any]]:
        """Return how each is, as JSON values, by kind and name."""
        return [_listed(self._gates[key], self.clock()) for key in sorted(self._gates)]

    def _account(self, name: str) -> Account:
        return self._accounts.setdefault(name, Account(Allowance()))


def _listed(gate: Gate, now: float) -> Mapping[str, Any]:
    requests, failures = gate.breaker.counts(now)
    return {
        "kind": gate.kind,
        "provider": gate.name,
        "state": gate.breaker.state(now),
        "requests": requests,
        "failures": failures,
        "probe_in": round(gate.breaker.opens_in(now), 1),
        "held_for": round(max(0.0, gate.held_until - now), 1),
        "under_way": gate.account.under_way,
        "retries_left": int(gate.budget.left),
    }
