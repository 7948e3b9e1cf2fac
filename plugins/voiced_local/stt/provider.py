"""The provider in the worker: one recogniser's work at a time, finals first, then pauses, then growing speech.

At each pause the utterance is recognised at once, on suspicion that the turn is over: when `Finalise` comes and
nothing was said meanwhile, the answer is there already. Growing speech is recognised now and then, as far as the
inference process keeps up, for interims only.
"""

from __future__ import annotations

import math
from collections import deque
from contextlib import suppress
from dataclasses import dataclass

import trio

from voiced.plugin import (
    MULAW_8K,
    Finalise,
    Heard,
    Host,
    Packet,
    ProviderBadInput,
    ProviderError,
    ProviderOverloaded,
    Sink,
    Source,
    SttCapabilities,
    SttInput,
    Unavailable,
    plain_errors,
)
from voiced_local.stt.utterance import LEAD, RATE, Hypothesis, Listener, Utterance
from voiced_local.vad.webrtc import WebrtcStream

PAUSE = 0.22
"""Seconds of quiet after which the turn may be over."""
GROWTH = 0.8
"""Seconds between two looks at growing speech, at least, both of the clock and of new sound."""
EASE = 3.0
"""Seconds of new sound for each second that the last look took: a busy machine gives fewer interims."""
OPENS = -55.0
"""Level in dBFS above which sound may be speech: lower than the turn machine's, since nothing may be lost here."""
MODE = 2
BEHIND = 8
"""Parts of long speech that may wait to be recognised: beyond that the machine will not keep up, and sound adds up."""
PATIENCE = 8.0
"""Seconds that a busy machine may take for a long sentence."""


class LocalStt:
    """Whisper base, utterance by utterance."""

    def __init__(self, host: Host) -> None:
        self._host = host

    @property
    def capabilities(self) -> SttCapabilities:
        """Mu-law at 8 kHz; interims at pauses and during speech; every `Finalise` answered; no word times."""
        return SttCapabilities(patience=PATIENCE)

    async def transcribe(self, audio: Source[SttInput], heard: Sink[Heard], hints: tuple[str, ...] = ()) -> None:
        """Transcribe one call; see `voiced.plugin.Stt`.

        Speech that no `Finalise` followed is given as a final when the audio ends. `confidence` is the mean
        probability of a token; under 0.35 it is worth asking again.
        """
        session = _Session(self._host, heard, hints)
        async with plain_errors(trio.open_nursery()) as nursery:
            nursery.start_soon(session.warm_up)
            nursery.start_soon(session.recognise)
            await session.listen(audio)


@dataclass(frozen=True, slots=True)
class _Part:
    """Sound that must be recognised: the rest of an utterance (`last`) or what was cut off a long one."""

    utterance: Utterance
    sound: bytes
    last: bool
    now: float


@dataclass(frozen=True, slots=True)
class _Look:
    """What is being recognised on suspicion: an utterance as it was."""

    utterance: Utterance
    upto: int
    cuts: int
    quick: bool

    @property
    def stale(self) -> bool:
        """Whether its result cannot be a final any more."""
        return self.quick or self.cuts != self.utterance.cuts or self.upto < self.utterance.speech_end


class _Session:
    """One call."""

    def __init__(self, host: Host, heard: Sink[Heard], hints: tuple[str, ...]) -> None:
        self._host = host
        self._heard = heard
        self._hints = list(hints)
        detector = WebrtcStream(OPENS, MODE)
        self._listener = Listener(lambda frame: detector.probability(Packet(frame)) > 0)
        self._parts: deque[_Part] = deque()
        self._wake = trio.Event()
        self._ended = False
        self._look_scope = trio.CancelScope()
        self._look_on: _Look | None = None
        self._look_seconds = 0.0
        self._look_ended = host.monotonic()

    async def warm_up(self) -> None:
        """Have the model loaded while the phone still rings; failure shows when something is to be recognised."""
        with suppress(ProviderError, Unavailable):
            await self._host.infer("whisper", "ready")

    async def listen(self, audio: Source[SttInput]) -> None:
        """Take in the call's sound until it ends."""
        async for item in audio:
            if isinstance(item, Finalise):
                self._finalise()
            else:
                self._take(item)
            self._rouse()
        if self._listener.utterance.spoke:
            self._finalise()
        self._ended = True
        self._rouse()

    def _take(self, packet: Packet) -> None:
        if packet.format != MULAW_8K:
            raise ProviderBadInput(f"sound in {packet.format}", provider="local")
        self._listener.feed(packet.data)
        utterance = self._listener.utterance
        if utterance.quiet >= PAUSE:  # a good look is worth more than a glance, and starts now
            self._drop_look(utterance)
        if utterance.overlong:
            if len(self._parts) >= BEHIND:
                raise ProviderOverloaded("the recogniser is minutes behind", provider="local", stage="stream")
            self._parts.append(_Part(utterance, utterance.cut(), last=False, now=self._listener.now))
            self._drop_look(utterance)

    def _finalise(self) -> None:
        utterance = self._listener.take()
        self._drop_look(utterance)
        self._parts.append(_Part(utterance, utterance.speech(), last=True, now=self._listener.now))

    def _drop_look(self, utterance: Utterance) -> None:
        """Give up a look at `utterance` that can no longer become an answer."""
        if self._look_on and self._look_on.utterance is utterance and self._look_on.stale:
            self._look_scope.cancel()

    def _rouse(self) -> None:
        self._wake.set()

    async def recognise(self) -> None:
        """Do the most urgent work there is, until the audio has ended and all of it is done."""
        while True:
            self._wake = trio.Event()
            if self._parts:
                await self._answer(self._parts[0])
                self._parts.popleft()
            elif self._ended:
                return
            elif self._worth_a_look():
                await self._look(self._listener.utterance)
            else:
                await self._wake.wait()

    async def _answer(self, part: _Part) -> None:
        utterance = part.utterance
        if not part.last:
            utterance.texts.append((await self._infer(part.sound, 0)).text)
            return
        if utterance.spoke and not utterance.known:
            utterance.hypothesis = await self._infer(part.sound, utterance.speech_end)
        await self._heard.send(_heard(utterance, final=True, now=part.now))

    def _worth_a_look(self) -> bool:
        utterance = self._listener.utterance
        if not utterance.spoke or utterance.known:
            return False
        if utterance.quiet >= PAUSE:
            return True
        known = utterance.hypothesis.upto if utterance.hypothesis else round(LEAD * RATE)
        fresh = min((utterance.speech_end - known) / RATE, self._host.monotonic() - self._look_ended)
        return fresh >= max(GROWTH, EASE * self._look_seconds)

    async def _look(self, utterance: Utterance) -> None:
        """Recognise the utterance of the moment and tell it as an interim."""
        look = self._look_on = _Look(utterance, utterance.speech_end, utterance.cuts, utterance.quiet < PAUSE)
        started = self._host.monotonic()
        with trio.CancelScope() as self._look_scope:
            found = await self._infer(utterance.speech(), look.upto, quick=look.quick)
            if utterance.cuts == look.cuts:  # else its offsets have moved
                utterance.hypothesis = found
            self._look_seconds = self._host.monotonic() - started
        self._look_on = None
        self._look_ended = self._host.monotonic()
        if utterance.text and not self._parts and not self._look_scope.cancelled_caught:
            await self._heard.send(_heard(utterance, final=False, now=self._listener.now))

    async def _infer(self, sound: bytes, upto: int, *, quick: bool = False) -> Hypothesis:
        options = {"hints": self._hints, "quick": quick}
        try:
            found = await self._host.infer("whisper", "transcribe", sound, options)
        except Unavailable as error:
            raise ProviderOverloaded(str(error), provider="local", hint=error.fix) from error
        return Hypothesis(found["text"], min(1.0, math.exp(found["logprob"])), upto, quick)


def _heard(utterance: Utterance, *, final: bool, now: float) -> Heard:
    if not utterance.spoke:
        return Heard("", final, now, now)
    confidence = utterance.hypothesis.confidence if utterance.hypothesis else 1.0
    return Heard(utterance.text, final, utterance.start, utterance.end, (), confidence)
