"""Contract of carriers whose sound comes over plain TCP, to a port of the worker's own, and not by WebSocket.

Such a carrier keeps no queue that could be cleared or that tells marks: the leg keeps it, and is asked at each look at
the clock for what is due. So sound leaves at the pace of the line, and what was cleared is not heard.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from msgspec import Struct

from voiced.plugin.telco import Leg


class TcpDoor(Struct, frozen=True):
    """Where streams come in. `host` and `port` are listened on by worker 0; each further one takes the port after.

    Port 0 is any free one. `told` is the host that the carrier is told, where that is another (behind NAT, say). The
    `media_url` of an `Admission` is then `tcp://host:port/token`, with the port of the worker that has the call.
    """

    host: str
    port: int
    told: str = ""


class TcpLeg(Leg, Protocol):
    """One stream's protocol, fed with bytes as they arrive, in pieces of any size.

    `encode` keeps what is to be played and returns what cannot wait. Its capabilities say `marks=False`, so that the
    call goes by its own clock, and `clear=True`, for the queue is here.
    """

    @property
    def queued(self) -> float:
        """Seconds of sound that wait here to be sent: what the call must not take for heard yet."""
        ...

    def due(self, sound: float, quiet: float) -> tuple[bytes, float]:
        """Return what to send now, and how long it plays (seconds).

        At most `sound` seconds of what is queued; where that is less than `quiet` seconds, silence up to there.
        """
        ...

    def farewell(self) -> bytes:
        """Return what tells the carrier that we end the stream."""
        ...


@runtime_checkable
class TcpTelco(Protocol):
    """What a `Telco` of this kind is besides."""

    @property
    def door(self) -> TcpDoor:
        """Where its streams come in; read once, when the worker starts."""
        ...

    def call_of_stream(self, early: bytes) -> str | None:
        """Return the carrier's id of the call from the first bytes of a stream.

        None when they are too few to tell; "" when this is no stream of the carrier's. The id is all that shows who
        comes: it must be a secret, such as a random UUID.
        """
        ...

    def leg(self) -> TcpLeg:
        """Return the protocol of one stream; it is fed from the first byte on."""
        ...
