"""One process's network: a warm pool of HTTP connections for each plugin, one TLS context for all."""

from __future__ import annotations

import functools
import ssl
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING
from weakref import WeakSet

import trio

from voiced.errors import ProviderOverloaded
from voiced.net.reaching import REACH, too_slow
from voiced.plugin import Answer, Kept, Reading, Socket

if TYPE_CHECKING:
    import httpx2

    from voiced.net.kept import KeptSocket

WARM = 300.0
"""Seconds for which an idle connection is kept: the default of five makes every second turn pay for a handshake."""
CONNECTIONS = 100
"""Connections at once, of one plugin in one process."""


@functools.cache
def tls() -> ssl.SSLContext:
    """Return the TLS context that all connections share; making one takes tens of milliseconds.

    `SSL_CERT_FILE` names other authorities, as OpenSSL has it.
    """
    return ssl.create_default_context()


def get_ready() -> None:
    """Load what takes a tenth of a second, once in a process, so that the calls in progress do not wait for it."""
    import httpx2  # noqa: F401, PLC0415 - for the side effect: it is there afterwards

    tls()


def is_ready() -> bool:
    """Return whether that has been done: a thread that has nothing to load would cost more than it saves."""
    return "httpx2" in sys.modules and tls.cache_info().currsize > 0


class Network:
    """Implements `Net`. `provider` is named in the errors."""

    def __init__(self, provider: str = "") -> None:
        self._provider = provider
        self._made: httpx2.AsyncClient | None = None
        self._kept: WeakSet[KeptSocket] = WeakSet()

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Ask, and return the whole answer."""
        async with self.stream(method, url, headers=headers, body=body) as reading:
            return Answer(reading.status, reading.headers, await reading.body())

    @asynccontextmanager
    async def stream(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> AsyncIterator[Reading]:
        """Ask, and read the answer while it comes."""
        if self._made is None and not is_ready():
            await trio.to_thread.run_sync(get_ready)
        from httpx2 import ConnectTimeout, TransportError  # noqa: PLC0415 - only who talks to a provider pays for it

        request = self._client.build_request(method, url, headers=dict(headers or {}), content=body or None)
        try:
            response = await self._client.send(request, stream=True)
        except ConnectTimeout as error:
            raise too_slow(self._provider) from error
        except TransportError as error:
            raise ProviderOverloaded(
                f"no answer: {type(error).__name__}", provider=self._provider, stage="connect"
            ) from error
        reading = _Response(response, self._provider)
        try:
            yield reading
        finally:
            await reading.aclose()

    def connect(
        self, url: str, *, headers: Mapping[str, str] | None = None, subprotocols: tuple[str, ...] = ()
    ) -> AbstractAsyncContextManager[Socket]:
        """Open a WebSocket."""
        from voiced.net.socket import open_socket  # noqa: PLC0415 - as for httpx2

        context = tls() if url.startswith("wss:") else None
        return open_socket(url, context, headers or {}, subprotocols, provider=self._provider)

    async def dial(self, url: str, *, headers: Mapping[str, str] | None = None) -> Kept:
        """Open a WebSocket that stays until it is closed."""
        from voiced.net.kept import dial  # noqa: PLC0415 - as for httpx2

        context = tls() if url.startswith("wss:") else None
        socket = await dial(url, context, headers or {}, provider=self._provider)
        self._kept.add(socket)
        return socket

    async def aclose(self) -> None:
        """Close the warm connections; the next request opens new ones."""
        for socket in list(self._kept):
            await socket.close()
        if self._made is not None:
            await self._made.aclose()
            self._made = None

    @property
    def _client(self) -> httpx2.AsyncClient:
        if self._made is None:
            import httpx2  # noqa: PLC0415 - see `stream`

            limits = httpx2.Limits(max_connections=CONNECTIONS, keepalive_expiry=WARM)
            # HTTP/1.1: a lone stream costs less than over HTTP/2. Once there is a line, deadlines are the caller's.
            timeout = httpx2.Timeout(None, connect=REACH)
            self._made = httpx2.AsyncClient(verify=tls(), limits=limits, timeout=timeout, trust_env=False)
        return self._made


class _Response:
    """Implements `Reading`."""

    def __init__(self, response: httpx2.Response, provider: str) -> None:
        self._response, self._provider = response, provider
        self._reads: list[AsyncGenerator[bytes]] = []
        self.status = response.status_code
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in response.headers.items()}

    def chunks(self) -> AsyncIterator[bytes]:
        """Give the body as it comes."""
        self._reads.append(self._read())
        return self._reads[-1]

    async def aclose(self) -> None:
        """End it, wherever its reader stopped."""
        for read in self._reads:
            await read.aclose()
        await self._response.aclose()

    async def _read(self) -> AsyncGenerator[bytes]:
        from httpx2 import TransportError  # noqa: PLC0415 - it is there already

        try:
            chunks = self._response.aiter_bytes()
            try:
                async for chunk in chunks:
                    yield chunk
            finally:
                await _unwind(chunks)
        except TransportError as error:
            raise ProviderOverloaded(
                f"the answer broke off: {type(error).__name__}", provider=self._provider, stage="stream"
            ) from error

    async def body(self) -> bytes:
        """Return the rest of the body."""
        return b"".join([chunk async for chunk in self.chunks()])


async def _unwind(chunks: AsyncIterator[bytes]) -> None:
    """End the generators below `chunks`: closing the outermost leaves those of httpcore behind for the collector.

    What reads on in a cancelled scope fails at its first wait, and so do all above it.
    """
    with trio.CancelScope() as scope:
        scope.cancel()
        async for _ in chunks:
            pass
