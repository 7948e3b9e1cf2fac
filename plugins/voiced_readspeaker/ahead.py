"""A request for each clause, one clause ahead: while one is heard the next is on its way, so no gap is heard.

Not further ahead: what a caller cuts off is paid for. What fails ahead is told when its turn comes, so that the clause
before it is heard whole.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import trio

from voiced.plugin import AudioFormat, Packet, ProviderError, Sink, Source
from voiced.plugin.voice import RawSound, Rests
from voiced_readspeaker.tasks import plain_nursery

READY = 64
"""Pieces of sound of a clause that may wait for those before it."""

Ask = Callable[[str, Sink[bytes]], Awaitable[None]]
"""Has a text spoken: its sound goes to the sink, in pieces. Raises `ProviderError`."""


@dataclass(slots=True, eq=False)
class Take:
    """A clause that was asked for."""

    rest: float
    """Seconds of silence before it."""
    sound: trio.MemoryReceiveChannel[bytes]
    fault: ProviderError | None = None
    """What went wrong, once the sound has ended."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """How one reply is spoken. `said` writes a clause for the vendor, `provider` is named in errors."""

    provider: str
    said: Callable[[str], str]
    ask: Ask
    rests: Rests

    async def speak(self, clauses: Source[str], audio: Sink[Packet], format: AudioFormat) -> None:
        """Speak the clauses, in order. Raises `ProviderError`."""
        begun, takes = trio.open_memory_channel[Take](0)
        async with plain_nursery() as nursery:
            nursery.start_soon(self._begin, clauses, begun, nursery)
            async with takes:
                async for take in takes:
                    await self._play(take, audio, format)

    async def _begin(self, clauses: Source[str], begun: trio.MemorySendChannel[Take], nursery: trio.Nursery) -> None:
        async with begun:
            async for clause in clauses:
                if text := self.said(clause):
                    filled, sound = trio.open_memory_channel[bytes](READY)
                    take = Take(self.rests.before(text), sound)
                    nursery.start_soon(self._fill, text, filled, take)
                    await begun.send(take)

    async def _fill(self, text: str, sound: trio.MemorySendChannel[bytes], take: Take) -> None:
        async with sound:
            try:
                await self.ask(text, sound)
            except ProviderError as error:
                take.fault = error

    async def _play(self, take: Take, audio: Sink[Packet], format: AudioFormat) -> None:
        raw, rest = RawSound(format, self.provider), take.rest
        async with take.sound:
            async for piece in take.sound:
                for packet in raw.feed(piece):
                    if rest:
                        await audio.send(Packet(format.silence * round(rest * format.rate), format))
                        rest = 0.0
                    await audio.send(packet)
        if take.fault is not None:
            raise take.fault
