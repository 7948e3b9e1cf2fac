"""How loud sound is; for one frame of a call after the other, see `hot` and `gate`.

Levels are RMS in dBFS against the largest sample: a full-scale square wave has 0 dBFS, a full-scale sine -3.01.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from voiced.audio import g711
from voiced.audio.frame import Encoding

FLOOR = -96.0
"""The level in dBFS given to digital silence and to no sound at all: below one bit of sixteen."""

_ENERGY: Mapping[Encoding, NDArray[np.float64]] = MappingProxyType(
    {law: values.astype(np.float64) ** 2 for law, values in g711.VALUES.items()}
)


def energy(data: bytes, encoding: Encoding) -> float:
    """Return the mean of the squared 16-bit samples; 0 for no sound."""
    if encoding == "pcm16":
        samples = g711.decode(data, encoding).astype(np.float64)
        return float(samples @ samples) / max(len(samples), 1)
    codes = np.frombuffer(data, np.uint8)
    # The ufunc itself: `sum` goes through three Python functions, which cost more than the sum of a frame.
    return float(np.add.reduce(_ENERGY[encoding].take(codes))) / max(len(codes), 1)


def dbfs(data: bytes, encoding: Encoding) -> float:
    """Return the RMS level of `data` in dBFS, at least `FLOOR`."""
    mean = energy(data, encoding)
    return max(10 * math.log10(mean / 32768**2), FLOOR) if mean else FLOOR
