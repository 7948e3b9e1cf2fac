"""How long it may take to reach a provider: name, TCP, TLS, and the opening of a WebSocket.

A stage of its own: a host that does not even let us in is found out long before its answer would be due, and since it
was not asked anything yet, it may be tried again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import trio

from voiced.errors import ProviderTimeout

REACH = 1.5
"""Seconds. One lost packet of the handshake is made good in them (RFC 6298: after 1 s)."""


def too_slow(provider: str) -> ProviderTimeout:
    """Return the error of a connection that did not come about in time."""
    return ProviderTimeout("no connection in time", provider=provider, stage="connect")


@contextmanager
def reaching(provider: str, by: float) -> Iterator[None]:
    """Reach `provider` inside, until `by` on trio's clock. Raises `ProviderTimeout`."""
    with trio.move_on_at(by) as scope:
        yield
    if scope.cancelled_caught:
        raise too_slow(provider)
