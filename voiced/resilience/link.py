"""One provider of a chain, and one request to it: whoever asks, its outcome settles the breaker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

import trio

from voiced.errors import ProviderOverloaded
from voiced.observe.log import logger
from voiced.resilience.breaker import Permit
from voiced.resilience.breakers import Gate, Outcome
from voiced.resilience.outage import first_cause, is_outage

log = logger("resilience")

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Link(Generic[P]):
    """A provider with its breaker."""

    provider: P
    gate: Gate


@dataclass(slots=True)
class Attempt:
    """One request under way. Settled once, by whatever comes first."""

    gate: Gate
    permit: Permit
    settled: bool = False
    worked: bool = False

    def settle(self, outcome: Outcome) -> None:
        """Say what became of it; a failure after it had worked already counts as one more."""
        self.worked = self.worked or outcome == "ok"
        if not self.settled:
            self.settled = True
            self.gate.settle(self.permit, outcome)
        elif outcome == "outage":
            self.gate.settle(Permit(), outcome)


@contextmanager
def attempt(made: Attempt) -> Iterator[None]:
    """Settle the request that is made inside, by how it ends.

    One that is cancelled says nothing of the provider, unless the caller's deadline had passed: it was too slow then.
    """
    deadline = trio.current_effective_deadline()
    try:
        yield
    except Exception as error:
        cause = first_cause(error)
        made.settle("outage" if is_outage(cause) else "refused")
        log.warning("provider_attempt_failed", kind=made.gate.kind, provider=made.gate.name, error=type(cause).__name__)
        if cause is error:
            raise
        raise cause from error
    except BaseException:
        made.settle("outage" if trio.current_time() >= deadline else "abandoned")
        raise
    made.settle("ok")


def all_down(links: Sequence[Link[P]]) -> ProviderOverloaded:
    """Return the error of a chain that may ask nobody."""
    kind = links[0].gate.kind
    return ProviderOverloaded(f"every {kind} provider is down", provider=links[0].gate.name, stage="connect")
