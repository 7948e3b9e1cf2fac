"""A voice on trial: what its author gives of it, and one reply that it speaks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import trio

from voiced.plugin import AudioFormat, Packet, Tts
from voiced.testing.conformance.promises import expect
from voiced.testing.conformance.running import Feed, Kept, Running, from_list, running

CLAUSES = (
    "Bonjour, vous êtes bien au cabinet.",
    "Nous sommes ouverts du lundi au vendredi, de neuf heures à dix-neuf heures.",
    "Que puis-je faire pour vous ?",
)


@dataclass(frozen=True, slots=True)
class TtsRig:
    """A voice, and what it shall say.

    `steady`: the same words always take the same time, as nearly as `tolerance` (a share); false for voices that are
    never the same twice.
    """

    tts: Tts
    clauses: tuple[str, str, str] = CLAUSES
    steady: bool = True
    tolerance: float = 0.1

    @property
    def format(self) -> AudioFormat:
        """The first of its formats."""
        return self.tts.capabilities.formats[0]

    def alike(self, one: float, other: float) -> bool:
        """Return whether two lengths in seconds are those of the same words."""
        return not self.steady or abs(one - other) <= self.tolerance * max(one, other)


@dataclass(slots=True)
class Reply:
    """One reply: what is given to the voice, and what it made."""

    heard: Kept[Packet]
    feed: Feed[str] = field(default_factory=Feed)
    running: Running = field(default_factory=Running)

    @property
    def seconds(self) -> float:
        """Of sound, so far."""
        return sum(packet.seconds for packet in self.heard.values)

    async def sounds(self) -> None:
        """Wait for the first sound."""
        await self.heard.wait(bool, "the first sound")


@asynccontextmanager
async def speaking(
    rig: TtsRig, *, format: AudioFormat | None = None, slow: float = 0.0, stuck: bool = False
) -> AsyncIterator[Reply]:
    """Begin a reply."""
    heard: Kept[Packet] = Kept(slow=slow, stuck=stuck)
    reply = Reply(heard)
    async with running(rig.tts.speak, reply.feed, heard, format or rig.format) as reply.running:
        yield reply


async def said(rig: TtsRig, clauses: Sequence[str], *, format: AudioFormat | None = None, slow: float = 0.0) -> float:
    """Have a whole reply said; return its seconds, of packets that are in order."""
    wanted = format or rig.format
    async with speaking(rig, format=wanted, slow=slow) as reply, trio.open_nursery() as nursery:
        nursery.start_soon(from_list, clauses, reply.feed)
        await reply.running.returns()
        nursery.cancel_scope.cancel()
    for packet in reply.heard.values:
        expect(isinstance(packet, Packet), f"it gave {type(packet).__name__}, not Packet")
        expect(packet.format == wanted, f"it gave {packet.format}, asked for {wanted}")
        expect(packet.data, "it gave an empty packet")
        expect(
            len(packet.data) % len(wanted.silence) == 0, f"{len(packet.data)} bytes of {wanted} are no whole samples"
        )
    return reply.seconds
