"""The provider in the worker: asks the inference process for clauses ahead of their playing, sends them in order."""

from __future__ import annotations

from dataclasses import dataclass

import trio

from voiced.plugin import (
    MULAW_8K,
    PCM_16K,
    AudioFormat,
    Host,
    Packet,
    Sink,
    Source,
    TtsCapabilities,
    plain_errors,
)
from voiced.plugin.voice import Manner, Rests, loudened
from voiced_local.tts.clauses import opening, pause_after

AHEAD = 1
"""Clauses that wait, spoken, while one is being sent and one is being made."""
PACKET_SECONDS = 0.1
PATIENCE = 20.0
"""Seconds for the first sound: half a second as a rule, many on a machine that is busy with other things."""
FORMATS = (
    MULAW_8K,
    AudioFormat("alaw", 8000),
    AudioFormat("pcm16", 8000),
    PCM_16K,
    AudioFormat("pcm16", 24000),
)


@dataclass(frozen=True, slots=True)
class Voice:
    """A model of the inference process, and all that shapes its sound but the manner."""

    model: str
    version: str


KOKORO = Voice("kokoro", "kokoro-v1.0.int8/siwis0.5+sara0.5/1")
PICO = Voice("pico", "pico-0.3.2/fr-FR/1")
"""The last number changes when our own handling of the sound does: cached phrases are then made again."""


class LocalTts:
    """Speaks by a voice of the inference process."""

    def __init__(self, host: Host, voice: Voice, manner: Manner) -> None:
        self._host = host
        self._voice = voice
        self._manner = manner

    @property
    def capabilities(self) -> TtsCapabilities:
        """Any telephone or PCM format; sound comes clause by clause."""
        return TtsCapabilities(formats=FORMATS, patience=PATIENCE)

    @property
    def fingerprint(self) -> str:
        """Model, its version, and manner; the format is the caller's."""
        return f"local/{self._voice.version}/{self._manner.fingerprint}"

    async def speak(self, clauses: Source[str], audio: Sink[Packet], format: AudioFormat) -> None:
        """Speak one reply; see `voiced.plugin.Tts`. The first clause may be cut in two so that sound comes soon."""
        send, receive = trio.open_memory_channel[bytes](AHEAD)
        async with plain_errors(trio.open_nursery()) as nursery:
            nursery.start_soon(self._synthesise, clauses, send, format)
            async with receive:
                async for sound in receive:
                    await _send(sound, audio, format)

    async def _synthesise(self, clauses: Source[str], made: trio.MemorySendChannel[bytes], format: AudioFormat) -> None:
        pause, rests = 0.0, Rests(self._manner.pause)
        first = True
        async with made:
            async for clause in clauses:
                text = clause.strip()
                for piece in opening(text) if first else [text]:
                    if sound := await self._make(piece, format):
                        silence = pause + rests.before(piece)
                        await made.send(format.silence * round(silence * format.rate) + sound)
                        pause = pause_after(piece)
                first = first and not text

    async def _make(self, text: str, format: AudioFormat) -> bytes:
        if not text:
            return b""
        manner = self._manner
        sound: bytes = await self._host.infer(
            self._voice.model, "speak", text, manner.speed, format.encoding, format.rate, manner.pitch
        )
        return loudened(sound, format.encoding, manner.volume)


async def _send(sound: bytes, audio: Sink[Packet], format: AudioFormat) -> None:
    size = format.size(PACKET_SECONDS)
    for start in range(0, len(sound), size):
        await audio.send(Packet(sound[start : start + size], format))
