"""Providers that cost nothing and answer at once: what is left when they are used is the worker's own cost.

A plugin like any other (`voiced_plugin`), for benchmarks and end-to-end tests. The ear understands "la suite" of
whatever it hears, the voice hums, the model takes the first choice it is offered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from voiced.audio import MULAW_8K, AudioFormat, Packet
from voiced.plugin import (
    Done,
    Finalise,
    Heard,
    Host,
    LlmCapabilities,
    LlmEvent,
    LlmRequest,
    PluginSpec,
    ProviderSpec,
    Sink,
    Source,
    SttCapabilities,
    SttInput,
    ToolCall,
    ToolSpec,
    TtsCapabilities,
    hookimpl,
)

PACE = 15.0
"""Characters a second."""
HUM = bytes([0x8F, 0x9F, 0xAF, 0x9F, 0x8F, 0x0F, 0x1F, 0x2F, 0x1F, 0x0F])
"""A period of an 800 Hz hum in mu-law."""


class InstantStt:
    """Answers every request to finalise with the same word, at once."""

    capabilities = SttCapabilities(interim=False)

    async def transcribe(self, audio: Source[SttInput], heard: Sink[Heard], hints: tuple[str, ...] = ()) -> None:  # noqa: ARG002 - the contract
        """Count the audio, and answer."""
        at = last = 0.0
        async for item in audio:
            if isinstance(item, Finalise):
                await heard.send(Heard("la suite", final=True, start=last, end=at))
                last = at
            else:
                at += item.seconds


class InstantTts:
    """Hums as long as the text would take, all of it at once."""

    capabilities = TtsCapabilities()
    fingerprint = "hum"

    async def speak(self, clauses: Source[str], audio: Sink[Packet], format: AudioFormat) -> None:
        """Hum each clause."""
        async for clause in clauses:
            size = format.size(max(0.2, len(clause) / PACE))
            await audio.send(Packet((HUM * (size // len(HUM) + 1))[:size], MULAW_8K))


class InstantLlm:
    """Takes the first choice."""

    capabilities = LlmCapabilities(free_text=False)

    async def prepare(self, tools: Sequence[ToolSpec]) -> None:
        """Nothing to get ready."""

    async def reply(self, request: LlmRequest, out: Sink[LlmEvent]) -> None:
        """Choose."""
        if request.tools:
            await out.send(ToolCall("c1", request.tools[0].name))
        await out.send(Done())


@dataclass(frozen=True, slots=True)
class Options:
    """None."""


def _make(kind: type[Any]) -> Any:
    def make(_options: Options, _host: Host) -> Any:
        return kind()

    return make


@hookimpl
def voiced_plugin() -> PluginSpec:
    """Declare the instant providers."""
    return PluginSpec(
        "instant",
        "Providers that cost nothing, for benchmarks",
        (
            ProviderSpec("stt", "instant", _make(InstantStt)),
            ProviderSpec("tts", "instant", _make(InstantTts)),
            ProviderSpec("llm", "instant", _make(InstantLlm)),
        ),
        Options,
    )
