"""What all voices have in common: one set of options whatever a vendor's scales are, and the way from bytes to packets.

A voice's options have `speed`, `pitch`, `volume` and `pause` by these names, and `stability` where the vendor has it.
The plugin maps them to its vendor's units, or does itself what the vendor does not (`RawSound` knows loudness, pauses
too). What cannot be had is refused when the options are built, by a `ValueError` that begins with the option's name:
never passed over. How single words are said is no option of a voice: a flow's `pronunciations` are put in before any.
Pure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

from voiced.audio.frame import AudioFormat, Encoding, Packet
from voiced.errors import ProviderProtocol
from voiced.plugin.options import option

Speed = Annotated[float, option("Pace, as a factor of the voice's own", ge=0.5, le=2.0)]
Pitch = Annotated[float, option("Height, as a factor of the voice's own", ge=0.5, le=1.5)]
Volume = Annotated[float, option("Loudness, as a factor of the voice's own", ge=0.1, le=2.0)]
Pause = Annotated[float, option("Silence in seconds between sentences, on top of the voice's own; 0: none", ge=0, le=3)]
Stability = Annotated[float, option("Steadiness, 0 (lively) to 1 (flat)", ge=0, le=1)]

_SENTENCE_END = (".", "!", "?", "…")
_FILES = {b"RIFF": "a WAV file", b"ID3": "mp3", b"OggS": "Ogg"}
_LOOK = 4
"""Bytes that are looked at before any is passed on."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a voice speaks, by the options that all have."""

    speed: float = 1.0
    pitch: float = 1.0
    volume: float = 1.0
    pause: float = 0.0

    @property
    def fingerprint(self) -> str:
        """All of it, for the fingerprint of a voice."""
        return f"speed={self.speed:g},pitch={self.pitch:g},volume={self.volume:g},pause={self.pause:g}"


def loudened(data: bytes, encoding: Encoding, volume: float) -> bytes:
    """Return sound at `volume`, as a factor of its own; what would be too loud for the coding is held at its limit."""
    if volume == 1.0:
        return data
    from voiced.audio.gain import amplify  # noqa: PLC0415 - numpy: a voice at its own loudness needs none

    return amplify(data, encoding, 20 * math.log10(volume))


class Rests:
    """Where the sentences of one reply end, and so what silence belongs before a clause."""

    def __init__(self, pause: float) -> None:
        self._pause, self._due = pause, False

    def before(self, text: str) -> float:
        """Return the seconds of silence before `text`, the next clause that is spoken."""
        rest = self._pause if self._due else 0.0
        self._due = text.endswith(_SENTENCE_END)
        return rest


class RawSound:
    """Bytes that come in any pieces, made into packets of whole samples. `provider` is named in errors.

    Before the first comes silence of `rest` seconds; `volume` is a factor of their own loudness. Half a sample waits
    for its other half; one that never comes is dropped.
    """

    def __init__(self, format: AudioFormat, provider: str, rest: float = 0.0, volume: float = 1.0) -> None:
        self._format, self._provider, self._rest, self._volume = format, provider, rest, volume
        self._width = len(format.silence)
        self._left, self._begun = b"", False
        self.empty = True
        """There was no sound yet."""

    def feed(self, data: bytes) -> list[Packet]:
        """Return the packets that `data` completes. Raises `ProviderProtocol` for a file with a header."""
        data = self._left + data
        if not self._begun and not self._begin(data):
            return []
        whole = len(data) - len(data) % self._width
        self._left = data[whole:]
        if not whole:
            return []
        self.empty = False
        sound = [Packet(loudened(data[:whole], self._format.encoding, self._volume), self._format)]
        return [*self._silence(), *sound] if self._rest else sound

    def _silence(self) -> list[Packet]:
        rest, self._rest = self._rest, 0.0
        return [Packet(self._format.silence * round(rest * self._format.rate), self._format)]

    def _begin(self, data: bytes) -> bool:
        """Return whether enough has come to know what it is."""
        self._begun = len(data) >= _LOOK
        if not self._begun:
            self._left = data
        elif what := next((what for start, what in _FILES.items() if data.startswith(start)), ""):
            raise ProviderProtocol(f"{what}, not plain samples", provider=self._provider, stage="stream")
        return self._begun
