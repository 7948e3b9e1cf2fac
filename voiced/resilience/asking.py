"""One request to the only provider that can do it: a tool, or the carrier's API. Made again where that changes nothing.

It passes the gate of its operation like a link of a chain: breaker, limits of the account, Retry-After, retry budget.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import TypeVar

import trio

from voiced.errors import ProviderTimeout
from voiced.resilience.breakers import Gate
from voiced.resilience.link import Attempt, Link, again, attempt
from voiced.resilience.retry import IN_A_CALL, Manner

T = TypeVar("T")


async def ask(
    gate: Gate,
    request: Callable[[], Awaitable[T]],
    *,
    repeatable: bool,
    deadline: float = math.inf,
    manner: Manner = IN_A_CALL,
) -> T:
    """Make a request, `deadline` seconds each time; raise what the last time raised.

    One that is not `repeatable` (it acts on the world) is made once at most: it waits only until it may be made.
    """
    fault: Exception | None = None
    tries = 0
    while True:
        permit = gate.admit(again=fault is not None)
        if permit is not None:
            try:
                with attempt(Attempt(gate, permit)):
                    return await _in_time(gate, request, deadline)
            except Exception as error:
                fault = error
                if not repeatable:
                    raise
        tries += 1
        await again((Link(None, gate),), fault, tries, manner)


async def _in_time(gate: Gate, request: Callable[[], Awaitable[T]], deadline: float) -> T:
    with trio.move_on_after(deadline):
        return await request()
    raise ProviderTimeout(f"no answer within {deadline:g} s", provider=gate.name)
