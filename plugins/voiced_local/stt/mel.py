"""Whisper's log-mel spectrogram, straight from 8 kHz sound. Pure.

Whisper hears 16 kHz: frames of 400 samples, every 160, 80 mel bands up to 8 kHz (Slaney's scale), as in OpenAI's
`audio.py`. Telephone sound holds nothing above 4 kHz, so the same spectrum is taken at 8 kHz with half the samples
and half the work; the bands above stay at the floor, where upsampled sound would leave them too (measured: the same
word error rate).
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

RATE = 8000
HOP = 80
"""Samples from one frame to the next: 10 ms."""
WINDOW = 200
BANDS = 80
FRAMES_PER_SECOND = RATE // HOP

Mel = NDArray[np.float32]

_LINEAR_HZ = 200 / 3
"""Width of a mel below 1 kHz on Slaney's scale; above, 27 mels make a factor of 6.4."""
_LOG_STEP = np.log(6.4) / 27


def _to_hz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mels < 15, mels * _LINEAR_HZ, 1000 * np.exp((mels - 15) * _LOG_STEP))


def _bank() -> Mel:
    """Return the triangular filters as a matrix, bands by frequencies of the 8 kHz spectrum."""
    top = 15 + np.log(8000 / 1000) / _LOG_STEP
    edges = _to_hz(np.linspace(0, top, BANDS + 2))
    ramps = edges[:, None] - np.linspace(0, RATE / 2, WINDOW // 2 + 1)[None]
    widths = np.diff(edges)[:, None]
    triangles = np.maximum(0, np.minimum(-ramps[:-2] / widths[:-1], ramps[2:] / widths[1:]))
    return (triangles * (2 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


_FILTERS = _bank()
_HANN = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
_ENERGY_16K = 4.0
"""A frame of twice as many samples has four times the energy in each line of its spectrum."""


def log_mel(sound: NDArray[np.float32], frames: int) -> Mel:
    """Return `BANDS` rows of `frames` columns for `sound` (8 kHz, -1 to 1), filled with silence or cut to fit."""
    length = frames * HOP
    fitted = np.pad(sound[:length], (0, max(0, length - len(sound))))
    padded = np.pad(fitted, WINDOW // 2, mode="reflect")
    pieces = sliding_window_view(padded, WINDOW)[::HOP][:frames] * _HANN
    energy = np.abs(np.fft.rfft(pieces, axis=1)).astype(np.float32) ** 2 * np.float32(_ENERGY_16K)
    mel = np.log10(np.maximum(_FILTERS @ energy.T, 1e-10))
    scaled: Mel = ((np.maximum(mel, mel.max() - 8.0) + 4.0) / 4.0).astype(np.float32)
    return scaled
