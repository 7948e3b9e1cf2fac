"""How loud sound is, and a gate on it. Costs a few microseconds a frame.

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
from voiced.audio.hot import rms

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


class LevelGate:
    """Says whether sound is loud enough to look at: opens at one level, closes below a lower one, after a while.

    Time is counted in the sound that is fed.
    """

    def __init__(self, opens: float = -45.0, closes: float = -50.0, hold: float = 0.2) -> None:
        """Open at `opens` dBFS; close after `hold` seconds below `closes` dBFS."""
        self.hold = hold
        self.open = False
        self._opens, self._closes = _amplitude(opens), _amplitude(min(closes, opens))
        self._quiet = 0.0

    def feed(self, samples: bytes, seconds: float) -> bool:
        """Take the next 16-bit samples of the stream, `seconds` long; return whether the gate is open after them."""
        if rms(samples) >= (self._closes if self.open else self._opens):
            self.open, self._quiet = True, 0.0
        elif self.open:
            self._quiet += seconds
            # Sums of 0.02 fall a rounding error short of the hold; half a millisecond is below any frame.
            self.open = self._quiet < self.hold - 0.0005
        return self.open


def _amplitude(decibels: float) -> int:
    return int(32768 * 10 ** (decibels / 20))
