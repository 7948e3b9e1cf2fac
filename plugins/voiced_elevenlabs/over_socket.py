"""The provider over the socket with contexts: text goes out while sound comes in."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import trio

from voiced.plugin import AudioFormat, Host, Packet, ProviderClosed, Sink, Source, TtsCapabilities, plain_errors
from voiced.plugin.voice import RawSound
from voiced_elevenlabs import wire
from voiced_elevenlabs.faults import NAME
from voiced_elevenlabs.lines import Line, Lines
from voiced_elevenlabs.options import ElevenLabsOptions
from voiced_elevenlabs.prosody import FORMATS, Script, fingerprint

PATIENCE = 1.5
"""Seconds for the first sound: 0.3 as a rule, 0.6 for one in a hundred, and a handshake when no socket is warm."""
ALIVE = 10.0
"""Seconds between messages while a reply waits for its text."""


class SocketVoice:
    """Implements `Tts`."""

    def __init__(self, options: ElevenLabsOptions, host: Host) -> None:
        self._options = options
        self._lines = Lines(host, partial(wire.address, options), options.api_key)

    @property
    def capabilities(self) -> TtsCapabilities:
        """Telephone formats and PCM; sound comes while the text is still given."""
        return TtsCapabilities(formats=tuple(FORMATS), patience=PATIENCE)

    @property
    def fingerprint(self) -> str:
        """Voice, model, and all settings that shape the sound."""
        return fingerprint(self._options)

    async def speak(self, clauses: Source[str], audio: Sink[Packet], format: AudioFormat) -> None:
        """Speak one reply; see `voiced.plugin.Tts`.

        The socket is made ready before the first clause is there. Clauses are asked for meanwhile: the caller counts
        its patience from the first that we take, and a host that does not answer must not stop that clock.
        """
        given, taken = trio.open_memory_channel[str](0)
        async with plain_errors(trio.open_nursery()) as nursery:
            nursery.start_soon(_ask, clauses, given)
            async with self._lines.lease(format) as line:
                await line.begin(partial(wire.begin, options=self._options))
                await self._speak(line, taken, audio, RawSound(format, NAME, volume=self._options.volume))
            nursery.cancel_scope.cancel()

    async def _speak(self, line: Line, clauses: Source[str], audio: Sink[Packet], samples: RawSound) -> None:
        async with plain_errors(trio.open_nursery()) as nursery:
            nursery.start_soon(self._give, line, clauses, nursery)
            await _take(line, audio, samples)
            nursery.cancel_scope.cancel()

    async def _give(self, line: Line, clauses: Source[str], nursery: trio.Nursery) -> None:
        """Send the clauses, then that there are no more; when there were none, there is nothing to wait for."""
        script, context, given = Script(self._options.pause), line.context, False
        with suppress(ProviderClosed):  # whoever reads the socket hears why
            async with plain_errors(trio.open_nursery()) as waiting:
                waiting.start_soon(_keep_alive, line)
                async for clause in clauses:
                    if text := script.line(clause):
                        given = True
                        await line.send(wire.speak(context, text))
                waiting.cancel_scope.cancel()
            if given:
                await line.send(wire.end(context))
        if not given:
            nursery.cancel_scope.cancel()


async def _ask(clauses: Source[str], given: trio.MemorySendChannel[str]) -> None:
    async with given:
        async for clause in clauses:
            await given.send(clause)


async def _take(line: Line, audio: Sink[Packet], samples: RawSound) -> None:
    """Pass the sound on until the context is over."""
    while True:
        said = await line.receive()
        for packet in samples.feed(said.sound):
            await audio.send(packet)
        if said.final:
            line.over()
            return


async def _keep_alive(line: Line) -> None:
    context = line.context
    while True:
        await trio.sleep(ALIVE)
        await line.send(wire.keep(context))
