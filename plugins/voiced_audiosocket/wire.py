"""AudioSocket's messages: one byte of type, two of length (big-endian), the payload.

Source: docs.asterisk.org, Configuration, Channel Drivers, AudioSocket; `res/res_audiosocket.c` of Asterisk.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

END: Final = 0x00
ID: Final = 0x01
KEY: Final = 0x03
ERROR: Final = 0xFF
RATES: Final = {
    0x10: 8000,
    0x11: 12_000,
    0x12: 16_000,
    0x13: 24_000,
    0x14: 32_000,
    0x15: 44_100,
    0x16: 48_000,
    0x17: 96_000,
    0x18: 192_000,
}
"""Samples a second of each type of sound: 16-bit, little-endian, mono."""

_HEAD = struct.Struct(">BH")
_OPENING = _HEAD.pack(ID, 16)


@dataclass(frozen=True, slots=True)
class Message:
    """One message."""

    kind: int
    payload: bytes


def pack(kind: int, payload: bytes = b"") -> bytes:
    """Return the bytes of a message, header and payload in one: Asterisk waits 5 ms for the rest, and no longer."""
    return _HEAD.pack(kind, len(payload)) + payload


def call_id(early: bytes) -> str | None:
    """Return the UUID that opens a stream; None when more is needed, "" when it does not begin with one."""
    if early[: len(_OPENING)] != _OPENING[: len(early)]:
        return ""
    if len(early) < len(_OPENING) + 16:
        return None
    return str(UUID(bytes=early[len(_OPENING) : len(_OPENING) + 16]))


class Parser:
    """Cuts what arrives, in pieces of any size, into messages. No message is longer than 64 KiB by its header."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Message]:
        """Take the next bytes; yield what they complete."""
        data, at = self._rest + data if self._rest else data, 0
        while len(data) - at >= _HEAD.size:
            kind, length = _HEAD.unpack_from(data, at)
            end = at + _HEAD.size + length
            if end > len(data):
                break
            yield Message(kind, data[at + _HEAD.size : end])
            at = end
        self._rest = data[at:]
