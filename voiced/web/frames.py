"""Whole frames, read at a glance: what a carrier sends fifty times a second, at a tenth of the codec's cost.

Pure. Anything but an unfragmented, masked frame of text or bytes without extensions (RFC 6455, 5.2) is left to the
codec.
"""

from __future__ import annotations

from typing import NamedTuple

TEXT, BINARY = 0x81, 0x82
"""FIN and the opcode of text, of bytes."""
MASKED = 0x80
MEDIUM, LARGE = 126, 127
USUAL = (bytes([TEXT, MASKED | MEDIUM]), bytes([BINARY, MASKED | MEDIUM]))
"""How most frames of a carrier begin: a message of 20 ms has some 400 bytes."""


class Head(NamedTuple):
    """Where a frame's payload lies: after `start` bytes of head (the mask included), up to `end`."""

    plain: bool
    """It is an unfragmented, masked text frame."""
    start: int
    end: int


def head(data: bytes, at: int) -> Head | None:
    """Return the head of the frame at offset `at`; None while it is not whole."""
    if len(data) < at + 2:
        return None
    length = data[at + 1] & 0x7F
    start = at + 2
    if length == MEDIUM:
        length, start = int.from_bytes(data[start : start + 2]), start + 2
    elif length == LARGE:
        length, start = int.from_bytes(data[start : start + 8]), start + 8
    masked = bool(data[at + 1] & MASKED)
    start += 4 if masked else 0
    return Head(data[at] == TEXT and masked, start, start + length) if len(data) >= start else None


def of_text(message: str) -> bytes:
    """Return the frame of a text from the server's side: whole, and without a mask (RFC 6455, 5.1)."""
    payload = message.encode()
    size = len(payload)
    if size < MEDIUM:
        return bytes((TEXT, size)) + payload
    if size < 1 << 16:
        return bytes((TEXT, MEDIUM)) + size.to_bytes(2) + payload
    return bytes((TEXT, LARGE)) + size.to_bytes(8) + payload


def whole(data: bytes, at: int) -> tuple[str | bytes, int] | None:
    """Return the message and the end of the frame at offset `at`, if it is whole, plain, and of a carrier's usual size.

    That is 126 to 65,535 bytes. Anything else gives None, and is for `head`, `text` and the codec to judge.
    """
    if data[at : at + 2] not in USUAL:
        return None
    start = at + 8
    size = data[at + 2] << 8 | data[at + 3] if len(data) >= start else len(data)
    end = start + size
    if end > len(data):
        return None
    covered = int.from_bytes(data[start:end], "little") ^ _mask(data[at + 4 : start], size)
    plain = covered.to_bytes(size, "little")
    if data[at] == BINARY:
        return plain, end
    try:
        return plain.decode(), end
    except UnicodeDecodeError:
        return None


def text(data: bytes, frame: Head) -> str | None:
    """Return the text of a whole, plain frame; None where it is not UTF-8."""
    size = frame.end - frame.start
    mask = _mask(data[frame.start - 4 : frame.start], size)
    covered = int.from_bytes(data[frame.start : frame.end], "little") ^ mask
    try:
        return covered.to_bytes(size, "little").decode()
    except UnicodeDecodeError:
        return None


def _mask(key: bytes, size: int) -> int:
    """Return the number that covers `size` bytes by the mask `key`, over and over."""
    return int.from_bytes((key * (size // 4 + 1))[:size], "little")
