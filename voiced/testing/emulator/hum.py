"""What emulated voices say: a hum as long as the text, with the silence around it that real engines make. Pure.

Each text has a tone of its own, so that what was heard tells which text it was.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voiced.audio import MULAW_8K, AudioFormat, Converter
from voiced.audio.g711 import encode

PACE = 14.0
"""Characters a second, in French, at speed 1."""
TAIL = 0.06
"""Seconds of silence after the text."""
LEVEL = 6000

Speak = Callable[[str], bytes]
"""Another voice: French in, mu-law at 8 kHz out."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Some text, and how it is said: factors of the voice's own pace, height and loudness."""

    text: str
    speed: float = 1.0
    pitch: float = 1.0
    volume: float = 1.0


@dataclass(frozen=True, slots=True)
class Silence:
    """A pause of some seconds."""

    seconds: float


Part = Phrase | Silence


def hum(name: str, parts: Sequence[Part], format: AudioFormat) -> bytes:
    """Return the sound of a text that consists of `parts`; `name` decides its tone, and the silence before it."""
    sounds = [_silence(lead(name), format.rate)]
    for part in parts:
        if isinstance(part, Silence):
            sounds.append(_silence(part.seconds, format.rate))
        elif part.text.strip():
            seconds = len(part.text.strip()) / (PACE * part.speed)
            sounds.append(part.volume * _tone(tone(name) * part.pitch, seconds, format.rate))
    return encode(np.concatenate([*sounds, _silence(TAIL, format.rate)]), format.encoding)


def spoken(speak: Speak, text: str, format: AudioFormat) -> bytes:
    """Return the sound of `text` by another voice."""
    sound = speak(text)
    return sound if format == MULAW_8K else Converter(MULAW_8K, format).feed(sound)


def lead(text: str) -> float:
    """Return the seconds of silence before `text`: 20 to 150 ms, the same each time."""
    return 0.02 + zlib.crc32(text.encode()) % 131 / 1000


def tone(text: str) -> float:
    """Return the pitch (Hz) at which `text` is hummed."""
    return 150.0 + 10 * (zlib.crc32(text.strip().encode()) % 64)


def silent_mp3(seconds: float) -> bytes:
    """Return frames that look like MPEG-2 layer III at 48 kbit/s and 22.05 kHz, for clients that forget the coding."""
    return b"ID3\x04\x00\x00\x00\x00\x00\x00" + (b"\xff\xf3\x64\xc4" + bytes(152)) * math.ceil(seconds * 22050 / 576)


def _silence(seconds: float, rate: int) -> NDArray[np.float64]:
    return np.zeros(round(seconds * rate))


def _tone(pitch: float, seconds: float, rate: int) -> NDArray[np.float64]:
    sound: NDArray[np.float64] = LEVEL * np.sin(2 * math.pi * pitch * np.arange(round(seconds * rate)) / rate)
    return sound
