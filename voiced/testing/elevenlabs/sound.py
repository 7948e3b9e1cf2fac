"""What the emulated voice says, in ElevenLabs' formats, and when each character of it is said. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from voiced.audio import MULAW_8K, AudioFormat
from voiced.testing.emulator import hum as voice
from voiced.testing.emulator.hum import PACE, TAIL, Part, Phrase, Silence, Speak, lead

__all__ = ["BREAK", "FORMATS", "PACE", "TAIL", "TYPES", "Alignment", "Speak", "aligned", "hum", "lead", "on_socket",
           "over_http", "spoken"]  # fmt: skip

BREAK = re.compile(r'<break time="(\d+(?:\.\d+)?)s"\s*/>')
FORMATS: dict[str, AudioFormat] = {
    "ulaw_8000": MULAW_8K,
    "alaw_8000": AudioFormat("alaw", 8000),
    **{f"pcm_{rate}": AudioFormat("pcm16", rate) for rate in (8000, 16000, 22050, 24000, 32000, 44100, 48000)},
}
"""The output formats that are emulated: those of a telephone line, not mp3, opus and wav."""
TYPES = {"mulaw": "audio/basic", "alaw": "audio/x-alaw-basic", "pcm16": "audio/pcm"}


def hum(text: str, format: AudioFormat, speed: float = 1.0) -> bytes:
    """Return the sound of `text`; a whole `<break>` is silent, a broken one is read aloud."""
    parts: list[Part] = [
        Silence(min(float(piece), 3.0)) if place % 2 else Phrase(piece, speed)
        for place, piece in enumerate(BREAK.split(text))
    ]
    return voice.hum(text, parts, format)


def spoken(speak: Speak, text: str, format: AudioFormat) -> bytes:
    """Return the sound of `text` by another voice."""
    return voice.spoken(speak, BREAK.sub(" ", text), format)


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
