"""Where the worker's sockets and a call meet.

The line is what a call may do to its socket, the ear is what the socket tells a call, the exchange hands out calls.
Everything here is synchronous: one hub task reads all media sockets and feeds every ear in turn, so none may block.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from voiced.plugin import Desk, Leg


class Line(Protocol):
    """The open media socket of one call, as the call sees it."""

    def send(self, messages: Sequence[str | bytes]) -> None:
        """Queue messages for the carrier. Never blocks, does nothing once closed.

        A carrier that stops reading for too long gets its line closed, not our memory.
        """
        ...

    def close(self) -> None:
        """Close the socket in good order. Idempotent; `Ear.closed` follows."""
        ...

    def ahead(self) -> float:
        """Return the seconds that it will take to play what waits in this line; 0 where the carrier has the queue.

        More than the clock says where the line stood still.
        """
        ...


class Ear(Protocol):
    """One call, as the hub sees it. An exception from any of these ends this call only."""

    def message(self, message: str | bytes) -> None:
        """Take one message of the carrier."""
        ...

    def tick(self) -> None:
        """Look at the clock: called every 20 ms (60 on a busy worker) for as long as the line is open."""
        ...

    def broke(self, reason: str) -> None:
        """Learn that the carrier's side broke the protocol of the socket; `closed` follows, and the call is over."""
        ...

    def closed(self, reason: str) -> None:
        """Learn that the socket is gone (`reason` for the log). Called exactly once, last."""
        ...

    def failed(self, error: Exception) -> None:
        """Learn that `message` or `tick` raised: apologise to the caller and end this call."""
        ...


class Ticket(Protocol):
    """A call that was admitted and whose one-shot token was just redeemed."""

    @property
    def call_id(self) -> str:
        """Our id of the call."""
        ...


class Exchange(Desk, Protocol):
    """The switchboard, as the web room sees it."""

    def redeem(self, provider: str, token: str) -> Ticket | None:
        """Return the call that `token` opens, once; None when it is unknown, expired, forged or already used."""
        ...

    def redeem_call(self, provider: str, carrier_call_id: str) -> Ticket | None:
        """Return the call that the carrier knows by this id, once for each stream; None when it waits for none.

        For carriers whose streams bear no token of ours: the id itself is the secret.
        """
        ...

    def connect(self, ticket: Ticket, leg: Leg, line: Line) -> Ear:
        """Start the call on this line and return its ear."""
        ...

    def not_ready(self) -> Sequence[str]:
        """Return why no call can be taken now (draining, full, a provider missing); empty when ready."""
        ...
