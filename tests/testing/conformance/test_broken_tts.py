"""The kit sees what a voice does wrong: each of these breaks one promise."""

# ruff: noqa: ARG002 - what breaks a contract need not read all that it is given

import itertools
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import pytest
import trio

from voiced.plugin import MULAW_8K, PCM_16K, Packet, ProviderProtocol, ProviderTimeout, TtsCapabilities
from voiced.testing.conformance import NotConforming, TtsRig, check_tts, tts_promises
from voiced.testing.conformance.check_tts import under
from voiced.testing.conformance.promises import hold, promise
from voiced.testing.template.tts import AcmeOptions, AcmeTts


class Through:
    """A voice between the call and a good one; `told` changes what the good one gives."""

    capabilities = TtsCapabilities(formats=(PCM_16K,))
    fingerprint = "acme"

    async def speak(self, clauses, audio, format):
        await AcmeTts(AcmeOptions(), None).speak(clauses, Telling(self, audio), format)

    def told(self, packet):
        return [packet]


@dataclass
class Telling:
    voice: object
    out: object

    async def send(self, packet):
        for each in self.voice.told(packet):
            await self.out.send(each)


class Moody(Through):
    """Another fingerprint after each reply."""

    spoken = 0

    @property
    def fingerprint(self):
        return f"acme-{self.spoken}"

    async def speak(self, clauses, audio, format):
        self.spoken += 1
        await super().speak(clauses, audio, format)


class Mislabelled(Through):
    capabilities = TtsCapabilities(formats=(MULAW_8K, PCM_16K))

    def told(self, packet):
        return [Packet(packet.data, PCM_16K)]


class Cut(Through):
    def told(self, packet):
        return [Packet(packet.data[:-1], packet.format)]


class Empty(Through):
    def told(self, packet):
        return [Packet(b"", packet.format), packet]


class First(Through):
    """Speaks the first clause only."""

    async def speak(self, clauses, audio, format):
        async def one():
            async for clause in clauses:
                if clause.strip():
                    yield clause
                break
            async for _ in clauses:
                pass

        await super().speak(one(), audio, format)


class Breathing(Through):
    """A second of silence for every clause, whatever is in it."""

    async def speak(self, clauses, audio, format):
        await audio.send(Packet(bytes(format.size(1)), format))
        await super().speak(clauses, audio, format)


class Whole(Through):
    """Waits for the whole text, and promises not to."""

    async def speak(self, clauses, audio, format):
        text = [clause async for clause in clauses]

        async def every():
            for clause in text:
                yield clause

        await super().speak(every(), audio, format)


class Impatient(Through):
    async def speak(self, clauses, audio, format):
        with trio.move_on_after(30):
            await super().speak(clauses, audio, format)


class Literal(Through):
    async def speak(self, clauses, audio, format):
        async def checked():
            async for clause in clauses:
                if "<" in clause:
                    raise ValueError("markup")
                yield clause

        await super().speak(checked(), audio, format)


class Dropping(Through):
    async def speak(self, clauses, audio, format):
        class Quick:
            async def send(self, packet):
                with trio.move_on_after(0.04):
                    await audio.send(packet)

        await super().speak(clauses, Quick(), format)


class Mixing(Through):
    """One queue for all replies: what one makes, the other sends."""

    sinks = ()

    async def speak(self, clauses, audio, format):
        self.sinks = (*self.sinks, audio)
        turns = itertools.cycle(self.sinks)

        class Any:
            async def send(self, packet):
                await next(turns).send(packet)

        try:
            await super().speak(clauses, Any(), format)
        finally:
            self.sinks = tuple(each for each in self.sinks if each is not audio)


class Parting(Through):
    async def speak(self, clauses, audio, format):
        try:
            await super().speak(clauses, audio, format)
        finally:
            with trio.CancelScope(shield=True):
                await trio.sleep(2)


class Stale(Through):
    """What a cancelled reply had not said comes with the next."""

    left = 0.0

    async def speak(self, clauses, audio, format):
        if self.left:
            await audio.send(Packet(bytes(format.size(self.left)), format))
        self.left = 3.0
        await super().speak(clauses, audio, format)
        self.left = 0.0


class Hoarding(Through):
    def __init__(self):
        self.kept = []

    async def speak(self, clauses, audio, format):
        self.kept.append(socket.socket())
        await super().speak(clauses, audio, format)


BROKEN = [
    (tts_promises.capabilities, Moody, "the fingerprint was 'acme-0', then 'acme-1'"),
    (tts_promises.formats, Mislabelled, "asked for AudioFormat"),
    (tts_promises.formats, Cut, "no whole samples"),
    (tts_promises.all_clauses, Empty, "an empty packet"),
    (tts_promises.all_clauses, First, "3 clauses take"),
    (tts_promises.nothing, Breathing, "without being given words"),
    (tts_promises.streaming, Whole, "the first sound did not come"),
    (tts_promises.streaming, Impatient, "over before its clauses had ended"),
    (tts_promises.odd_texts, Literal, "markup"),
    (tts_promises.slow_sink, Dropping, "for a slow one"),
    (tts_promises.two_replies, Mixing, "at once|still sending"),
    (tts_promises.cancelled, Parting, "it took 2.00 s to end"),
    (tts_promises.cancelled, Stale, "after cancelled ones"),
    (tts_promises.nothing_grows, Hoarding, "sockets that are open"),
]


def rig(tts, _fault=""):
    @asynccontextmanager
    async def made():
        yield TtsRig(tts())

    return made()


@pytest.mark.parametrize(("broken", "tts", "how"), BROKEN, ids=lambda each: getattr(each, "__name__", None))
def test_a_broken_promise_is_named(broken, tts, how):
    with pytest.raises(NotConforming, match=how) as told:
        hold("voice", [promise(broken)], partial(rig, tts))
    assert told.value.broken[0][0] == promise(broken).text


def test_every_promise_can_be_broken():
    kept = set(check_tts(partial(rig, Through)))
    assert {promise(keep).text for keep, _, _ in BROKEN} <= kept


class Failing(Through):
    """Its service says nonsense."""

    async def speak(self, clauses, audio, format):
        await anext(clauses)
        raise ProviderProtocol("this is no sound", provider="acme")


class GivingUp(Through):
    async def speak(self, clauses, audio, format):
        await anext(clauses)
        await trio.sleep(10)
        raise ProviderTimeout("too slow", provider="acme")


class Waiting(Through):
    async def speak(self, clauses, audio, format):
        await anext(clauses)
        await trio.sleep_forever()


@pytest.mark.parametrize(
    ("tts", "fault", "how"),
    [
        (Failing, "cut", "it raised ProviderProtocol"),
        (GivingUp, "silent", "it gave up by itself"),
        (Through, "refused", "neither failed nor returned|as if nothing had happened"),
    ],
)
def test_a_wrong_error_is_named(tts, fault, how):
    with pytest.raises(NotConforming, match=how):
        hold("voice", [under(fault)], partial(rig, tts))


def test_the_right_ones_are_taken():
    assert hold("voice", [under("garbage")], partial(rig, Failing))
    assert hold("voice", [under("silent")], partial(rig, Waiting))
