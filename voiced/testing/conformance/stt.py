"""A recogniser on trial: what its author gives of it, and one call to it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import trio

from voiced.plugin import AudioFormat, Finalise, Heard, Packet, Stt, SttInput
from voiced.testing.conformance.promises import expect
from voiced.testing.conformance.running import Feed, Kept, Running, running
from voiced.testing.fakes.spelling import spell

SENTENCES = (
    "bonjour je voudrais prendre un rendez-vous",
    "plutôt mardi prochain à quatorze heures",
    "merci beaucoup et bonne journée",
)
PIECE = 0.1
"""Seconds of one packet: a call's listener hands over a few frames at once."""
PAUSE = 0.3
"""Seconds of silence after a sentence, before it is asked what was said."""
PATIENCE = 10.0
"""Seconds for a recogniser that fails to take what is said."""
EPSILON = 0.02
"""Seconds by which times may be rounded."""


@dataclass(frozen=True, slots=True)
class SttRig:
    """A recogniser, and how to make it hear.

    `sound` makes the sound of a sentence, in the first of its formats; `understood` says which text must come of it;
    `left` what its service still has of calls that are over.
    """

    stt: Stt
    sound: Callable[[str], bytes] = spell
    sentences: tuple[str, str, str] = SENTENCES
    understood: Callable[[str], str] = str
    left: Callable[[], Sequence[str]] = tuple

    @property
    def format(self) -> AudioFormat:
        """The format of the sound."""
        return self.stt.capabilities.formats[0]

    def same(self, said: str, heard: str) -> bool:
        """Return whether a text is what must come of a sentence, letter case and punctuation apart."""
        return plain(heard) == plain(self.understood(said))


@dataclass(slots=True)
class Line:
    """One call: what is said to the recogniser, and what it heard."""

    rig: SttRig
    heard: Kept[Heard]
    feed: Feed[SttInput] = field(default_factory=Feed)
    running: Running = field(default_factory=Running)
    seconds: float = 0.0
    """Of sound, so far."""

    @property
    def finals(self) -> list[Heard]:
        """The finals so far."""
        return finals(self.heard.values)

    async def say(self, sentence: str, *, pause: float = PAUSE, pace: float = 0.0) -> None:
        """Say a sentence, then nothing for `pause` seconds. `pace`: 1.0 as people speak, 0.0 at once."""
        await self.send(self.rig.sound(sentence), pace)
        await self.hush(pause)

    async def hush(self, seconds: float) -> None:
        """Say nothing."""
        wanted = self.rig.format
        await self.send(wanted.silence * round(seconds * wanted.rate))

    async def send(self, sound: bytes, pace: float = 0.0) -> None:
        """Send sound in packets."""
        wanted = self.rig.format
        size = wanted.size(PIECE)
        for at in range(0, len(sound), size):
            packet = Packet(sound[at : at + size], wanted)
            if pace:
                await trio.sleep(packet.seconds * pace)
            await self.put(packet)
            self.seconds += packet.seconds

    async def put(self, item: SttInput) -> None:
        """Give one thing; as soon as the recogniser has ended, nothing is taken any more."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_end_with, self.running.over, nursery.cancel_scope)
            await self.feed.give(item)
            nursery.cancel_scope.cancel()
        if self.running.error is not None:
            raise self.running.error

    async def feed_what_is_taken(self, sentence: str, last: SttInput) -> None:
        """Say a sentence and one thing more, as far as anybody listens; what it raises is left to be looked at."""
        with trio.move_on_after(PATIENCE), suppress(Exception):
            await self.say(sentence)
            await self.put(last)

    async def final(self) -> Heard:
        """Ask what was said, and return the answer."""
        count = len(self.finals)
        await self.put(Finalise())
        return await self.answer(count)

    async def answer(self, after: int) -> Heard:
        """Wait for the final that follows the first `after`."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_end_with, self.running.over, nursery.cancel_scope)
            await self.heard.wait(lambda values: len(finals(values)) > after, "the final for a Finalise")
            nursery.cancel_scope.cancel()
        if self.running.error is not None:
            raise self.running.error
        expect(len(self.finals) > after, "it returned before its source had ended")
        return self.finals[after]

    async def hang_up(self) -> list[Heard]:
        """End the sound; return the finals that come then."""
        count = len(self.finals)
        self.feed.end()
        await self.running.returns()
        return self.finals[count:]


@asynccontextmanager
async def calling(rig: SttRig, *, hints: tuple[str, ...] = (), slow: float = 0.0, stuck: bool = False,
                  ) -> AsyncIterator[Line]:  # fmt: skip
    """Open a call."""
    heard: Kept[Heard] = Kept(slow=slow, stuck=stuck)
    line = Line(rig, heard)
    async with running(rig.stt.transcribe, line.feed, heard, hints) as line.running:
        yield line


async def _end_with(over: trio.Event, scope: trio.CancelScope) -> None:
    await over.wait()
    scope.cancel()


def finals(values: Sequence[Heard]) -> list[Heard]:
    """Return the finals among what was heard."""
    return [heard for heard in values if heard.final]


def plain(text: str) -> str:
    """Return the words alone, in small letters."""
    return " ".join(re.findall(r"\w+", text.casefold()))
