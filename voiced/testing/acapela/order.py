"""One command, read and judged. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voiced.audio import AudioFormat, Encoding
from voiced.testing.acapela.tags import Manner

LONGEST, LONGEST_GET = 3000, 2048
"""Characters of a text; of one in a query."""
RAW: Mapping[str, Encoding] = {"mulaw": "mulaw", "alaw": "alaw", "s16le": "pcm16"}
"""Plain samples."""
WAV: Mapping[str, Encoding] = {"wav": "pcm16", "wav_mulaw": "mulaw", "wav_alaw": "alaw"}
TYPES = {**RAW, **WAV, "mp3": "mp3"}
"""The codings that are emulated: not ogg, flac, opus and the other files."""
RANGES = {"samplerate": (8000, 48_000, 22_050), "volume": (50, 65_535, 32_768), "speed": (30, 300, 100),
          "shaping": (50, 150, 100)}  # fmt: skip
"""Least, most, default."""
FULL = 32_768
"""The volume that is the voice's own loudness."""
OUTPUTS = ("stream", "file", "events")


class Refused(Exception):
    """400, with these words."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be said, and how."""

    voice: str
    text: str
    output: str
    type: str
    samplerate: int
    manner: Manner
    events: bool

    @property
    def format(self) -> AudioFormat:
        """The format of the samples; mp3 is measured as if it were 16-bit."""
        return AudioFormat({**RAW, **WAV}.get(self.type, "pcm16"), self.samplerate)


def read(fields: Mapping[str, Any], voices: Sequence[str], longest: int = LONGEST) -> Order:
    """Return the command that `fields` are. Raises `Refused`."""
    numbers = {name: _number(fields, name) for name in RANGES}
    order = Order(
        voice=str(fields.get("voice", "")),
        text=str(fields.get("text", "")),
        output=str(fields.get("output", "stream")),
        type=str(fields.get("type", "mp3")),
        samplerate=numbers["samplerate"],
        manner=Manner(numbers["speed"] / 100, numbers["shaping"] / 100, numbers["volume"] / FULL),
        events="on" in (fields.get("wordpos"), fields.get("mouthpos")),
    )
    if order.voice not in voices:
        raise Refused("Voice not available.")
    if order.type not in TYPES or order.output not in OUTPUTS:
        raise Refused("Invalid type or output.")
    if not order.text.strip():
        raise Refused("Text is empty.")
    if len(order.text) > longest:
        raise Refused("Text is too long.")
    return order


def _number(fields: Mapping[str, Any], name: str) -> int:
    least, most, usual = RANGES[name]
    try:
        value = int(fields.get(name, usual))
    except ValueError as error:
        raise Refused(f"Invalid {name}.") from error
    if not least <= value <= most:
        raise Refused(f"Invalid {name}.")
    return value
