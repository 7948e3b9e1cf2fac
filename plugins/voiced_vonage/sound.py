"""Between the call's mu-law and Vonage's L16, both 8 kHz: by G.711, exact there and back.

Vonage takes frames of 20 ms and nothing else: one of another size makes it drop the socket.
"""

from __future__ import annotations

from voiced.audio import hot

FRAME = 320
"""Bytes of 20 ms in L16, 8 kHz: 160 samples, little-endian."""
SAMPLE = 2


def heard(data: bytes) -> bytes:
    """Return L16 as mu-law."""
    return hot.mulaw(data)


class Frames:
    """Cuts the call's sound into Vonage's frames; what does not fill one waits for more."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def play(self, data: bytes) -> list[bytes]:
        """Take mu-law; return the frames that are full."""
        linear = self._rest + hot.pcm16(data, "mulaw")
        whole = len(linear) - len(linear) % FRAME
        self._rest = linear[whole:]
        return [linear[at : at + FRAME] for at in range(0, whole, FRAME)]

    def flush(self) -> list[bytes]:
        """Return what is left, filled up with silence."""
        rest, self._rest = self._rest, b""
        return [rest.ljust(FRAME, b"\0")] if rest else []

    def drop(self) -> None:
        """Forget what is left."""
        self._rest = b""
