"""What a plugin gets of the network: HTTP requests and WebSockets, by `Host.net`.

The host gives up a connection that does not come about in time (`ProviderTimeout`, of the stage "connect"); no other
deadline is held here: who calls the provider holds it and cancels. Connections are kept warm and shared by all calls of
a process. What goes wrong below is told in the errors of `voiced.errors`; what a status means is `refusal`'s to say.
"""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from urllib.parse import urlsplit

from msgspec import Struct, field

from voiced.errors import (
    ProviderBadInput,
    ProviderError,
    ProviderOverloaded,
    ProviderRefused,
    ProviderThrottled,
    ProviderTimeout,
)


class Answer(Struct, frozen=True):
    """A whole answer to a request. Header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Reading(Protocol):
    """An answer under way."""

    @property
    def status(self) -> int:
        """The status; the body may still be coming."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Names in lower case."""
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """Give the body as it comes. Raises `ProviderOverloaded` when the connection breaks."""
        ...

    async def body(self) -> bytes:
        """Return the rest of the body, whole."""
        ...


class Socket(Protocol):
    """A WebSocket to a provider. One task may send while another receives."""

    async def send(self, message: str | bytes) -> None:
        """Send a text (str) or binary (bytes) message. Raises `ProviderClosed` when the other side has closed."""
        ...

    async def receive(self) -> str | bytes:
        """Return the next message, waiting for it. Raises `ProviderClosed`, with the code, when there will be none."""
        ...

    async def close(self, code: int = 1000) -> None:
        """Close in good order. Idempotent; leaving the context does it too."""
        ...


class Kept(Socket, Protocol):
    """A WebSocket that is kept between uses: it outlives the task that opened it, and nothing runs beside it.

    Pings are answered while somebody receives. A `send` that was cancelled may have left half a message behind: the
    socket is then not `usable` any more, and must be closed.
    """

    @property
    def usable(self) -> bool:
        """Whether it is open, as far as is known, and whole."""
        ...

    async def settle(self) -> bool:
        """Before it is used again: read what has arrived, without waiting; return whether it is `usable`.

        What was read is given by `receive`.
        """
        ...


class Net(Protocol):
    """The network, for one plugin."""

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Ask, and return the whole answer, whatever its status.

        Raises `ProviderOverloaded` when there is none, `ProviderTimeout` when no connection came about in time.
        """
        ...

    def stream(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> AbstractAsyncContextManager[Reading]:
        """Ask, and read the answer while it comes. Raises as `request`."""
        ...

    def connect(
        self, url: str, *, headers: Mapping[str, str] | None = None, subprotocols: tuple[str, ...] = ()
    ) -> AbstractAsyncContextManager[Socket]:
        """Open a WebSocket.

        Raises what `refusal` makes of a refused handshake, `ProviderOverloaded` without any, `ProviderTimeout` when it
        was not over in time.
        """
        ...

    async def dial(self, url: str, *, headers: Mapping[str, str] | None = None) -> Kept:
        """Open a WebSocket that stays until it is closed, by the plugin or with the process. Raises as `connect`."""
        ...


def refusal(status: int, headers: Mapping[str, str], *, provider: str, detail: str = "") -> ProviderError:
    """Return the error that an HTTP status of 300 or more stands for (RFC 9110, RFC 6585).

    `detail` is the provider's own code for it, never its words: they may quote what a caller said.
    """
    said = f"HTTP {status}" + (f" ({detail})" if detail else "")
    if status in {401, 402, 403}:
        return ProviderRefused(said, provider=provider, hint="check the key, the account's credit and its rights")
    if status == 429:
        return ProviderThrottled(said, provider=provider, retry_after=retry_after(headers))
    if status in {408, 504}:
        return ProviderTimeout(said, provider=provider)
    if status >= 500:
        return ProviderOverloaded(said, provider=provider, retry_after=retry_after(headers))
    return ProviderBadInput(said, provider=provider)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that `Retry-After` asks to wait (RFC 9110, 10.2.3); None when it does not say.

    A date is read against the `Date` of the same answer: the provider's clock may not be ours.
    """
    said = headers.get("retry-after", "").strip()
    try:
        seconds = float(said) if not said.endswith("GMT") else _between(headers.get("date", ""), said)
    except ValueError:
        return None
    return seconds if 0 <= seconds < 86_400 else None


def _between(earlier: str, later: str) -> float:
    """Return the seconds from one HTTP date to another, 0 when it is past. Raises ValueError for what is none."""
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - dates are rare, and the module is heavy

    return max(0.0, (parsedate_to_datetime(later) - parsedate_to_datetime(earlier)).total_seconds())


def checked_url(url: str, *schemes: str) -> str:
    """Return the address of a provider without a trailing slash; callers' words never travel in the clear.

    `schemes` are those with encryption, such as "https"; the plain form of each is taken for this machine only. Raises
    ValueError with what is wrong: call it in `__post_init__` of a plugin's options.
    """
    parts = urlsplit(url)
    plain = {scheme.removesuffix("s") for scheme in schemes}
    if parts.scheme not in {*schemes, *plain} or not parts.hostname:
        raise ValueError(f"url: {url!r} is no address; write it as {schemes[0]}://host")
    if parts.scheme in plain and not is_loopback(parts.hostname):
        raise ValueError(f"url: {url!r} is not encrypted; {parts.scheme}:// is for this machine only")
    return url.rstrip("/")


def is_loopback(host: str) -> bool:
    """Return whether `host` (a name or address) is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
