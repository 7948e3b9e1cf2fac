"""The kit sees what a recogniser does wrong: each of these breaks one promise."""

import socket
import threading
from collections import deque
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

import pytest
import trio
from msgspec.structs import replace

from voiced.plugin import Finalise, Heard, ProviderOverloaded, SttCapabilities
from voiced.testing.conformance import NotConforming, SttRig, check_stt, stt_conduct, stt_promises
from voiced.testing.conformance.check_stt import under
from voiced.testing.conformance.promises import hold, promise
from voiced.testing.template.stt import AcmeOptions, AcmeStt
from voiced.testing.template.stt_test import sound, understood


class Through:
    """A recogniser between the call and a good one; `told` changes what the good one says."""

    capabilities = SttCapabilities(words=True)

    async def transcribe(self, audio, heard, hints=()):
        await AcmeStt(AcmeOptions(), None).transcribe(audio, Telling(self, heard), hints)

    def told(self, heard):
        return [heard]

    async def pass_on(self, each, out):
        await out.send(each)


@dataclass
class Telling:
    stt: object
    out: object

    async def send(self, heard):
        for each in self.stt.told(heard):
            await self.stt.pass_on(each, self.out)


class Changing(Through):
    count = 0

    @property
    def capabilities(self):
        self.count += 1
        return SttCapabilities(interim=self.count % 2 == 0)


class Twice(Through):
    def told(self, heard):
        return [heard, heard] if heard.final else [heard]


class Never(Through):
    def told(self, heard):
        return [] if heard.final else [heard]


class Deaf(Through):
    def told(self, heard):
        return [replace(heard, text="rien", words=())]


class Hurried(Through):
    """Leaves out a word that had only just ended."""

    def told(self, heard):
        late = heard.final and heard.words and heard.words[-1].end > self.now - 0.25
        return [replace(heard, text=" ".join(word.text for word in heard.words[:-1]))] if late else [heard]

    async def transcribe(self, audio, heard, hints=()):
        async def counted():
            self.now = 0.0
            async for item in audio:
                self.now += 0.0 if isinstance(item, Finalise) else item.seconds
                yield item

        await super().transcribe(counted(), heard, hints)


class Dreaming(Through):
    def told(self, heard):
        return [heard if heard.text else replace(heard, text="un rêve")]


class Late(Through):
    def told(self, heard):
        return [replace(heard, start=heard.start + 100, end=heard.end + 100)]


class Backwards(Through):
    def told(self, heard):
        return [replace(heard, words=heard.words[::-1], text=" ".join(word.text for word in heard.words))]


class Wordless(Through):
    def told(self, heard):
        return [replace(heard, words=())]


class Finals(Through):
    def told(self, heard):
        return [heard] if heard.final else []


class Repeating(Through):
    last = Heard("", final=True, start=0, end=0)

    def told(self, heard):
        before, self.last = self.last, heard if heard.final else self.last
        return [heard] if heard.final else [replace(before, final=False), heard]


class Staying(Through):
    async def transcribe(self, audio, heard, hints=()):
        await super().transcribe(audio, heard, hints)
        await trio.sleep_forever()


class Forgetful(Through):
    async def transcribe(self, audio, heard, _hints=()):
        async for item in audio:
            if isinstance(item, Finalise):
                await heard.send(Heard("", final=True, start=0, end=0))


class Sharing(Through):
    """One sink for all calls: that of the first."""

    first = None

    async def pass_on(self, each, out):
        self.first = self.first or out
        await self.first.send(each)


class Dropping(Through):
    """Does not wait for its reader."""

    async def pass_on(self, each, out):
        with trio.move_on_after(0.1):
            await out.send(each)


class Fussy(Through):
    async def transcribe(self, audio, heard, hints=()):
        async def even():
            async for item in audio:
                if not isinstance(item, Finalise) and len(item.data) % 160:
                    raise AssertionError("no whole frames")
                yield item

        await super().transcribe(even(), heard, hints)


class Anything(Through):
    async def transcribe(self, audio, _heard, _hints=()):
        async for _ in audio:
            pass


class Hinted(Through):
    async def transcribe(self, audio, heard, hints=()):
        assert all(hint.strip() for hint in hints)
        await super().transcribe(audio, heard, hints)


class Parting(Through):
    """Says goodbye at length when it is cancelled."""

    async def transcribe(self, audio, heard, hints=()):
        try:
            await super().transcribe(audio, heard, hints)
        finally:
            with trio.CancelScope(shield=True):
                await trio.sleep(2)


class Stubborn(Through):
    async def transcribe(self, audio, heard, hints=()):
        with suppress(trio.Cancelled):
            await super().transcribe(audio, heard, hints)


class Hoarding(Through):
    """Opens a socket for each call, and closes none."""

    def __init__(self):
        self.kept = []

    async def transcribe(self, audio, heard, hints=()):
        self.kept.append(socket.socket())
        await super().transcribe(audio, heard, hints)


class Keeping(Through):
    """Its service keeps all calls."""


BROKEN = [
    (stt_promises.capabilities, Changing, "asked twice, they differ"),
    (stt_promises.finalise, Twice, "was understood as|finals"),
    (stt_promises.finalise, Never, "did not come within 30 s"),
    (stt_promises.finalise, Deaf, "was understood as 'rien'"),
    (stt_promises.at_once, Hurried, "was understood as"),
    (stt_promises.silence, Dreaming, "silence was understood as"),
    (stt_promises.pipelined, Twice, "4 finals for 2 Finalise"),
    (stt_promises.times, Late, "s of sound"),
    (stt_promises.times, Backwards, "out of place"),
    (stt_promises.times, Wordless, "without words"),
    (stt_promises.interims, Finals, "no interim came"),
    (stt_promises.interims, Repeating, "final until"),
    (stt_promises.at_the_end, Staying, "did not return"),
    (stt_promises.at_the_end, Forgetful, "without Finalise, became ''"),
    (stt_conduct.slow_sink, Dropping, "did not come|finals for 3"),
    (stt_promises.odd_packets, Fussy, "no whole frames"),
    (stt_promises.other_format, Anything, "neither failed nor returned"),
    (stt_promises.hints, Hinted, "AssertionError"),
    (stt_conduct.two_calls, Sharing, "did not come|Finalise|became|still sending"),
    (stt_conduct.cancelled, Parting, r"it took 2.00 s to end"),
    (stt_conduct.cancelled, Stubborn, "swallowed the cancellation"),
    (stt_conduct.nothing_grows, Hoarding, "sockets that are open"),
    (stt_conduct.nothing_is_left, Keeping, "after a call its service keeps"),
]


def rig(stt, _fault):
    @asynccontextmanager
    async def made():
        kept = ["call-1"] if stt is Keeping else []
        yield SttRig(stt(), sound, understood=understood, left=lambda: kept)

    return made()


@pytest.mark.parametrize(("broken", "stt", "how"), BROKEN, ids=lambda each: getattr(each, "__name__", None))
def test_a_broken_promise_is_named(broken, stt, how):
    with pytest.raises(NotConforming, match=how) as told:
        hold("recogniser", [promise(broken)], partial(rig, stt))
    assert told.value.broken[0][0] == promise(broken).text


@pytest.mark.parametrize("keep", list(dict.fromkeys(broken for broken, _, _ in BROKEN)), ids=lambda each: each.__name__)
def test_a_good_one_keeps_it(keep):
    assert promise(keep).text in hold("recogniser", [promise(keep)], partial(rig, Through))


def test_every_promise_can_be_broken():
    assert {promise(keep).text for keep, _, _ in BROKEN} <= set(check_stt(partial(rig, Through)))


class Failing(Through):
    error = ProviderOverloaded("it cannot", provider="acme")

    async def transcribe(self, audio, _heard, _hints=()):
        await anext(audio)
        raise self.error


class Quoting(Failing):
    error = ProviderOverloaded("no answer to: je voudrais prendre un rendez-vous", provider="acme")


class Nameless(Failing):
    error = ProviderOverloaded("it cannot")


class Bug(Failing):
    error = KeyError("text")


class GivingUp(Through):
    async def transcribe(self, audio, _heard, _hints=()):
        await anext(audio)
        await trio.sleep(5)
        raise ProviderOverloaded("no session", provider="acme")


class Hoarding(Through):
    """Keeps all that its service does not take."""

    async def transcribe(self, audio, _heard, _hints=()):
        kept = [item.data async for item in audio if not isinstance(item, Finalise)]
        assert kept


class Behind(Through):
    """Answers without the words, which come by themselves."""

    marks = True

    def told(self, heard):
        if not heard.final or not heard.text:
            return [heard]
        return [replace(heard, text="", words=()), replace(heard, late=self.marks)]


class Unmarked(Behind):
    marks = False


class Shifting(Through):
    """Answers with the words that came late for the request before."""

    before = Heard("", final=True, start=0, end=0)

    def told(self, heard):
        if not heard.final:
            return [heard]
        before, self.before = self.before, heard
        return [before]


class Stacking(Behind):
    """Answers with the words that it owed and those that it was asked for."""

    count, owed = 0, ""

    def told(self, heard):
        if not heard.final:
            return [heard]
        self.count += 1
        if self.count == 2:
            self.owed = heard.text
            return [replace(heard, text="", words=())]
        return [replace(heard, text=f"{self.owed} {heard.text}".strip())]


class Waiting(Through):
    """Takes a minute, and no more before its service has."""

    async def transcribe(self, audio, _heard, _hints=()):
        for _ in range(60):
            await anext(audio)
        await trio.sleep_forever()


class Bounded(Through):
    """Keeps the last minute."""

    async def transcribe(self, audio, _heard, _hints=()):
        kept = deque(maxlen=60)
        async for item in audio:
            kept.append(item.data)


class GivesUp(Through):
    async def transcribe(self, audio, _heard, _hints=()):
        for _ in range(60):
            await anext(audio)
        raise ProviderOverloaded("minutes behind", provider="acme")


def failing(stt, fault):
    return rig(stt if fault else Through, fault)


def test_the_right_error_is_enough():
    hold("recogniser", [under("overloaded"), under("unreachable")], partial(failing, Failing))


@pytest.mark.parametrize(
    ("stt", "fault", "how"),
    [
        (Failing, "refused", "it raised ProviderOverloaded .* not ProviderRefused"),
        (Quoting, "overloaded", "quotes what a caller said"),
        (Nameless, "overloaded", "does not say which provider"),
        (Bug, "overloaded", "KeyError, which is no ProviderError"),
        (Anything, "overloaded", "neither failed nor returned"),
        (Failing, "cut", "it raised ProviderOverloaded"),
        (Parting, "silent", "to end after it was cancelled"),
        (GivingUp, "hanging", "it gave up by itself"),
        (Hoarding, "stuck", "it keeps all: .* bytes more"),
        (Shifting, "late", "the words of .*, before more was said, did not come"),
        (Stacking, "late", "did not come within"),
        (Unmarked, "late", "6 finals that are not `late` for 3 Finalise"),
    ],
)
def test_a_wrong_error_is_named(stt, fault, how):
    with pytest.raises(NotConforming, match=how):
        hold("recogniser", [under(fault)], partial(failing, stt))


@pytest.mark.parametrize("stt", [Waiting, Bounded, GivesUp])
def test_a_service_that_takes_nothing_is_borne_in_three_ways(stt):
    hold("recogniser", [under("stuck")], partial(failing, stt))


@pytest.mark.parametrize("stt", [Through, Behind])
def test_late_words_may_be_an_answer_or_come_by_themselves(stt):
    hold("recogniser", [under("late")], partial(failing, stt))


def test_an_unknown_fault_is_refused():
    with pytest.raises(ValueError, match="there is no fault 'bad'; there is refused"):
        check_stt(partial(rig, Through), faults=("bad",))


@asynccontextmanager
async def leaving(what):
    kept = []
    if what == "a thread":
        stop = threading.Event()
        thread = threading.Thread(target=stop.wait, name="a-thread-of-ours")
        thread.start()
        kept += [stop, thread]
    elif what == "a socket":
        kept.append(socket.socket())
    elif what == "a task":
        trio.lowlevel.spawn_system_task(trio.sleep, 1000, name="a task of ours")
    yield SttRig(Through(), sound, understood=understood), kept


@pytest.mark.parametrize(
    ("what", "how"), [("a thread", "thread a-thread-of-ours"), ("a socket", "1 socket"), ("a task", "task a task")]
)
def test_what_is_left_behind_is_named(what, how):
    left = []

    @asynccontextmanager
    async def make(_fault):
        async with leaving(what) as (made, kept):
            left.extend(kept)
            yield made

    with pytest.raises(NotConforming, match=f"left behind: {how}"):
        hold("recogniser", [promise(stt_promises.capabilities)], make)
    for each in left:
        getattr(each, "set", getattr(each, "close", lambda: None))()


def test_what_is_left_to_the_collector_is_named():
    class Careless(Through):
        async def transcribe(self, audio, _heard, _hints=()):
            async def items():
                async for item in audio:
                    yield item

            async for _ in items():
                await trio.sleep_forever()

    with pytest.raises(NotConforming, match="left to the garbage collector: Async generator"):
        hold("recogniser", [promise(stt_conduct.cancelled)], partial(rig, Careless))
