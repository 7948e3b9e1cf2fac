"""What all voices have in common: one set of options whatever a vendor's scales are, and the way from bytes to packets.

A plugin maps factors to its vendor's units; where a vendor has narrower limits, or no such thing, it says so in options
of its own. Pure.
"""

from __future__ import annotations

from typing import Annotated

from voiced.audio.frame import AudioFormat, Packet
from voiced.errors import ProviderProtocol
from voiced.plugin.options import option

Speed = Annotated[float, option("Pace, as a factor of the voice's own", ge=0.5, le=2.0)]
Pitch = Annotated[float, option("Height, as a factor of the voice's own", ge=0.5, le=1.5)]
Volume = Annotated[float, option("Loudness, as a factor of the voice's own", ge=0.1, le=2.0)]
Pause = Annotated[float, option("Silence in seconds between sentences, on top of the voice's own; 0: none", ge=0, le=3)]

_SENTENCE_END = (".", "!", "?", "…")
_FILES = {b"RIFF": "a WAV file", b"ID3": "mp3", b"OggS": "Ogg"}
_LOOK = 4
"""Bytes that are looked at before any is passed on."""


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

    Before the first comes silence of `rest` seconds. Half a sample waits for its other half; one that never comes is
    dropped.
    """

    def __init__(self, format: AudioFormat, provider: str, rest: float = 0.0) -> None:
        self._format, self._provider, self._rest = format, provider, rest
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
        sound = [Packet(data[:whole], self._format)]
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
