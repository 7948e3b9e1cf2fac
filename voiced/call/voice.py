"""From words to sound: one reply's text becomes packets in the carrier's format, from the phrase book or the voice."""

from __future__ import annotations

import math
from collections.abc import Callable

import trio
from msgspec import Struct, field

from voiced.audio import MULAW_8K, AudioFormat, Converter, Packet
from voiced.call.phrases import PhraseBook
from voiced.dialog.policy import BargeIn
from voiced.dialog.talk import By
from voiced.errors import ProviderProtocol, ProviderTimeout
from voiced.observe import metrics
from voiced.observe.waterfall import Waterfall
from voiced.plugin import Tts
from voiced.resilience import TtsChain
from voiced.text.clauses import Clauses
from voiced.text.speakable import speakable

READY = 256
"""Packets of a reply that may be ready before they are sent: the voice waits beyond."""


class Reply(Struct, eq=False):
    """One thing to say, on its way from text to the caller's ear."""

    number: int
    barge_in: BargeIn
    fixed: bool = False
    waterfall: Waterfall | None = None
    words: trio.MemoryReceiveChannel[str] | None = None
    """Pieces of text as the model writes them; None when the whole text is known."""
    whole: str = ""
    """The text so far."""
    spoken: list[str] = field(default_factory=list)
    """Clauses handed to the voice that the player has not told the playout clock yet, as they are written."""
    sound: bytes | None = None
    """The whole sound, when the phrase book had it."""
    voice: str = ""
    """Fingerprint of the voice that said all of it, once that is so."""
    sounded: bool = False
    """There was sound."""
    error: Exception | None = None
    ends: float = math.inf
    """Playout position of its end, once all was sent."""
    asked_at: float = 0.0
    """Call time of the first clause."""
    begun: trio.Event = field(default_factory=trio.Event)
    """Set with the first clause: from here the voice's deadline counts."""
    by: By = "agent"
    """Whose words these are."""
    rendering: trio.CancelScope = field(default_factory=trio.CancelScope)
    playing: trio.CancelScope = field(default_factory=trio.CancelScope)

    def cancel(self) -> None:
        """Stop making it and playing it."""
        self.rendering.cancel()
        self.playing.cancel()


def first_cause(error: Exception) -> Exception:
    """Return the first error in what a nursery raised."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


class Voice(Struct, frozen=True):
    """How a call speaks: the provider, the phrase book, and the call's clock."""

    tts: Tts
    book: PhraseBook
    clock: Callable[[], float]
    first_sound: float
    format: AudioFormat = MULAW_8K
    name: str = ""
    """The provider's name, for the metrics; empty while nobody waits for its sound."""

    def cached(self, text: str) -> bytes | None:
        """Return the sound of a text that the book has; while the voice is down, by one that stands in too."""
        own = self.book.get(text)
        down = isinstance(self.tts, TtsChain) and self.tts.standing_in
        return self.book.stand_in(text) if own is None and down else own

    async def render(self, reply: Reply, out: trio.MemorySendChannel[Packet]) -> None:
        """Make the sound of `reply` and send it; closes `out`. A failure is left in `reply.error`."""
        async with out:
            with reply.rendering:
                try:
                    await self._synthesise(reply, out)
                except Exception as error:  # noqa: BLE001 - a plugin's bug must not take the call down
                    await self._without_voice(reply, out, first_cause(error))

    async def _without_voice(self, reply: Reply, out: trio.MemorySendChannel[Packet], error: Exception) -> None:
        """Say what another voice once said and nobody can say now; else leave the failure in the reply."""
        ready = self.book.stand_in(reply.whole) if reply.fixed and not reply.sounded else None
        if ready is None:
            reply.error = error
        else:
            await out.send(Packet(ready, self.format))

    async def _synthesise(self, reply: Reply, out: trio.MemorySendChannel[Packet]) -> None:
        clauses_in, clauses_out = trio.open_memory_channel[str](8)
        sound_in, sound_out = trio.open_memory_channel[Packet](8)
        source = self._source_format()
        heard_first = trio.Event()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._split, reply, clauses_in)
            nursery.start_soon(self._speak, reply, clauses_out, sound_in, source)
            nursery.start_soon(self._watch_first, reply, heard_first)
            kept = await self._convert(reply, sound_out, out, source, heard_first)
            silent = reply.begun.is_set() and not heard_first.is_set()
            heard_first.set()
            reply.begun.set()
        if silent:
            raise ProviderProtocol("the voice gave no sound", stage="stream")
        book = self.book.of(reply.voice)
        if reply.fixed and book is not None:  # only now is it known that the voice did not fail
            book.put(reply.whole, kept)

    def _source_format(self) -> AudioFormat:
        formats = self.tts.capabilities.formats
        return self.format if self.format in formats else formats[0]

    async def _split(self, reply: Reply, out: trio.MemorySendChannel[str]) -> None:
        """Cut the text into speakable clauses as it comes."""
        async with out:
            clauses = Clauses()
            if reply.words is None:
                await self._give(reply, [*clauses.feed(reply.whole), *clauses.flush()], out)
                return
            async for piece in reply.words:
                reply.whole += piece
                await self._give(reply, clauses.feed(piece), out)
            await self._give(reply, clauses.flush(), out)

    async def _give(self, reply: Reply, clauses: list[str], out: trio.MemorySendChannel[str]) -> None:
        for clause in clauses:
            if not reply.begun.is_set():
                self._asked(reply)
            reply.spoken.append(clause)
            await out.send(speakable(self.book.said.respell(clause)))

    async def _speak(
        self,
        reply: Reply,
        clauses: trio.MemoryReceiveChannel[str],
        sound: trio.MemorySendChannel[Packet],
        format: AudioFormat,
    ) -> None:
        async with clauses, sound:
            if isinstance(self.tts, TtsChain):
                reply.voice = await self.tts.speak_by(clauses, sound, format)
            else:
                await self.tts.speak(clauses, sound, format)
                reply.voice = self.tts.fingerprint

    async def _watch_first(self, reply: Reply, first: trio.Event) -> None:
        """Hold the deadline of the first sound, counted from the first clause."""
        await reply.begun.wait()
        with trio.move_on_after(self.first_sound):
            await first.wait()
            return
        raise ProviderTimeout("no sound in time", stage="stream")

    async def _convert(
        self,
        reply: Reply,
        sound: trio.MemoryReceiveChannel[Packet],
        out: trio.MemorySendChannel[Packet],
        source: AudioFormat,
        first: trio.Event,
    ) -> bytes:
        """Pass the sound on in the carrier's format; return all of it when the text is fixed."""
        converter = Converter(source, self.format)
        kept = bytearray()
        async for packet in sound:
            if not first.is_set():
                self._sounds(reply)
                first.set()
            data = converter.feed(packet.data)
            if reply.fixed:
                kept += data
            await out.send(Packet(data, self.format))
        return bytes(kept)

    def _asked(self, reply: Reply) -> None:
        """The first clause goes to the voice."""
        reply.asked_at = self.clock()
        if reply.waterfall is not None:
            reply.waterfall.mark("first_clause", reply.asked_at)
            reply.waterfall.mark("tts_request", reply.asked_at)
        reply.begun.set()

    def _sounds(self, reply: Reply) -> None:
        """The voice's first sound is there."""
        reply.sounded = True
        at = self.clock()
        if reply.waterfall is not None:
            reply.waterfall.mark("tts_first_byte", at)
        if self.name:
            metrics.FIRST_BYTE.labels("tts", self.name).observe(at - reply.asked_at)
