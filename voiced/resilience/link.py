"""One provider of a chain, and one request to it: whoever asks, its outcome settles the breaker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Generic, TypeVar

import trio
from msgspec import Struct

from voiced.errors import ProviderError, ProviderOverloaded, ProviderThrottled
from voiced.observe.log import logger
from voiced.resilience.breaker import Permit
from voiced.resilience.breakers import Gate, Outcome
from voiced.resilience.outage import first_cause, outcome_of
from voiced.resilience.retry import IN_A_CALL, Manner, asks_for, pause

log = logger("resilience")

P = TypeVar("P")


class Link(Struct, Generic[P], frozen=True):
    """A provider with its breaker."""

    provider: P
    gate: Gate


class Attempt(Struct):
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
    """Settle the request that is made inside, by how it ends, and give its place in the account back.

    One that is cancelled says nothing of the provider, unless the caller's deadline had passed: it was too slow then.
    """
    deadline = trio.current_effective_deadline()
    try:
        yield
    except Exception as error:
        cause = first_cause(error)
        made.settle(outcome_of(cause))
        if seconds := asks_for(cause):
            made.gate.hold(seconds)
        log.warning("provider_attempt_failed", kind=made.gate.kind, provider=made.gate.name, error=type(cause).__name__)
        if cause is error:
            raise
        raise cause from error
    except BaseException:
        made.settle("outage" if trio.current_time() >= deadline else "abandoned")
        raise
    finally:
        made.gate.over()
    made.settle("ok")


def all_down(links: Sequence[Link[P]]) -> ProviderError:
    """Return the error of a chain that may ask nobody: they are down, or will be asked again in a moment."""
    gate = links[0].gate
    waits = [link.gate.wait for link in links if link.gate.state != "open" and link.gate.wait > 0]
    if waits:
        said = f"no {gate.kind} provider may be asked now"
        return ProviderThrottled(said, retry_after=min(waits), provider=gate.name, stage="connect")
    return ProviderOverloaded(f"every {gate.kind} provider is down", provider=gate.name, stage="connect")


async def again(links: Sequence[Link[P]], fault: Exception | None, tries: int, manner: Manner = IN_A_CALL) -> None:
    """Wait until it is worth asking once more, after `tries` tries of which the last raised `fault`; else raise it.

    Without a `fault` nobody could be asked.
    """
    useful = fault is None or any(link.gate.repeats for link in links)
    fault = fault or all_down(links)
    seconds = pause(fault, tries, links[0].gate.chance(), manner)
    if seconds is None or not useful:
        raise fault
    await trio.sleep(seconds)
