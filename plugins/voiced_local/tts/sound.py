"""From a synthesiser's raw sound to what goes on the line: silences cut, level set, format changed. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voiced.audio.convert import to_format
from voiced.audio.frame import AudioFormat
from voiced.audio.g711 import encode, to_int16

LEVEL = 10 ** (-20 / 20)
"""RMS of speech on the line, without its pauses: -20 dBFS, where callers hear it as loud as each other."""
PEAK = 0.89
"""The highest peak: -1 dBFS, so that no filter after it clips."""
QUIET = 10 ** (-32 / 20)
"""Below this part of the loudest frame a frame is a pause."""
LEAD_SECONDS = 0.02
TAIL_SECONDS = 0.06
_FRAME_SECONDS = 0.01

Sound = NDArray[np.float32]
"""Samples between -1 and 1."""


def finish(sound: Sound, rate: int, format: AudioFormat) -> bytes:
    """Return `sound` (at `rate` Hz) trimmed, levelled and in `format`; nothing for silence."""
    speech = trim(sound, rate)
    if not len(speech):
        return b""
    levelled = to_int16(speech * (gain(speech, rate) * 32767))
    return to_format(encode(levelled, "pcm16"), AudioFormat("pcm16", rate), format)


def trim(sound: Sound, rate: int) -> Sound:
    """Return `sound` without the silence around it, but for `LEAD_SECONDS` and `TAIL_SECONDS`."""
    frame = int(rate * _FRAME_SECONDS)
    voiced = np.flatnonzero(_voiced(_levels(sound, frame)))
    if not len(voiced):
        return sound[:0]
    start = max(0, voiced[0] * frame - int(LEAD_SECONDS * rate))
    end = (voiced[-1] + 1) * frame + int(TAIL_SECONDS * rate)
    return sound[start:end]


def gain(sound: Sound, rate: int) -> float:
    """Return the factor that brings the speech in `sound` to `LEVEL`, short of `PEAK`."""
    levels = _levels(sound, int(rate * _FRAME_SECONDS))
    active = float(np.sqrt(np.mean(levels[_voiced(levels)] ** 2)))
    return min(LEVEL / active, PEAK / float(np.abs(sound).max()))


def _levels(sound: Sound, frame: int) -> Sound:
    """Return the RMS of each whole frame; a last piece counts as a frame of its own length."""
    padded = np.concatenate([sound, np.zeros(-len(sound) % frame, np.float32)])
    levels: Sound = np.sqrt(np.mean(padded.reshape(-1, frame) ** 2, axis=1, dtype=np.float32))
    return levels


def _voiced(levels: Sound) -> NDArray[np.bool_]:
    floor = max(float(levels.max(initial=0.0)) * QUIET, 1e-4)
    return levels > floor
