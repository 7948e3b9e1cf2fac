"""Changing the rate of live sound: a streaming polyphase FIR that never holds back and never bursts.

Output comes in exactly the proportion of the input (20 ms in, 20 ms out), `DELAY` periods of the lower rate late: 3 ms
where that is 8 kHz. The filter is a Kaiser-windowed sinc at 95 % of the lower Nyquist frequency. Between telephone
sound and 16, 22.05, 24, 44.1 and 48 kHz the tests measure: flat within 0.1 dB up to 3.4 kHz; aliases that could fall
into the telephone band (from 4.6 kHz on) 83 dB down, images of it 88 dB down; what lies just above 4 kHz falls only
onto 3.8-4 kHz, which telephones do not carry. Whole phrases are better served by `audio.convert.resample_phrase`.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from voiced.audio.g711 import Samples, to_int16

DELAY = 24
"""Delay in samples of the lower of the two rates."""

_KAISER_BETA = 7.9  # about 80 dB of stop band, in a transition of 0.2 of the lower Nyquist frequency
_CUTOFF = 0.95


@lru_cache(maxsize=32)
def _phases(up: int, down: int) -> NDArray[np.float32]:
    """Return the filter's taps, one row for each of the `up` phases, newest sample last."""
    widest = max(up, down)
    length = 2 * DELAY * widest + 1
    times = (np.arange(length) - DELAY * widest) / widest
    taps = np.sinc(_CUTOFF * times) * np.kaiser(length, _KAISER_BETA)
    rows = -(-length // up)
    padded = np.concatenate([taps, np.zeros(rows * up - length)]).reshape(rows, up).T
    # Each phase by itself must carry a constant through unchanged, or silence with an offset would hum.
    scaled = padded / padded.sum(axis=1, keepdims=True)
    return np.ascontiguousarray(scaled[:, ::-1], dtype=np.float32)


class Resampler:
    """One stream's change of rate from `rate_in` to `rate_out` (Hz); keeps its state from chunk to chunk."""

    def __init__(self, rate_in: int, rate_out: int) -> None:
        divisor = math.gcd(rate_in, rate_out)
        self._up, self._down = rate_out // divisor, rate_in // divisor
        self._taps = _phases(self._up, self._down)
        self.delay = DELAY / min(rate_in, rate_out)
        """Seconds by which the output lags behind the input."""
        self.reset()

    def reset(self) -> None:
        """Forget the sound so far, as before the first chunk."""
        self._past = np.zeros(self._taps.shape[1] - 1, np.float32)
        self._offset = 0  # of the next output sample behind the next input sample, in 1/up of an input sample

    def feed(self, samples: Samples) -> Samples:
        """Take the next samples at `rate_in`, return the next at `rate_out`, held within 16 bits.

        Where the chunk is not a whole number of output samples the fraction is owed to the next chunk.
        """
        sound = np.concatenate([self._past, samples.astype(np.float32)])
        count = max(0, -((self._offset - len(samples) * self._up) // self._down))
        made = self._filter(sound, count) if count else np.empty(0, np.float32)
        self._offset += count * self._down - len(samples) * self._up
        self._past = sound[len(sound) - len(self._past) :]
        return to_int16(made)

    def _filter(self, sound: NDArray[np.float32], count: int) -> NDArray[np.float32]:
        windows = sliding_window_view(sound, self._taps.shape[1])
        if self._up == 1:
            made: NDArray[np.float32] = windows[self._offset :: self._down][:count] @ self._taps[0]
            return made
        if self._down == 1:  # the offset is always 0 here, and every window serves all phases
            return np.ascontiguousarray(windows @ self._taps.T, np.float32).ravel()
        positions = self._offset + np.arange(count) * self._down
        gathered = windows[positions // self._up]
        summed: NDArray[np.float32] = np.einsum("ij,ij->i", gathered, self._taps[positions % self._up])
        return summed
