"""What the emulated voice says: a hum as long as the text, with the silence around it that real engines make. Pure.

Each sentence has a tone of its own, so that what was heard tells which text it was.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voiced.audio import MULAW_8K, AudioFormat, Converter
from voiced.audio.g711 import encode

PACE = 14.0
"""Characters a second, in French, at speed 1."""
TAIL = 0.06
"""Seconds of silence after the text."""
BREAK = re.compile(r'<break time="(\d+(?:\.\d+)?)s"\s*/>')
LEVEL = 6000
FORMATS: dict[str, AudioFormat] = {
    "ulaw_8000": MULAW_8K,
    "alaw_8000": AudioFormat("alaw", 8000),
    **{f"pcm_{rate}": AudioFormat("pcm16", rate) for rate in (8000, 16000, 22050, 24000, 32000, 44100, 48000)},
}
"""The output formats that are emulated: those of a telephone line, not mp3, opus and wav."""
TYPES = {"mulaw": "audio/basic", "alaw": "audio/x-alaw-basic", "pcm16": "audio/pcm"}

Speak = Callable[[str], bytes]
"""Another voice: French in, mu-law at 8 kHz out."""


def hum(text: str, format: AudioFormat, speed: float = 1.0) -> bytes:
    """Return the sound of `text`; a whole `<break>` is silent, a broken one is read aloud."""
    silence = np.zeros(round(lead(text) * format.rate))
    parts = [silence]
    for place, piece in enumerate(BREAK.split(text)):
        if place % 2:
            parts.append(np.zeros(round(min(float(piece), 3.0) * format.rate)))
        elif piece.strip():
            parts.append(_tone(tone(text), len(piece.strip()) / (PACE * speed), format.rate))
    return encode(np.concatenate([*parts, np.zeros(round(TAIL * format.rate))]), format.encoding)


def spoken(speak: Speak, text: str, format: AudioFormat) -> bytes:
    """Return the sound of `text` by another voice."""
    sound = speak(BREAK.sub(" ", text))
    return sound if format == MULAW_8K else Converter(MULAW_8K, format).feed(sound)


def lead(text: str) -> float:
    """Return the seconds of silence before `text`: 20 to 150 ms, the same each time."""
    return 0.02 + zlib.crc32(text.encode()) % 131 / 1000


def tone(text: str) -> float:
    """Return the pitch (Hz) at which `text` is hummed."""
    return 150.0 + 10 * (zlib.crc32(text.strip().encode()) % 64)


def _tone(pitch: float, seconds: float, rate: int) -> NDArray[np.float64]:
    sound: NDArray[np.float64] = LEVEL * np.sin(2 * math.pi * pitch * np.arange(round(seconds * rate)) / rate)
    return sound


@dataclass(frozen=True, slots=True)
class Alignment:
    """When each character is spoken, in milliseconds from the start of this very sound."""

    characters: tuple[str, ...]
    starts: tuple[int, ...]
    durations: tuple[int, ...]


def aligned(text: str, seconds: float) -> Alignment:
    """Return when each character of `text` is spoken in a sound of `seconds`: evenly."""
    each = 1000 * seconds / max(len(text), 1)
    starts = tuple(round(place * each) for place in range(len(text)))
    return Alignment(tuple(text), starts, (round(each),) * len(text))


def on_socket(times: Alignment) -> dict[str, object]:
    """Return an alignment as sockets write it."""
    return {"chars": times.characters, "charStartTimesMs": times.starts, "charDurationsMs": times.durations}


def over_http(times: Alignment) -> dict[str, object]:
    """Return an alignment as `/with-timestamps` writes it, in seconds."""
    ends = [(start + lasts) / 1000 for start, lasts in zip(times.starts, times.durations, strict=True)]
    starts = [start / 1000 for start in times.starts]
    return {
        "characters": times.characters,
        "character_start_times_seconds": starts,
        "character_end_times_seconds": ends,
    }
