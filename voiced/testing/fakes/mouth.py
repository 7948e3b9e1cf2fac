"""Speaking by script: a voice whose sound spells its text."""

from __future__ import annotations

from dataclasses import dataclass, field

import trio

from voiced.errors import ProviderError
from voiced.plugin import AudioFormat, Packet, Sink, Source, TtsCapabilities
from voiced.testing.fakes.spelling import CHARACTER, spell

PACKET = 10 * CHARACTER


@dataclass(slots=True)
class ScriptedTts:
    """Implements `Tts`: 15 characters a second, made at once after `first_byte` seconds."""

    first_byte: float = 0.15
    fails: ProviderError | None = None
    """Raised at the next clause, for as long as it is set."""
    fingerprint: str = "scripted"
    capabilities: TtsCapabilities = field(default_factory=TtsCapabilities)

    async def speak(self, clauses: Source[str], audio: Sink[Packet], format: AudioFormat) -> None:
        """Spell the clauses."""
        begun = False
        async for clause in clauses:
            if self.fails is not None:
                raise self.fails
            await trio.sleep(0.0 if begun else self.first_byte)
            begun = True
            sound = spell(clause) + b" " * CHARACTER
            for start in range(0, len(sound), PACKET):
                await audio.send(Packet(sound[start : start + PACKET], format))
