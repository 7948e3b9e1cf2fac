"""Words and framing of the inference socket: a 4-byte big-endian length, then one msgpack message. No I/O here.

Both ends are of one version and on one host, so there is no negotiation. Arguments and results are plain data
(None, bool, int, float, str, bytes, list, dict); a tuple arrives as a list.
"""

from __future__ import annotations

import struct
from typing import Any

import msgspec

from voiced.errors import ProviderProtocol

MAX_MESSAGE = 16 * 1024 * 1024
"""Bytes of the longest message taken: five minutes of 24 kHz PCM, far above any request."""

LOAD = ""
"""The method that every model has: it only has the model loaded."""

_LENGTH = struct.Struct(">I")


class Request(msgspec.Struct, tag=True, array_like=True, frozen=True):
    """Call `method` of `model`; the reply carries the same `id`."""

    id: int
    model: str
    method: str
    args: list[Any]


class Cancel(msgspec.Struct, tag=True, array_like=True, frozen=True):
    """Nobody waits for request `id` any more; it is never answered if it had not started."""

    id: int


class Reply(msgspec.Struct, tag=True, array_like=True, frozen=True):
    """The result of request `id`."""

    id: int
    result: Any


class Failure(msgspec.Struct, tag=True, array_like=True, frozen=True):
    """Request `id` failed. `kind` is the name of a class of `voiced.errors`, `text` its message, `fix` its remedy."""

    id: int
    kind: str
    text: str
    fix: str = ""


Message = Request | Cancel | Reply | Failure

_decoder = msgspec.msgpack.Decoder(Message)


def encode(message: Message) -> bytes:
    """Return `message` as it goes over the socket.

    Raises TypeError for data that is not plain, ProviderProtocol when it is longer than `MAX_MESSAGE`.
    """
    body = msgspec.msgpack.encode(message)
    if len(body) > MAX_MESSAGE:
        raise ProviderProtocol(f"message of {len(body)} bytes for the inference process", provider="inference")
    return _LENGTH.pack(len(body)) + body


class Reader:
    """Cuts the bytes of one connection into messages."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes | bytearray) -> list[Message]:
        """Take bytes as they came; return the messages they complete. Raises ProviderProtocol on nonsense."""
        self._buffer += data
        messages = []
        while (body := self._cut()) is not None:
            try:
                messages.append(_decoder.decode(body))
            except msgspec.MsgspecError as error:
                raise ProviderProtocol("unreadable message on the inference socket", provider="inference") from error
        return messages

    def _cut(self) -> bytes | None:
        if len(self._buffer) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._buffer)
        if length > MAX_MESSAGE:
            raise ProviderProtocol(f"message of {length} bytes announced", provider="inference")
        end = _LENGTH.size + length
        if len(self._buffer) < end:
            return None
        body = bytes(self._buffer[_LENGTH.size : end])
        del self._buffer[:end]
        return body
