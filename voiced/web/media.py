"""One media socket: what a call may do to it (`Line`), and what it tells its call (`Ear`).

Synchronous all through: nothing blocks, nothing waits. A pool calls `readable`, `writable` and `tick`; once `gone` says
why, the pool closes it and tells the ear.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Protocol

from msgspec import Struct

from voiced.call.line import Ear
from voiced.web.framing import Arrival, Closing, Framing, Reply

READ = 16 * 1024
"""Bytes taken from a socket at a time: some 40 messages, so that a flood leaves the others their turn."""

TRY_LATER = (BlockingIOError, InterruptedError)


class Patience(Struct, frozen=True):
    """How long a silent or slow peer is borne. Seconds and bytes."""

    silence: float = 4.0
    """Without any byte for so long, pings unanswered, the peer is taken for dead: a caller's line is never silent."""
    unasked: float = 30.0
    """The same of a peer that cannot be asked by a ping."""
    ping: float = 1.0
    """After so much silence, and again each time, it is asked."""
    backlog: int = 256 * 1024
    """Bytes that the peer may leave unread (half a minute of speech in base64)..."""
    backlog_time: float = 5.0
    """...for this long."""
    backlog_limit: int = 1024 * 1024
    """More than this is never kept."""
    goodbye: float = 2.0
    """How long the peer may take to answer our close."""


class Codec(Protocol):
    """How messages stand in the bytes of a socket; see `Framing`, which is that of WebSockets."""

    def receive(self, data: bytes) -> Iterable[Arrival]:
        """Take bytes; give what they complete."""
        ...

    def encode(self, message: str | bytes) -> bytes:
        """Return the bytes of one message."""
        ...

    def ping(self) -> bytes:
        """Return what asks the peer whether it lives; nothing where that cannot be asked."""
        ...

    def close(self, code: int = 1000, reason: str = "") -> bytes:
        """Return what closes our side."""
        ...


class MediaSocket:
    """A WebSocket on a non-blocking socket. Implements `voiced.call.line.Line`."""

    def __init__(
        self,
        sock: socket.socket,
        *,
        now: float,
        wants_write: Callable[[MediaSocket], None],
        patience: Patience,
        codec: Codec | None = None,
    ) -> None:
        """Take over `sock`. `wants_write` asks the pool to call `writable` when the socket takes bytes again."""
        self.sock = sock
        self.gone = ""
        self._ear: Ear | None = None
        self._framing: Codec = codec or Framing()
        self._wants_write = wants_write
        self._patience = patience
        self._out = bytearray()
        self._heard = False
        self._heard_at = self._pinged_at = now
        self._full_since: float | None = None
        self._closing = self._failed = False
        self._closing_since: float | None = None

    def attach(self, ear: Ear) -> None:
        """Say who listens."""
        self._ear = ear

    # --- Line -------------------------------------------------------------------------------------------------------

    def send(self, messages: Sequence[str | bytes]) -> None:
        """Queue messages for the carrier."""
        if not self._closing and not self.gone:
            self.write(b"".join(map(self._framing.encode, messages)))

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close in good order: what is queued goes first, then the close frame; then the peer's is awaited."""
        if not self._closing and not self.gone:
            self._closing = True
            self.write(self._framing.close(code, reason))

    def ahead(self) -> float:
        """Return 0: what was sent is in the carrier's queue, and its marks tell of it."""
        return 0.0

    # --- for the pool -----------------------------------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        """Send bytes, or keep what the socket does not take now."""
        if not data or self.gone:
            return
        if self._out:
            self._out += data
        else:
            sent = self._push(data)
            if sent < len(data) and not self.gone:
                self._out += data[sent:]
                self._wants_write(self)
        if len(self._out) > self._patience.backlog_limit:
            self.gone = "the carrier stopped reading"

    def writable(self) -> bool:
        """Send what was kept; return whether some is left."""
        del self._out[: self._push(bytes(self._out))]
        return bool(self._out) and not self.gone

    def readable(self) -> None:
        """Take what arrived, once, and tell the ear."""
        if self.gone:
            return
        try:
            data = self.sock.recv(READ)
        except TRY_LATER:
            return
        except OSError as error:
            self.gone = f"lost ({type(error).__name__})"
            return
        self._heard = True
        if data:
            self.take(data)
        else:
            self.gone = "lost (no close)"

    def take(self, data: bytes) -> None:
        """Take bytes that arrived."""
        for arrival in self._framing.receive(data):
            if isinstance(arrival, (str, bytes)):
                self._deliver(arrival)
            elif isinstance(arrival, Reply):
                self.write(arrival.data)
            else:
                self._end(arrival)

    def tick(self, now: float) -> None:
        """Look at the clock (`now` in seconds): called every 20 ms, or every 60."""
        if self._heard:
            self._heard = False
            self._heard_at = now
        elif now - self._heard_at >= self._patience.ping:
            self._ask(now)
        self._watch_backlog(now)
        if self._closing:
            self._closing_since = self._closing_since or now
            if now - self._closing_since >= self._patience.goodbye:
                self.gone = self.gone or "closed by us"
        elif self._ear is not None and not self.gone:
            try:
                self._ear.tick()
            except Exception as error:  # noqa: BLE001 - one call's fault must not reach the others
                self.fail(error)

    def _ask(self, now: float) -> None:
        ping, patience = self._framing.ping(), self._patience
        if now - self._heard_at >= (patience.silence if ping else patience.unasked):
            # This process may have been the one asleep: look before judging.
            self.readable()
            if not self._heard:
                self.gone = self.gone or "silent"
        elif now - self._pinged_at >= patience.ping:
            self._pinged_at = now
            self.write(ping)

    def _watch_backlog(self, now: float) -> None:
        if len(self._out) <= self._patience.backlog:
            self._full_since = None
        elif self._full_since is None:
            self._full_since = now
        elif now - self._full_since >= self._patience.backlog_time:
            self.gone = self.gone or "the carrier stopped reading"

    def _push(self, data: bytes) -> int:
        try:
            return self.sock.send(data)
        except TRY_LATER:
            return 0
        except OSError as error:
            self.gone = self.gone or f"lost ({type(error).__name__})"
            return 0

    def _end(self, closing: Closing) -> None:
        self.write(closing.answer)
        reason = self.gone or ("closed by us" if self._closing else closing.reason)
        if closing.breach and self._ear is not None and reason == closing.reason:
            with suppress(Exception):  # it is ended all the same
                self._ear.broke(reason)
        self.gone = reason

    def _deliver(self, message: str | bytes) -> None:
        if self._ear is None or self._closing or self.gone:
            return
        try:
            self._ear.message(message)
        except Exception as error:  # noqa: BLE001 - one call's fault must not reach the others
            self.fail(error)

    def fail(self, error: Exception) -> None:
        """Let the call apologise and end after its first failure; end it here after the second."""
        if not self._failed and self._ear is not None:
            self._failed = True
            with suppress(Exception):  # one that cannot even apologise is ended below
                self._ear.failed(error)
                return
        self.close(1011)
        self.gone = self.gone or "failed"
