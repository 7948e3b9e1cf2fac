"""Sound as values: G.711, gain, level, rate and format conversion, WAV files. Pure: no loop, clock or socket.

What works on arrays is loaded when it is first asked for: numpy takes a tenth of a worker's start, and a worker whose
voice speaks the carrier's format takes calls without it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from voiced.audio.frame import FRAME_SECONDS, MULAW_8K, PCM_16K, AudioFormat, Encoding, Gap, Packet
from voiced.audio.gate import LevelGate
from voiced.audio.stream import Converter

if TYPE_CHECKING:
    from voiced.audio.convert import resample_phrase, to_format
    from voiced.audio.g711 import Samples, decode, encode
    from voiced.audio.gain import amplify, gain_table
    from voiced.audio.level import FLOOR, dbfs, energy
    from voiced.audio.resample import Resampler
    from voiced.audio.wav import Wav, interleave, read_wav, wav_bytes, write_stereo, write_wav

__all__ = [
    "FLOOR", "FRAME_SECONDS", "MULAW_8K", "PCM_16K", "AudioFormat", "Converter", "Encoding", "Gap", "LevelGate",
    "Packet", "Resampler", "Samples", "Wav", "amplify", "dbfs", "decode", "encode", "energy", "gain_table",
    "interleave", "read_wav", "resample_phrase", "to_format", "wav_bytes", "write_stereo", "write_wav",
]  # fmt: skip

_ROOMS = {
    "convert": ("resample_phrase", "to_format"),
    "g711": ("Samples", "decode", "encode"),
    "gain": ("amplify", "gain_table"),
    "level": ("FLOOR", "dbfs", "energy"),
    "resample": ("Resampler",),
    "wav": ("Wav", "interleave", "read_wav", "wav_bytes", "write_stereo", "write_wav"),
}


def __getattr__(name: str) -> Any:
    """Load the room that has `name` (PEP 562)."""
    for room, names in _ROOMS.items():
        if name in names:
            return getattr(import_module(f"voiced.audio.{room}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
