"""The words for sound that cross every boundary: a format, a packet of it, and a hole in it.

Only frozen values live here; nothing that decodes, converts or plays. What is made for every frame of every call is a
struct, which is made in a tenth of a dataclass's time.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

Encoding = Literal["mulaw", "alaw", "pcm16"]
"""`mulaw`, `alaw`: ITU-T G.711, one byte a sample. `pcm16`: signed 16-bit little-endian."""

FRAME_SECONDS = 0.02
"""The length in seconds of the frames that carriers send and that the turn machine counts."""


class AudioFormat(Struct, frozen=True):
    """How bytes stand for sound: mono, `rate` samples a second (Hz)."""

    encoding: Encoding
    rate: int

    @property
    def bytes_per_second(self) -> int:
        """Bytes that one second of this format takes."""
        return self.rate * (2 if self.encoding == "pcm16" else 1)

    def seconds(self, size: int) -> float:
        """Return how long `size` bytes play, in seconds."""
        return size / self.bytes_per_second

    def size(self, seconds: float) -> int:
        """Return the bytes of `seconds` of sound, rounded to whole samples."""
        samples = round(seconds * self.rate)
        return samples * (2 if self.encoding == "pcm16" else 1)

    @property
    def silence(self) -> bytes:
        """One sample of digital silence (mu-law 0xFF, A-law 0xD5, PCM 0x0000)."""
        return {"mulaw": b"\xff", "alaw": b"\xd5", "pcm16": b"\x00\x00"}[self.encoding]


MULAW_8K = AudioFormat("mulaw", 8000)
PCM_16K = AudioFormat("pcm16", 16000)


class Packet(msgspec.Struct, frozen=True, gc=False):
    """Some sound, bytes as they were on the wire."""

    data: bytes
    format: AudioFormat = MULAW_8K

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.format.seconds(len(self.data))


class Gap(msgspec.Struct, frozen=True, gc=False):
    """A hole in the caller's sound: `seconds` for which nothing arrived."""

    seconds: float
