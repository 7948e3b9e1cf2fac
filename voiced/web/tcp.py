"""Media streams over plain TCP: who may open one, and the socket that keeps the pace for a carrier that keeps none.

They are served by the same hub as the WebSockets: no task for a stream, let alone for a frame.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import trio

from voiced.audio.frame import FRAME_SECONDS
from voiced.call.line import Ear, Exchange, Line, Ticket
from voiced.plugin import Logger, TcpLeg, TcpTelco
from voiced.web.framing import Arrival
from voiced.web.media import MediaSocket
from voiced.web.pool import Pool

SOUND_AHEAD = 0.08
"""Seconds of sound that the carrier is given ahead of the line: it outlasts two looks of a busy hub."""
QUIET_AHEAD = FRAME_SECONDS
"""Seconds of silence given ahead: what is said next waits behind it."""
LATE = 0.04
"""Seconds of silence that are made up for when the hub looks late. Sound is not: what the line missed was not played,
it comes later, and so does what follows."""
FIRST_BYTES = 2.0
"""Seconds that a stream gets to say whose it is."""
MOST_EARLY = 4096
"""Bytes that it may take for that."""
MOST_WAITING = 64
"""Streams that may be about to say so; more are closed at once."""


class RawCodec:
    """No framing: the leg takes and gives bytes."""

    def __init__(self, leg: TcpLeg) -> None:
        self._leg = leg
        self._closed = False

    def receive(self, data: bytes) -> Iterator[Arrival]:
        """Give the bytes on as they are."""
        yield data

    def encode(self, message: str | bytes) -> bytes:
        """Return the message."""
        return message.encode() if isinstance(message, str) else message

    def ping(self) -> bytes:
        """Return nothing: the carrier's sound shows that it lives."""
        return b""

    def close(self, _code: int = 1000, _reason: str = "") -> bytes:
        """Return the leg's farewell, once."""
        closed, self._closed = self._closed, True
        with suppress(Exception):  # a plugin's bug must not keep a line from being closed
            return b"" if closed else self._leg.farewell()
        return b""


class PacedSocket(MediaSocket):
    """A stream whose sound leaves as the line needs it."""

    def __init__(
        self, sock: socket.socket, *, leg: TcpLeg, clock: Callable[[], float] = trio.current_time, **rest: Any
    ) -> None:
        """`clock` tells what `tick` is told."""
        super().__init__(sock, codec=RawCodec(leg), **rest)
        self._leg, self._clock = leg, clock
        self._sent_until: float | None = None  # when the line will have played what it was given

    def ahead(self) -> float:
        """Return the seconds until the sound that waits in the leg will have been played; 0 when none does."""
        queued = self._leg.queued
        return queued and queued + max(0.0, (self._sent_until or 0.0) - self._clock())

    def tick(self, now: float) -> None:
        """Let the call look at the clock, and send what is due."""
        super().tick(now)
        if self.gone or self._closing:
            return
        try:
            self._send_due(now)
        except Exception as error:  # noqa: BLE001 - one call's fault must not reach the others
            self.fail(error)

    def _send_due(self, now: float) -> None:
        late = 0.0 if self._leg.queued else LATE
        until = now if self._sent_until is None else max(self._sent_until, now - late)
        data, seconds = self._leg.due(now + SOUND_AHEAD - until, now + QUIET_AHEAD - until)
        self._sent_until = until + seconds
        self.write(data)


class TcpEntrance:
    """Opens the streams of calls that were admitted; whoever else connects is closed without a word.

    `telcos` may be replaced at any time; a worker's siblings have entrances of their own, so nothing is handed over.
    """

    def __init__(self, name: str, telcos: Mapping[str, Any], exchange: Exchange, hub: Pool, log: Logger) -> None:
        self._name, self._telcos, self._exchange, self._hub, self._log = name, telcos, exchange, hub, log
        self._waiting = trio.CapacityLimiter(MOST_WAITING)

    async def run(self, listeners: Sequence[trio.SocketListener]) -> None:
        """Take connections until cancelled."""
        await trio.serve_listeners(self._enter, list(listeners))

    async def _enter(self, stream: trio.SocketStream) -> None:
        try:
            self._waiting.acquire_nowait()
        except trio.WouldBlock:
            await trio.aclose_forcefully(stream)
            return
        try:
            await self._admit(stream)
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            self._log.warning("stream_lost", provider=self._name, error=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - a plugin's bug must not close the door to the others
            self._log.error("media_refused", provider=self._name, why=type(error).__name__)
        finally:
            self._waiting.release()
            await trio.aclose_forcefully(stream)  # the hub has the socket by now, if the call is ours

    async def _admit(self, stream: trio.SocketStream) -> None:
        telco: TcpTelco = self._telcos[self._name]
        call, early = await _first_words(stream, telco)
        ticket = self._exchange.redeem_call(self._name, call) if call else None
        if ticket is None:
            self._log.warning("media_refused", provider=self._name, why="call" if call else "protocol")
        else:
            self._connect(stream, telco.leg(), ticket, early)

    def _connect(self, stream: trio.SocketStream, leg: TcpLeg, ticket: Ticket, early: bytes) -> None:
        def connect(line: Line) -> Ear:
            return self._exchange.connect(ticket, leg, line)

        sock = socket.socket(fileno=stream.socket.detach())
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._hub.add(sock, connect, early=early, make=partial(PacedSocket, leg=leg))
        except Exception as error:  # noqa: BLE001 - one call's fault must not reach the others
            self._log.error("media_failed", call=ticket.call_id, error=type(error).__name__)


async def _first_words(stream: trio.SocketStream, telco: TcpTelco) -> tuple[str, bytes]:
    """Return whose stream it is ("": nobody's), and what was read to find out."""
    early = b""
    with trio.move_on_after(FIRST_BYTES):
        while len(early) < MOST_EARLY:
            data = await stream.receive_some(MOST_EARLY)
            early += data
            call = telco.call_of_stream(early)
            if call is not None or not data:
                return call or "", early
    return "", early
