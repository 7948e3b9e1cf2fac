"""A WebSocket that is kept between uses, as an HTTP connection is: no task reads it while nobody receives.

`Net.connect` gives a socket for as long as a context lasts, with a reader of its own. Who wants a warm one for the next
call needs one that outlives the task that opened it, and then nothing may run beside it: it is a stream and a codec
(wsproto), and pings are answered when somebody receives.
"""

from __future__ import annotations

import os
import select
import ssl
import weakref
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlsplit

import trio
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Ping,
    RejectConnection,
    Request,
    TextMessage,
)
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from voiced.errors import ProviderClosed, ProviderOverloaded, ProviderProtocol
from voiced.net.reaching import REACH, reaching
from voiced.plugin import refusal

LARGEST = 4 * 1024 * 1024
"""Bytes of one message."""
PARTING = 1.0
"""Seconds for the closing frame to leave."""
SETTLING = 0.05
"""Seconds in which what has arrived is read, at most."""
_READ = 65_536


class KeptSocket:
    """Implements `voiced.plugin.Kept`."""

    def __init__(self, stream: trio.abc.Stream, plain: trio.socket.SocketType, provider: str) -> None:
        self._stream, self._fileno, self._provider = stream, plain.fileno(), provider
        weakref.finalize(self, _let_go, plain).atexit = False
        self._frames = WSConnection(ConnectionType.CLIENT)
        self._came: deque[str | bytes] = deque()
        self._parts: list[str | bytes] = []
        self._size = 0
        self._sending = trio.Lock()
        self._fault: ProviderClosed | ProviderOverloaded | ProviderProtocol | None = None
        self._whole = True

    @property
    def usable(self) -> bool:
        """Whether it is open, as far as is known, and no message was cut short."""
        return self._fault is None and self._whole

    async def send(self, message: str | bytes) -> None:
        """Send a message. Raises `ProviderClosed`."""
        event = TextMessage(data=message) if isinstance(message, str) else BytesMessage(data=message)
        try:
            await self._write(self._frames.send(event))
        except LocalProtocolError as error:
            raise self._closed() from error

    async def receive(self) -> str | bytes:
        """Return the next message. Raises `ProviderClosed` when there will be none."""
        while not self._came:
            if self._fault is not None:
                raise self._fault
            await self._read()
        return self._came.popleft()

    async def settle(self) -> bool:
        """Read what has arrived meanwhile, waiting for nothing; return whether the socket can still be used."""
        poll = select.poll()
        poll.register(self._fileno, select.POLLIN)
        with trio.move_on_after(SETTLING):  # what is readable may be TLS's own, with nothing for us
            while self.usable and poll.poll(0):
                await self._read()
        return self.usable

    async def close(self, code: int = 1000) -> None:
        """Say goodbye if that takes no time, and close. Idempotent."""
        try:
            if self._fault is None:
                self._closed(code)
                await self._part(code)
        finally:
            await trio.aclose_forcefully(self._stream)

    async def _part(self, code: int) -> None:
        with trio.move_on_after(PARTING), suppress(LocalProtocolError, trio.BrokenResourceError):
            await self._stream.send_all(self._frames.send(CloseConnection(code=code)))

    async def shake_hands(self, url: str, headers: Mapping[str, str]) -> None:
        """Open the WebSocket on the stream. Raises what `refusal` makes of an answer that is no."""
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        extra = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await self._write(self._frames.send(Request(host=parts.netloc, target=target, extra_headers=extra)))
        while True:
            if self._fault is not None:
                raise self._fault
            for event in await self._events():
                if isinstance(event, RejectConnection):
                    said = {name.decode().lower(): value.decode("latin-1") for name, value in event.headers}
                    raise refusal(event.status_code, said, provider=self._provider)
                if isinstance(event, AcceptConnection):
                    return

    async def _read(self) -> None:
        for event in await self._events():
            await self._event(event)

    async def _events(self) -> list[Event]:
        """Wait for bytes; return what they say."""
        try:
            data = await self._stream.receive_some(_READ)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            data = b""
        try:
            self._frames.receive_data(bytes(data) or None)
            events = list(self._frames.events())
        except RemoteProtocolError:
            self._fault = ProviderProtocol("this is no WebSocket", provider=self._provider, stage="stream")
            return []
        if not data and self._fault is None:
            self._closed()
        return events

    async def _event(self, event: Event) -> None:
        if isinstance(event, TextMessage | BytesMessage):
            self._message(event)
        elif isinstance(event, Ping):
            await self._write(self._frames.send(event.response()))
        elif isinstance(event, CloseConnection) and self._fault is None:
            self._closed(int(event.code), event.reason or "")

    def _message(self, event: TextMessage | BytesMessage) -> None:
        data = event.data if isinstance(event.data, str) else bytes(event.data)
        self._parts.append(data)
        self._size += len(data)
        if self._size > LARGEST:
            self._fault = ProviderProtocol("the message is too large", provider=self._provider, stage="stream")
        if event.message_finished:
            parts, self._parts, self._size = self._parts, [], 0
            self._came.append("".join(parts) if isinstance(parts[0], str) else b"".join(parts))  # type: ignore[arg-type]  # all of one kind

    async def _write(self, data: bytes) -> None:
        """Write all, or be no longer usable: half a frame cannot be taken back."""
        try:
            async with self._sending:
                await trio.lowlevel.checkpoint_if_cancelled()  # the last moment at which nothing has left
                self._whole = False
                await self._stream.send_all(data)
                self._whole = True
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise self._closed() from error

    def _closed(self, code: int = 1006, reason: str = "") -> ProviderClosed:
        said = f"the connection is closed ({code})"
        fault = ProviderClosed(said, code=code, reason=reason, provider=self._provider)
        self._fault = self._fault or fault
        return fault


async def dial(url: str, context: ssl.SSLContext | None, headers: Mapping[str, str], *, provider: str) -> KeptSocket:
    """Open a WebSocket that is kept until it is closed. Raises as `Net.dial` says."""
    stream: trio.SocketStream | trio.SSLStream[trio.SocketStream] | None = None
    try:
        with reaching(provider, trio.current_time() + REACH):
            stream = plain = await _line(url)
            if context is not None:
                stream = trio.SSLStream(plain, context, server_hostname=urlsplit(url).hostname, https_compatible=True)
                await stream.do_handshake()
            socket = KeptSocket(stream, plain.socket, provider)
            await socket.shake_hands(url, headers)
    except (OSError, trio.BrokenResourceError, ProviderClosed) as error:
        await _leave(stream)
        said = f"no connection: {type(error).__name__}"
        raise ProviderOverloaded(said, provider=provider, stage="connect") from error
    except BaseException:
        await _leave(stream)
        raise
    return socket


async def _line(url: str) -> trio.SocketStream:
    parts = urlsplit(url)
    return await trio.open_tcp_stream(parts.hostname or "", parts.port or (443 if parts.scheme == "wss" else 80))


def _let_go(plain: trio.socket.SocketType) -> None:
    """Close what nobody holds any more: a plugin that was replaced has warm sockets left."""
    fileno = plain.detach()
    if fileno >= 0:
        os.close(fileno)


async def _leave(stream: trio.abc.Stream | None) -> None:
    if stream is not None:
        await trio.aclose_forcefully(stream)
