"""Whole phrases from one audio format to another, by soxr; for live streams see `stream`."""

from __future__ import annotations

from typing import overload

import numpy as np
import soxr

from voiced.audio import g711
from voiced.audio.frame import AudioFormat, Packet
from voiced.audio.g711 import Samples


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
