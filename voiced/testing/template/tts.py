"""Acme's voice: it hums. Put a real one in its place."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Annotated

from voiced.plugin import (
    HERE,
    PCM_16K,
    AudioFormat,
    Host,
    Packet,
    PluginSpec,
    ProviderSpec,
    Sink,
    Source,
    Tts,
    TtsCapabilities,
    hookimpl,
    option,
)

LETTER = 0.06
"""Seconds of a letter."""
PACKET = PCM_16K.size(0.1)
"""Bytes that are sent at once: short, so that a caller may cut in."""


@dataclass(frozen=True, slots=True)
class AcmeOptions:
    """What `voiced.yaml` may say below `plugins: acme:`."""

    pitch: Annotated[int, option("Pitch, in Hz", ge=50, le=2000)] = 180


class AcmeTts:
    """Implements `Tts`."""

    def __init__(self, options: AcmeOptions, host: Host) -> None:
        self._options, self._host = options, host

    @property
    def capabilities(self) -> TtsCapabilities:
        """PCM at 16 kHz, which voiced converts to what the carrier takes; sound comes clause by clause."""
        return TtsCapabilities(formats=(PCM_16K,))

    @property
    def fingerprint(self) -> str:
        """Everything but the text that shapes the sound: phrases are kept by it."""
        return f"acme-1-{self._options.pitch}"

    async def speak(self, clauses: Source[str], audio: Sink[Packet], format: AudioFormat) -> None:
        """Speak each clause as it comes; see `voiced.plugin.Tts`."""
        async for clause in clauses:
            sound = self._sound(clause.strip())
            for at in range(0, len(sound), PACKET):
                await audio.send(Packet(sound[at : at + PACKET], format))

    def _sound(self, text: str) -> bytes:
        samples = PCM_16K.rate // self._options.pitch
        turn = struct.pack(
            f"<{samples}h", *(round(6000 * math.sin(2 * math.pi * at / samples)) for at in range(samples))
        )
        return turn * round(len(text) * LETTER * self._options.pitch)


def make(options: AcmeOptions, host: Host) -> Tts:
    """Build the voice. Import the vendor's SDK here: voiced looks at all installed plugins."""
    return AcmeTts(options, host)


@hookimpl
def voiced_plugin() -> PluginSpec:
    """Declare the plugin."""
    about = "Acme's voice"
    return PluginSpec(
        name="acme",
        about=about,
        providers=(ProviderSpec("tts", "acme", make, about),),
        options=AcmeOptions,
        goes_to=lambda _options: HERE,  # where what callers say goes; for a service: by_host(options.url, "Acme", ...)
    )
