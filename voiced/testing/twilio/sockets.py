"""Opens and breaks the TCP side of a media stream."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import struct
from collections.abc import Callable
from urllib.parse import urlsplit

import trio
from wsproto.frame_protocol import FrameProtocol

from voiced.testing.twilio.delivery import tls

CONNECT_TIMEOUT = 31901
CONNECT_REFUSED = 31902
TLS_FAILURE = 31910
HANDSHAKE_REFUSED = 31920
CLOSED_BY_SERVER = 31921
BAD_SCHEME = 31922
BAD_URL = 31923

Tcp = trio.SocketStream | trio.SSLStream[trio.SocketStream]
"""A connection, plain or secured."""

_CLOSE_FRAME = 0x88
"""First byte of a WebSocket close frame (RFC 6455, 5.2)."""


class SocketFailure(Exception):
    """The media socket cannot be opened; `code` is Twilio's error."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def without_query(url: str) -> str:
    """Return a stream's URL as Twilio uses it: it drops query and fragment."""
    return url.partition("#")[0].partition("?")[0]


def check_url(url: str, *, loopback: bool) -> None:
    """Refuse a stream's URL that Twilio would not open.

    Args:
        url: As the TwiML says.
        loopback: Allow plain `ws` to this machine.

    Raises:
        SocketFailure: 31923 or 31922.
    """
    try:
        parts, port = urlsplit(url), urlsplit(url).port
    except ValueError as error:
        raise SocketFailure(BAD_URL, str(error)) from error
    if not parts.hostname or port == 0:
        raise SocketFailure(BAD_URL, "no host or port in the URL")
    if parts.scheme != "wss" and not (loopback and parts.scheme == "ws" and _is_loopback(parts.hostname)):
        raise SocketFailure(BAD_SCHEME, f"scheme {parts.scheme!r}")


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


async def open_tcp(url: str, seconds: float) -> Tcp:
    """Connect to the host of a `ws` or `wss` URL within `seconds`.

    Raises:
        SocketFailure: 31901, 31902 or 31910.
    """
    parts = urlsplit(url)
    secure = parts.scheme == "wss"
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    try:
        with trio.fail_after(seconds):
            stream = await trio.open_tcp_stream(host, port)
            return await _secure(stream, host) if secure else stream
    except trio.TooSlowError:
        raise SocketFailure(CONNECT_TIMEOUT, "timeout") from None
    except (ssl.SSLError, trio.BrokenResourceError) as error:
        raise SocketFailure(TLS_FAILURE, f"TLS: {error}") from error
    except OSError as error:
        raise SocketFailure(CONNECT_REFUSED, f"connection refused: {error}") from error


async def _secure(stream: trio.SocketStream, host: str) -> trio.SSLStream[trio.SocketStream]:
    secured = trio.SSLStream(stream, tls(), server_hostname=host, https_compatible=True)
    try:
        await secured.do_handshake()
    except BaseException:
        await trio.aclose_forcefully(stream)
        raise
    return secured


def host_and_path(url: str) -> tuple[str, str]:
    """Return the Host header and the resource of a WebSocket URL."""
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2], parts.path or "/"


async def reset(stream: Tcp) -> None:
    """Break a connection with a TCP reset, as a machine that dies does."""
    plain = stream.transport_stream if isinstance(stream, trio.SSLStream) else stream
    plain.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    await trio.aclose_forcefully(plain)


class LastWord(trio.abc.HalfCloseableStream):
    """A stream that says one thing more, a text message, before it answers the peer's close.

    `word` makes the message; set it to None where nothing is left to say.
    """

    def __init__(self, stream: Tcp, word: Callable[[], str] | None) -> None:
        self._stream = stream
        self.word = word

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """Send `data`; if it is a close frame, the last word first."""
        if self.word and data[0] == _CLOSE_FRAME:
            word, self.word = self.word, None
            data = FrameProtocol(client=True, extensions=[]).send_data(word()) + bytes(data)
        await self._stream.send_all(data)

    async def wait_send_all_might_not_block(self) -> None:
        """Wait as the stream below does."""
        await self._stream.wait_send_all_might_not_block()

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        """Receive as the stream below does."""
        return await self._stream.receive_some(max_bytes)

    async def send_eof(self) -> None:
        """Close the sending side; TLS has no such thing."""
        if isinstance(self._stream, trio.SocketStream):
            await self._stream.send_eof()

    async def aclose(self) -> None:
        """Close the stream below."""
        await self._stream.aclose()
