"""The provider's side of a WebSocket: accepted or refused, spoken on, closed in order or cut off."""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import h11
import trio
from wsproto.connection import Connection, ConnectionType
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Ping,
    TextMessage,
)
from wsproto.handshake import H11Handshake
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from voiced.plugin import WebRequest

_READ = 65_536


class Gone(Exception):
    """The client closed: with `code`, or 1006 when it vanished."""

    def __init__(self, code: int) -> None:
        super().__init__(f"the client closed with {code}")
        self.code = code


class Peer:
    """One client's WebSocket. `request` is its upgrade request. One task may send while another receives."""

    def __init__(self, stream: trio.abc.Stream, head: h11.Request, request: WebRequest, early: bytes) -> None:
        self.request = request
        self._stream, self._head, self._early = stream, head, early
        self._frames = Connection(ConnectionType.SERVER)
        self._came: deque[str | bytes] = deque()
        self._parts: list[str | bytes] = []
        self._sending = trio.Lock()
        self.opened = False
        self.on_open: Callable[[], None] = lambda: None
        self.code = 0
        """Code by which it was closed, from whichever side; 0: not yet."""

    async def accept(self, subprotocol: str | None = None, headers: Mapping[str, str] | None = None) -> None:
        """Open the socket."""
        shake = H11Handshake(ConnectionType.SERVER)
        shake.initiate_upgrade_connection(list(self._head.headers), self._head.target.decode("ascii"))
        extra = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
        await self._stream.send_all(shake.send(AcceptConnection(subprotocol=subprotocol, extra_headers=extra)))
        self.opened = True
        self.on_open()
        if self._early:
            self._frames.receive_data(self._early)

    async def receive(self) -> str | bytes:
        """Return the next message. Raises `Gone`."""
        while not self._came:
            await self._take()
            if not self._came:
                await self._read()
        return self._came.popleft()

    async def send(self, message: str | bytes) -> None:
        """Send a message. Raises `Gone`."""
        event = TextMessage(data=message) if isinstance(message, str) else BytesMessage(data=message)
        try:
            await self._write(self._frames.send(event))
        except LocalProtocolError as error:
            raise Gone(1006) from error

    async def send_raw(self, data: bytes) -> None:
        """Send bytes that need be no frame at all."""
        await self._write(data)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close in good order, as far as the client lets us."""
        self.code = self.code or code
        try:
            await self._write(self._frames.send(CloseConnection(code=code, reason=reason)))
        except (LocalProtocolError, Gone):
            return

    async def cut(self) -> None:
        """Break the connection without a word (TCP reset)."""
        self.code = self.code or 1006
        transport: Any = getattr(self._stream, "transport_stream", self._stream)
        transport.socket.setsockopt(trio.socket.SOL_SOCKET, trio.socket.SO_LINGER, struct.pack("ii", 1, 0))
        await trio.aclose_forcefully(self._stream)

    async def _read(self) -> None:
        try:
            data = await self._stream.receive_some(_READ)
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise Gone(1006) from error
        if not data:
            raise Gone(1006)
        self._frames.receive_data(bytes(data))

    async def _take(self) -> None:
        try:
            for event in self._frames.events():
                await self._event(event)
        except RemoteProtocolError as error:
            await self.close(1002)
            raise Gone(1002) from error

    async def _event(self, event: object) -> None:
        if isinstance(event, TextMessage | BytesMessage):
            self._parts.append(event.data if isinstance(event.data, str) else bytes(event.data))
            if event.message_finished:
                parts, self._parts = self._parts, []
                self._came.append("".join(parts) if isinstance(parts[0], str) else b"".join(parts))  # type: ignore[arg-type]  # all of one kind
        elif isinstance(event, Ping):
            await self._write(self._frames.send(event.response()))
        elif isinstance(event, CloseConnection):
            await self.close(event.code)
            raise Gone(event.code)

    async def _write(self, data: bytes) -> None:
        try:
            async with self._sending:
                await self._stream.send_all(data)
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise Gone(1006) from error
