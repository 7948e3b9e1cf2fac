"""The kit sees what a tool, a carrier or a voice detector does wrong: each of these breaks one promise."""

# ruff: noqa: ARG002 - what breaks a contract need not read all that it is given

import time
from contextlib import asynccontextmanager
from functools import partial
from itertools import count

import pytest
import trio
from msgspec.structs import replace

from voiced.plugin import (
    Ended,
    LegCapabilities,
    Packet,
    Started,
    ToolOutcome,
    ToolSpec,
    Warned,
    WebResponse,
)
from voiced.testing.conformance import (
    NotConforming,
    TelcoRig,
    ToolRig,
    VadRig,
    check_telco,
    check_tool,
    check_vad,
    garbage,
)
from voiced.testing.conformance import telco_promises as of
from voiced.testing.conformance.check_vad import cheap
from voiced.testing.conformance.promises import hold, promise
from voiced.testing.template.telco import AcmeLeg, AcmeOptions, AcmeTelco
from voiced.testing.template.telco_test import MEDIA, SECRET, incoming, signed
from voiced.testing.template.tool import AcmeOptions as ToolOptions
from voiced.testing.template.tool import AcmeTool
from voiced.testing.template.vad import AcmeOptions as VadOptions
from voiced.testing.template.vad import AcmeStream, AcmeVad
from voiced.testing.template.vad_test import SPEECH


def made(rig):
    @asynccontextmanager
    async def make(_fault):
        yield rig()

    return make


class Tool(AcmeTool):
    effect = "write"

    def __init__(self):
        super().__init__(ToolOptions(), None)


class Speechless(Tool):
    spec = replace(AcmeTool.spec, description=" ")


class Untyped(Tool):
    spec = replace(AcmeTool.spec, parameters={"type": "objet"})


class Refusing(Tool):
    async def call(self, arguments, context):
        return ToolOutcome(ok=False)


class Unkeepable(Tool):
    async def call(self, arguments, context):
        return ToolOutcome(ok=True, data={"when": object()})


class Greedy(Tool):
    """Asks for a day, and wants a month that it does not ask for."""

    spec = ToolSpec("acme", "Dit les horaires.", {"type": "object", "properties": {"day": {"type": "string"}}})


class Writing(Tool):
    async def call(self, arguments, context):
        arguments["day"] = "lundi"
        return ToolOutcome(ok=True)


class Again(Tool):
    count = 0

    async def call(self, arguments, context):
        self.count += 1
        return ToolOutcome(ok=True, data={"reference": self.count})


class OneAtATime(Tool):
    busy = False

    async def call(self, arguments, context):
        if self.busy:
            return ToolOutcome(ok=False)
        self.busy = True
        await trio.sleep(1)
        self.busy = False
        return ToolOutcome(ok=True)


class Parting(Tool):
    async def call(self, arguments, context):
        with trio.CancelScope(shield=True):
            await trio.sleep(2)
        return ToolOutcome(ok=True)


@pytest.mark.parametrize(
    ("tool", "how"),
    [
        (Speechless, "no description"),
        (Untyped, "no schema"),
        (Refusing, "it did not do it"),
        (Unkeepable, "its data cannot be kept"),
        (Greedy, "keep the schema; it raised KeyError"),
        (Writing, "does not support item assignment"),
        (Again, "first ToolOutcome.*then ToolOutcome"),
        (OneAtATime, "at once, they came to"),
        (Parting, "it took 2.00 s to end"),
    ],
)
def test_a_broken_tool(tool, how):
    with pytest.raises(NotConforming, match=how):
        check_tool(made(lambda: ToolRig(tool(), ({"day": "mardi"},))))


def test_a_good_tool():
    assert len(check_tool(made(lambda: ToolRig(Tool(), ({"day": "mardi"},))))) >= 6


class Restarting(AcmeLeg):
    """Begins again whenever it is told to."""

    def feed(self, message):
        again = self._started and isinstance(message, str) and ("start" in message or "stop" in message)
        return [Started("call-1", "s"), *super().feed(message)] if again else super().feed(message)


class Various(AcmeLeg):
    made = count()

    def __init__(self):
        super().__init__()
        self.lead = 0.1 + 0.1 * (next(self.made) % 2)

    @property
    def capabilities(self):
        return LegCapabilities(lead=self.lead)


class Unending(AcmeLeg):
    def feed(self, message):
        return [event for event in super().feed(message) if not isinstance(event, Ended)]


class Talking(AcmeLeg):
    def feed(self, message):
        return super().feed(message) or [Ended("closed")]


class Hasty(AcmeLeg):
    def encode(self, command):
        self._started = True
        return super().encode(command)


class Unmarked(AcmeLeg):
    capabilities = LegCapabilities(marks=False)


class Raising(AcmeLeg):
    def feed(self, message):
        if isinstance(message, str) and not message.startswith("{"):
            raise ValueError(message)
        return super().feed(message)


class Hollow(AcmeLeg):
    def feed(self, message):
        return [Packet(b"")] if message == b"" else super().feed(message)


class Common(AcmeLeg):
    """Notices whether another leg was fed meanwhile."""

    last = None

    def feed(self, message):
        other, Common.last = Common.last, self
        told = super().feed(message)
        return [*told, Warned("another call")] if self._started and other not in {None, self} else told


class Carrier(AcmeTelco):
    leg_made = AcmeLeg

    def __init__(self):
        super().__init__(AcmeOptions(secret=SECRET), None)

    def leg(self):
        return self.leg_made()


class Trusting(Carrier):
    def admits(self, request):
        return True


class Anonymous(Carrier):
    def call_of(self, request):
        return "?"


class Brittle(Carrier):
    def call_of(self, request):
        return request.body.decode() and super().call_of(request)


class Rude(Carrier):
    def webhook(self, request, desk):
        if getattr(desk, "full", False):
            return WebResponse(status=503)
        return super().webhook(request, desk)


def carrier(leg=AcmeLeg, telco=Carrier):
    one = telco()
    one.leg_made = leg
    forged = (incoming("another secret"), replace(incoming(), headers={}))
    stranger = (signed("/media/token", b"", "another secret"),)
    return TelcoRig(one, "call-1", MEDIA, incoming, forged, signed("/media/token"), stranger)


@pytest.mark.parametrize(
    ("broken", "leg", "how"),
    [
        (of.capabilities, Various, "two legs differ"),
        (of.stream, Restarting, "2 Started"),
        (of.stream, Unending, "Ended must come once, last"),
        (of.stream, Talking, "after Ended it told"),
        (of.commands, Hasty, "before Started it sends"),
        (of.commands, Unmarked, "capabilities"),
        (of.apart, Common, "beside another it tells"),
        (of.cut_short, Restarting, "Started came twice"),
        (garbage.messages, Raising, "it raised ValueError"),
        (garbage.messages, Hollow, "an empty packet"),
    ],
)
def test_a_broken_leg(broken, leg, how):
    with pytest.raises(NotConforming, match=how):
        hold("carrier", [promise(broken)], made(partial(carrier, leg)))


@pytest.mark.parametrize(
    ("broken", "telco", "how"),
    [
        (of.strangers, Trusting, "a forged webhook gets 200"),
        (of.rings, Anonymous, r"call_of gives '\?'"),
        (of.rings, Rude, "answer it politely"),
        (garbage.requests, Brittle, "UnicodeDecodeError"),
    ],
)
def test_a_broken_carrier(broken, telco, how):
    with pytest.raises(NotConforming, match=how):
        hold("carrier", [promise(broken)], made(partial(carrier, telco=telco)))


def test_a_good_carrier():
    assert len(check_telco(made(carrier))) == 20


class Sure(AcmeStream):
    def probability(self, packet):
        return 1.0


class Beyond(AcmeStream):
    def probability(self, packet):
        return 100 * super().probability(packet)


class DeafStream(AcmeStream):
    def probability(self, packet):
        return 0.0


class Slow(AcmeStream):
    def probability(self, packet):
        until = time.thread_time() + packet.seconds / 8
        while time.thread_time() < until:
            pass
        return super().probability(packet)


class SharedStream(AcmeStream):
    left = 0.0

    def probability(self, packet):
        SharedStream.left = 0.1 if super().probability(packet) else SharedStream.left - packet.seconds
        return 1.0 if SharedStream.left > 0 else 0.0


class Detector(AcmeVad):
    def __init__(self, stream):
        super().__init__(VadOptions())
        self._stream = stream

    def start(self):
        return self._stream(VadOptions())


@pytest.mark.parametrize(
    ("stream", "how"),
    [
        (Sure, "silence is speech"),
        (Beyond, "frames of 10 ms"),
        (DeafStream, "0% of the speech was found"),
        (SharedStream, "in one call what was said in another|hears otherwise"),
    ],
)
def test_a_broken_detector(stream, how):
    with pytest.raises(NotConforming, match=how):
        check_vad(made(lambda: VadRig(Detector(stream), SPEECH)))


def test_a_slow_detector():
    with pytest.raises(NotConforming, match="of a core"):
        hold("detector", [promise(cheap)], made(lambda: VadRig(Detector(Slow), SPEECH)))
