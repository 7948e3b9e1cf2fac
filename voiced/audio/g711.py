"""G.711: the two laws of telephone sound, by table.

The tables are computed once from the segment rules of ITU-T G.711 (11/1988), tables 1 and 2, in the 16-bit scaling of
the ITU's own software (G.191): mu-law's 14 bits and A-law's 13 bits stand at the top of the 16. A value that lies on
a decision level goes to the interval above it, and the sign of a negative value is taken by one's complement, as
G.191 does: that is what makes a code come back unchanged through decode and encode (mu-law's second zero, 0x7F, comes
back as 0xFF).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from voiced.audio.frame import Encoding

Samples = NDArray[np.int16]
"""One-dimensional linear sound, signed 16 bits."""

MULAW_BIAS = 33
"""Added to the 14-bit magnitude, so that every segment begins at a power of two (G.711 table 2, note 1)."""


def _mulaw_values() -> Samples:
    codes = ~np.arange(256, dtype=np.int32) & 0xFF
    segment, step = (codes >> 4) & 7, codes & 0xF
    magnitude = (((2 * step + MULAW_BIAS) << segment) - MULAW_BIAS) * 4
    return np.asarray(np.where(codes & 0x80, -magnitude, magnitude), np.int16)


def _mulaw_codes() -> NDArray[np.uint8]:
    linear, magnitude = _every_value()
    biased = np.minimum((magnitude >> 2) + MULAW_BIAS, 0x1FFF)
    segment = np.floor(np.log2(biased)).astype(np.int32) - 5
    step = (biased >> (segment + 1)) & 0xF
    sign = np.where(linear < 0, 0x80, 0)
    return np.asarray(~(sign | (segment << 4) | step) & 0xFF, np.uint8)


def _alaw_values() -> Samples:
    codes = np.arange(256, dtype=np.int32) ^ 0x55
    segment, step = (codes >> 4) & 7, codes & 0xF
    leading = np.where(segment > 0, 16, 0)
    magnitude = (((step + leading) << 4) + 8) << np.maximum(segment - 1, 0)
    return np.asarray(np.where(codes & 0x80, magnitude, -magnitude), np.int16)


def _alaw_codes() -> NDArray[np.uint8]:
    linear, magnitude = _every_value()
    top = magnitude >> 4
    segment = np.maximum(np.floor(np.log2(np.maximum(top, 1))).astype(np.int32) - 3, 0)
    step = (top >> np.maximum(segment - 1, 0)) & 0xF
    sign = np.where(linear < 0, 0, 0x80)
    return np.asarray((sign | (segment << 4) | step) ^ 0x55, np.uint8)


def _every_value() -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return all 16-bit values in the order of their unsigned bits, and their one's-complement magnitudes."""
    linear = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    return linear, np.where(linear < 0, ~linear, linear)


VALUES: Mapping[Encoding, Samples] = MappingProxyType({"mulaw": _mulaw_values(), "alaw": _alaw_values()})
"""The 16-bit value of each of the 256 codes."""

_CODES: Mapping[Encoding, NDArray[np.uint8]] = MappingProxyType({"mulaw": _mulaw_codes(), "alaw": _alaw_codes()})


def decode(data: bytes, encoding: Encoding) -> Samples:
    """Return `data` as 16-bit samples; the array is not always writable.

    A last odd byte of `pcm16` is half a sample and is left out; streams that may be cut there go through
    `voiced.audio.convert.Converter`, which keeps it.
    """
    if encoding == "pcm16":
        return np.frombuffer(data, "<i2", len(data) // 2).astype(np.int16, copy=False)
    return VALUES[encoding].take(np.frombuffer(data, np.uint8))


def encode(samples: NDArray[np.int16] | NDArray[np.int32] | NDArray[np.floating], encoding: Encoding) -> bytes:
    """Return `samples` as bytes. What lies beyond 16 bits is held at the limit, never wrapped; fractions round."""
    whole = to_int16(samples)
    if encoding == "pcm16":
        return whole.astype("<i2", copy=False).tobytes()
    return _CODES[encoding].take(np.ascontiguousarray(whole).view(np.uint16)).tobytes()


def to_int16(samples: NDArray[np.int16] | NDArray[np.int32] | NDArray[np.floating]) -> Samples:
    """Return `samples` rounded and held within 16 bits; int16 passes as it is."""
    if samples.dtype == np.int16:
        return samples  # type: ignore[return-value]  # mypy does not narrow by dtype
    return np.clip(np.rint(samples), -32768, 32767).astype(np.int16)
