"""The breakers of one process: one for each provider of a kind, shared by all calls, told to log and metrics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import trio

from voiced.observe.log import logger
from voiced.observe.metrics import BREAKER_OPEN, PROVIDER_REQUESTS
from voiced.plugin import Kind
from voiced.resilience.breaker import Breaker, Limits, Permit, State

log = logger("resilience")

Outcome = Literal["ok", "outage", "refused", "abandoned"]
"""`outage` counts against the provider; `refused` does not: another request may be taken; `abandoned`: the caller cut
in, or hung up."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One provider's breaker, with the clock."""

    kind: Kind
    name: str
    breaker: Breaker
    clock: Callable[[], float]

    @property
    def state(self) -> State:
        """Whether requests pass."""
        return self.breaker.state(self.clock())

    @property
    def ready(self) -> bool:
        """Whether a request would be admitted now."""
        return self.breaker.ready(self.clock())

    def admit(self) -> Permit | None:
        """Count a request that is about to be sent; None when it must not be."""
        return self.breaker.admit(self.clock())

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


@dataclass(slots=True)
class Breakers:
    """All breakers of a process. They outlive configurations: what is down stays known."""

    limits: Limits = field(default_factory=Limits)
    clock: Callable[[], float] = trio.current_time
    _gates: dict[tuple[Kind, str], Gate] = field(default_factory=dict)

    def gate(self, kind: Kind, name: str) -> Gate:
        """Return the breaker of provider `name` of `kind`, the same each time."""
        if (kind, name) not in self._gates:
            self._gates[kind, name] = Gate(kind, name, Breaker(self.limits), self.clock)
            BREAKER_OPEN.labels(kind, name).set(0)
        return self._gates[kind, name]

    def listed(self) -> list[Mapping[str, Any]]:
        """Return how each is, as JSON values, by kind and name."""
        return [_listed(self._gates[key], self.clock()) for key in sorted(self._gates)]


def _listed(gate: Gate, now: float) -> Mapping[str, Any]:
    requests, failures = gate.breaker.counts(now)
    return {
        "kind": gate.kind,
        "provider": gate.name,
        "state": gate.breaker.state(now),
        "requests": requests,
        "failures": failures,
        "probe_in": round(gate.breaker.opens_in(now), 1),
    }
