"""Louder and softer, straight on the bytes: a G.711 gain is one `bytes.translate`."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from voiced.audio import g711
from voiced.audio.frame import Encoding


@lru_cache(maxsize=256)
def gain_table(encoding: Encoding, decibels: float) -> bytes:
    """Return the 256 bytes for `bytes.translate` that change G.711 sound by `decibels`; `-inf` gives silence."""
    return g711.encode(g711.VALUES[encoding] * _factor(decibels), encoding)


def amplify(data: bytes, encoding: Encoding, decibels: float) -> bytes:
    """Return `data` changed by `decibels`; what would leave the range is held at its limit. 0 dB returns `data`."""
    if decibels == 0:
        return data
    if encoding == "pcm16":
        return g711.encode(g711.decode(data, encoding) * _factor(decibels), encoding)
    return data.translate(gain_table(encoding, decibels))


def _factor(decibels: float) -> np.float64:
    return np.float64(10.0 ** (decibels / 20))
