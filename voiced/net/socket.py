"""A WebSocket to a provider, on trio-websocket."""

from __future__ import annotations

import math
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import trio
import trio_websocket

from voiced.errors import ProviderClosed, ProviderError, ProviderOverloaded, ProviderTimeout
from voiced.net.reaching import REACH, reaching
from voiced.plugin import Socket, refusal

LARGEST = 4 * 1024 * 1024
"""Bytes of one message; a whole answer's sound in base64 is a tenth of it."""
WAITING = 64
"""Messages that may wait to be received; beyond, the provider waits."""
PARTING = 1.0
"""Seconds for the closing handshake."""
LEAVING = 0.02
"""Seconds for it when the task is cancelled: who would hear the answer is cancelled too."""


@asynccontextmanager
async def open_socket(
    url: str,
    context: ssl.SSLContext | None,
    headers: Mapping[str, str],
    subprotocols: tuple[str, ...],
    *,
    provider: str,
) -> AsyncIterator[Socket]:
    """Open a WebSocket for as long as the context lasts. Raises as `Net.connect` says."""
    opened = False
    by = trio.current_time() + REACH
    try:
        with reaching(provider, by):
            line = await _dial(url, context)
        async with line as stream, trio.open_nursery() as nursery:
            with reaching(provider, by):
                connection = await _shake_hands(nursery, _Line(stream), url, headers, subprotocols)
            opened = True
            try:
                yield _Socket(connection, provider)
            finally:
                left = trio.current_effective_deadline() == -math.inf
                with trio.move_on_after(LEAVING if left else PARTING, shield=True):
                    await connection.aclose()
                nursery.cancel_scope.cancel()
    except (OSError, trio.BrokenResourceError, ExceptionGroup) as error:
        cause = _only_cause(error)
        if opened:
            raise cause from cause.__cause__
        raise _refused(cause, provider) from cause


async def _dial(url: str, context: ssl.SSLContext | None) -> trio.SocketStream | trio.SSLStream[trio.SocketStream]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if context is None:
        return await trio.open_tcp_stream(host, parts.port or 80)
    return await trio.open_ssl_over_tcp_stream(host, parts.port or 443, ssl_context=context, https_compatible=True)


async def _shake_hands(
    nursery: trio.Nursery,
    line: _Line,
    url: str,
    headers: Mapping[str, str],
    subprotocols: tuple[str, ...],
) -> trio_websocket.WebSocketConnection:
    parts = urlsplit(url)
    with line.shaking_hands:
        connection: trio_websocket.WebSocketConnection = await trio_websocket.wrap_client_stream(
            nursery,
            line,  # type: ignore[arg-type]  # any stream will do, whatever the annotation says
            parts.netloc,
            (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
            subprotocols=subprotocols or None,
            extra_headers=[(name.lower().encode(), value.encode()) for name, value in headers.items()],
            message_queue_size=WAITING,
            max_message_size=LARGEST,
        )
        return connection
    raise trio.BrokenResourceError  # the other side left before it answered


class _Line(trio.abc.Stream):
    """A stream that ends the handshake when it ends: trio-websocket waits for an answer that cannot come any more."""

    def __init__(self, stream: trio.abc.Stream) -> None:
        self.shaking_hands = trio.CancelScope()
        self._stream = stream

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        """Return what came; nothing, or a broken line, is the end."""
        data: bytes | bytearray = b""
        try:
            data = await self._stream.receive_some(max_bytes)
        finally:
            if not data:
                self.shaking_hands.cancel()
        return data

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """Send."""
        await self._stream.send_all(data)

    async def wait_send_all_might_not_block(self) -> None:
        """Wait until there is room."""
        await self._stream.wait_send_all_might_not_block()

    async def aclose(self) -> None:
        """Close."""
        await self._stream.aclose()


def _only_cause(error: Exception) -> Exception:
    """Return what a nursery with one error raised; a group of several comes out as it is."""
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def _refused(error: Exception, provider: str) -> ProviderError:
    if isinstance(error, ProviderTimeout):
        return error
    if isinstance(error, trio_websocket.ConnectionRejected):
        answered = {name.decode().lower(): value.decode("latin-1") for name, value in error.headers or ()}
        return refusal(error.status_code, answered, provider=provider)
    return ProviderOverloaded(f"no connection: {type(error).__name__}", provider=provider, stage="connect")


class _Socket:
    """Implements `Socket`."""

    def __init__(self, connection: trio_websocket.WebSocketConnection, provider: str) -> None:
        self._connection, self._provider = connection, provider

    async def send(self, message: str | bytes) -> None:
        """Send a message."""
        try:
            await self._connection.send_message(message)
        except (trio_websocket.ConnectionClosed, trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise self._closed(error) from error

    async def receive(self) -> str | bytes:
        """Return the next message."""
        try:
            message: str | bytes = await self._connection.get_message()
        except (trio_websocket.ConnectionClosed, trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise self._closed(error) from error
        return message

    async def close(self, code: int = 1000) -> None:
        """Close in good order."""
        await self._connection.aclose(code)

    def _closed(self, error: Exception) -> ProviderClosed:
        reason = getattr(error, "reason", None)
        code = reason.code if reason is not None else 1006
        said = (reason.reason or "") if reason is not None else ""
        return ProviderClosed(f"the connection is closed ({code})", code=code, reason=said, provider=self._provider)
