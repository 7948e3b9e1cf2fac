"""From one audio format to another: whole phrases by soxr, live streams by `Converter`."""

from __future__ import annotations

from typing import overload

import numpy as np
import soxr

from voiced.audio import g711
from voiced.audio.frame import AudioFormat, Packet
from voiced.audio.g711 import Samples
from voiced.audio.resample import Resampler


def resample_phrase(samples: Samples, rate_in: int, rate_out: int) -> Samples:
    """Return a whole phrase or file at `rate_out` (Hz), without delay, in soxr's high quality; never wraps."""
    if rate_in == rate_out:
        return samples
    changed: Samples = soxr.resample(np.ascontiguousarray(samples), rate_in, rate_out, quality="HQ")
    return changed


@overload
def to_format(sound: Packet, src: AudioFormat, dst: AudioFormat) -> Packet: ...
@overload
def to_format(sound: bytes, src: AudioFormat, dst: AudioFormat) -> bytes: ...
def to_format(sound: Packet | bytes, src: AudioFormat, dst: AudioFormat) -> Packet | bytes:
    """Return the whole of `sound` in format `dst`; it comes back untouched where the formats are equal.

    A packet comes back as a packet. `src` is the format of `sound`. Not for the pieces of a stream: each piece would
    get its own edges.
    """
    if isinstance(sound, Packet):
        return sound if src == dst else Packet(to_format(sound.data, src, dst), dst)
    if src == dst:
        return sound
    return g711.encode(resample_phrase(g711.decode(sound, src.encoding), src.rate, dst.rate), dst.encoding)


class Converter:
    """One live stream's conversion from `src` to `dst`, piece by piece, in exact proportion."""

    def __init__(self, src: AudioFormat, dst: AudioFormat) -> None:
        self.src = src
        self.dst = dst
        self._resampler = Resampler(src.rate, dst.rate) if src.rate != dst.rate else None
        self._half = b""

    @property
    def delay(self) -> float:
        """Seconds by which the output lags behind the input; 0 where the rate stays."""
        return self._resampler.delay if self._resampler else 0.0

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes in `src`, return the next in `dst`; the same object where the formats are equal.

        Pieces may be cut anywhere, in the middle of a sample too.
        """
        if self.src == self.dst:
            return data
        samples = g711.decode(self._whole(data), self.src.encoding)
        return g711.encode(self._resampler.feed(samples) if self._resampler else samples, self.dst.encoding)

    def reset(self) -> None:
        """Forget the sound so far."""
        self._half = b""
        if self._resampler:
            self._resampler.reset()

    def _whole(self, data: bytes) -> bytes:
        """Return `data` up to its last whole sample, and keep the half for the next piece."""
        if self.src.encoding != "pcm16":
            return data
        data = self._half + data
        cut = len(data) & ~1
        self._half = data[cut:]
        return data[:cut]
