"""Recognisers that stand in for each other in the middle of a call: the next hears again what was not answered yet.

When the first is well again the call goes back to it, between two utterances.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Self

import trio
from msgspec import Struct
from msgspec.structs import replace

from voiced.errors import ProviderTimeout
from voiced.plugin import Finalise, Heard, Sink, Source, Stt, SttCapabilities, SttInput
from voiced.resilience.breaker import Permit
from voiced.resilience.breakers import Gate
from voiced.resilience.link import Attempt, Link, again, attempt
from voiced.resilience.owed import Owed
from voiced.resilience.tape import Tape

PROVEN = 5.0
"""Seconds of sound after which a recogniser that took them works, whether words were in them or not."""
BACK_AFTER = 120.0
"""Seconds that a stand-in is kept at least; doubled by each failure after the first in the same call."""
ALONE = 5.0
"""Seconds that the last recogniser may take: too late is better than never."""


@dataclass(slots=True)
class _Stream:
    """One recogniser's part of the call: the `Source` of its sound and the `Sink` of its words.

    It ends when the call does, or where `earlier` (who comes before in the chain) may take over.
    """

    source: Source[SttInput]
    out: Sink[Heard]
    tape: Tape
    attempt: Attempt
    owed: Owed
    earlier: tuple[Gate, ...]
    back_at: float
    """When it may be over at the earliest."""
    taken: float = 0.0
    between: bool = False
    """Nothing was said since the last final words."""
    over: bool = False
    """The call is over."""
    deadline: trio.CancelScope = field(default_factory=trio.CancelScope)
    offset: float = field(init=False)
    """Position of its first packet."""
    again: deque[SttInput] = field(init=False)
    """What the recogniser before it did not answer."""

    def __post_init__(self) -> None:
        """Begin where the tape does."""
        self.offset, self.again = self.tape.start, deque(self.tape.again())
        self.deadline.deadline = self.owed.due

    def __aiter__(self) -> Self:
        """Return itself."""
        return self

    async def __anext__(self) -> SttInput:
        """Give the next sound: first what is to be heard again."""
        self.owed.wants_more()
        self.deadline.deadline = self.owed.due
        try:
            item = self.again.popleft() if self.again else await self._next()
        except StopAsyncIteration:
            self.owed.released()
            raise
        self.owed.given(item, trio.current_time())
        self.deadline.deadline = self.owed.due
        return item

    async def _next(self) -> SttInput:
        if self.between and self._may_go_back():
            raise StopAsyncIteration
        try:
            item = await anext(self.source)
        except StopAsyncIteration:
            self.over = True
            raise
        self.tape.keep(item)
        if not isinstance(item, Finalise):
            self._count(item.seconds)
        return item

    async def send(self, heard: Heard) -> None:
        """Pass words on, in the time of the call's stream."""
        self.attempt.settle("ok")
        heard = _moved(heard, self.offset) if self.offset else heard
        if not heard.late:
            self._settles(heard)
        await self.out.send(heard)

    def _settles(self, heard: Heard) -> None:
        if heard.final:
            self.tape.answered(heard)
            self.owed.answered()
            self.deadline.deadline = self.owed.due
        self.between = heard.final and not self.tape.asked

    def _count(self, seconds: float) -> None:
        self.taken += seconds
        if self.taken >= PROVEN and not self.attempt.settled:
            self.attempt.settle("ok")

    def _may_go_back(self) -> bool:
        return trio.current_time() >= self.back_at and any(gate.ready for gate in self.earlier)


class SttChain(Struct, frozen=True):
    """Implements `Stt`: the first of `links` whose breaker lets it, then the next."""

    links: tuple[Link[Stt], ...]

    @property
    def capabilities(self) -> SttCapabilities:
        """Those of the first."""
        return self.links[0].provider.capabilities

    async def transcribe(self, audio: Source[SttInput], heard: Sink[Heard], hints: tuple[str, ...] = ()) -> None:
        """Transcribe one call, by one recogniser or several. Raises what the last that was tried raised."""
        tape, failed, faults, tries = Tape(), set[int](), 0, 0
        fault: Exception | None = None
        while True:
            found = self._next(failed, again=tries > 0 and fault is not None)
            if found is None:
                tries, failed = tries + 1, set()
                await again(self.links, fault, tries)
                continue
            at, permit = found
            back_at = trio.current_time() + BACK_AFTER * 2 ** max(0, faults - 1)
            earlier = tuple(link.gate for link in self.links[:at])
            one = Attempt(self.links[at].gate, permit)
            stream = _Stream(audio, heard, tape, one, self._owed(at, failed), earlier, back_at)
            try:
                await self._hear(at, stream, hints)
            except Exception as error:  # noqa: BLE001 - a plugin's bug is a failure like another
                fault, faults = error, faults + 1
                tries, failed = (0, {at}) if one.worked else (tries, {*failed, at})
            else:
                if stream.over:
                    return
                tries, failed = 0, set()

    async def _hear(self, at: int, stream: _Stream, hints: tuple[str, ...]) -> None:
        with attempt(stream.attempt):
            with stream.deadline:
                await self.links[at].provider.transcribe(stream, stream, hints)
            if stream.deadline.cancelled_caught:
                name = self.links[at].gate.name
                raise ProviderTimeout("the recogniser does not answer", provider=name, stage="stream")

    def _owed(self, at: int, failed: set[int]) -> Owed:
        """Return how long the recogniser may keep the call waiting: less where another could take over."""
        can = self.links[at].provider.capabilities
        others = (link.gate for other, link in enumerate(self.links) if other != at and other not in failed)
        patience = can.patience if any(gate.ready for gate in others) else max(can.patience, ALONE)
        return Owed(patience, finals=can.finalise, now=trio.current_time())

    def _next(self, failed: set[int], *, again: bool) -> tuple[int, Permit] | None:
        """Return the first recogniser that may be asked, if there is one."""
        for at, link in enumerate(self.links):
            permit = None if at in failed else link.gate.admit(again=again)
            if permit is not None:
                return at, permit
        return None


def _moved(heard: Heard, seconds: float) -> Heard:
    """Return words in the time of a stream that began `seconds` earlier."""
    words = tuple(replace(word, start=word.start + seconds, end=word.end + seconds) for word in heard.words)
    return replace(heard, start=heard.start + seconds, end=heard.end + seconds, words=words)
