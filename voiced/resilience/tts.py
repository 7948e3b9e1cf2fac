"""Voices that stand in for each other, in the middle of a reply too: the next says what was not said yet."""

from __future__ import annotations

import math
from typing import Self

import trio
from msgspec import Struct, field

from voiced.audio import AudioFormat, Converter, Packet
from voiced.errors import ProviderProtocol, ProviderTimeout
from voiced.plugin import Sink, Source, Tts, TtsCapabilities
from voiced.resilience.breaker import Permit
from voiced.resilience.link import Attempt, Link, again, attempt
from voiced.resilience.unspoken import Unspoken

ALONE = 5.0
"""Seconds that the last voice is given at least: too late is better than never."""
CHANGE_OVER = 1.0
"""Seconds beyond the patience with each voice that the caller of a chain must have: the chain's own deadlines come
first, so that it knows who was too slow."""


class _Part(Struct):
    """What one voice does of a reply: the `Source` of its clauses and the `Sink` of its sound."""

    again: list[str]
    """Clauses that a voice before it left unspoken."""
    source: Source[str]
    out: Sink[Packet]
    converter: Converter
    patience: float
    deadline: trio.CancelScope = field(default_factory=trio.CancelScope)
    text: Unspoken = field(default_factory=Unspoken)
    seconds: float = 0.0
    """Sound so far."""
    waits: bool = False
    """The voice waits for a clause; once there are no more, it owes what it was given."""

    def __aiter__(self) -> Self:
        """Return itself."""
        return self

    async def __anext__(self) -> str:
        """Give the next clause; with the first the voice's time runs."""
        self.text.asked(self.seconds)
        self._hold(waits=True)
        try:
            clause = self.again.pop(0) if self.again else await anext(self.source)
        except StopAsyncIteration:
            self._hold(waits=False)
            raise
        self.text.give(clause)
        self._hold(waits=False)
        return clause

    async def send(self, packet: Packet) -> None:
        """Pass sound on; no clock runs while the listener is behind, or for words that are not written yet."""
        self.deadline.deadline = math.inf
        self.seconds += packet.seconds
        if packet.format == self.converter.dst:
            await self.out.send(packet)
        elif data := self.converter.feed(packet.data):
            await self.out.send(Packet(data, self.converter.dst))
        self._hold(waits=self.waits)

    def _hold(self, *, waits: bool) -> None:
        """Give the voice its time for what it owes now, unless that runs already.

        One that waits for the next clause may be done with those before: its sound tells.
        """
        self.waits = waits
        if not self.text.clauses or (waits and not self.text.owes(self.seconds)):
            self.deadline.deadline = math.inf
        elif self.deadline.deadline == math.inf:
            self.deadline.deadline = trio.current_time() + self.patience

    @property
    def rest(self) -> list[str]:
        """The clauses that are left for the next voice."""
        return [*self.text.rest(self.seconds), *self.again]


class TtsChain(Struct, frozen=True):
    """Implements `Tts`: the first of `links` whose breaker lets it, then the next."""

    links: tuple[Link[Tts], ...]

    @property
    def capabilities(self) -> TtsCapabilities:
        """Those of the first voice, and patience enough for all."""
        first = self.links[0].provider.capabilities
        each = [link.provider.capabilities.patience for link in self.links]
        return TtsCapabilities(first.formats, first.streaming, sum(each[:-1]) + max(each[-1], ALONE) + CHANGE_OVER)

    @property
    def fingerprint(self) -> str:
        """That of the first voice."""
        return self.links[0].provider.fingerprint

    @property
    def first(self) -> Tts:
        """The first voice alone."""
        return self.links[0].provider

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """That of each voice, in order."""
        return tuple(link.provider.fingerprint for link in self.links)

    @property
    def standing_in(self) -> bool:
        """Whether the first voice is known to be down."""
        return self.links[0].gate.state != "closed"

    async def speak(self, clauses: Source[str], audio: Sink[Packet], format: AudioFormat) -> None:
        """Speak one reply, by one voice or several. Raises what the last that was asked raised."""
        await self.speak_by(clauses, audio, format)

    async def speak_by(self, clauses: Source[str], audio: Sink[Packet], format: AudioFormat) -> str:
        """Speak one reply; return the fingerprint of the voice that said all of it, "" when several did."""
        fault: Exception | None = None
        rest: list[str] = []
        tries, sounded = 0, False
        while True:
            for at, link in enumerate(self.links):
                permit = link.gate.admit(again=tries > 0 and fault is not None)
                if permit is None:
                    continue
                others = any(later.gate.ready for later in self.links[at + 1 :])
                part = _part(link.provider, rest, clauses, audio, format, last=not others)
                try:
                    await _speak(link, permit, part)
                except Exception as error:  # noqa: BLE001 - a plugin's bug is a failure like another
                    fault, rest = error, part.rest
                    sounded = sounded or part.seconds > 0
                else:
                    return "" if sounded else link.provider.fingerprint
            tries += 1
            if fault is not None and sounded:  # the caller has heard a part: nothing is tried again
                raise fault
            await again(self.links, fault, tries)


def _part(
    voice: Tts, rest: list[str], clauses: Source[str], audio: Sink[Packet], format: AudioFormat, *, last: bool
) -> _Part:
    can = voice.capabilities
    made = format if format in can.formats else can.formats[0]
    patience = max(can.patience, ALONE) if last else can.patience
    return _Part(list(rest), clauses, audio, Converter(made, format), patience)


async def _speak(link: Link[Tts], permit: Permit, part: _Part) -> None:
    with attempt(Attempt(link.gate, permit)):
        with part.deadline:
            await link.provider.speak(part, part, part.converter.src)
        if part.deadline.cancelled_caught:
            raise ProviderTimeout("no sound in time", provider=link.gate.name, stage="stream")
        if part.text.clauses and not part.seconds:
            raise ProviderProtocol("the voice gave no sound", provider=link.gate.name, stage="stream")
