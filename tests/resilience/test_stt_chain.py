"""Recognisers that stand in for each other in the middle of a call."""

import itertools

import pytest
import trio
from chains import DOWN, PAUSE, QUIET, breakers, links, listen, sound
from msgspec.structs import replace

from voiced.dialog.words import ANSWERS
from voiced.errors import ProviderOverloaded, ProviderRefused, ProviderTimeout
from voiced.plugin import Finalise, Heard, Packet, SttCapabilities
from voiced.resilience import SttChain
from voiced.resilience.stt import ALONE, BACK_AFTER, PROVEN
from voiced.resilience.tape import LONGEST, Tape
from voiced.testing.fakes import ScriptedStt

HELLO, HOURS = "Bonjour.", "Quels sont vos horaires ?"


class Ear(ScriptedStt):
    """A recogniser that notes what it heard."""

    def __init__(self, **options):
        super().__init__(**options)
        self.heard = []

    async def transcribe(self, audio, heard, hints=()):
        class Noted:
            async def send(_, words):  # noqa: N805 - `self` is the recogniser
                self.heard.append(words.text)
                await heard.send(words)

        await super().transcribe(audio, Noted(), hints)

    def breaks(self):
        self.fails = DOWN

    def works(self):
        self.fails = None


def chain(*ears, shared=None):
    return SttChain(links(shared or breakers(), "stt", *ears))


def texts(finals):
    return [final.text for final in finals if final.text]


async def test_the_first_hears_while_it_works(autojump_clock):
    one, two = Ear(), Ear()
    assert texts(await listen(chain(one, two), *sound(HELLO), *PAUSE, *sound(HOURS), *PAUSE)) == [HELLO, HOURS]
    assert two.heard == []


@pytest.mark.parametrize("error", [DOWN, ProviderRefused("credentials"), ZeroDivisionError()])
async def test_the_next_takes_over_from_the_start(error, autojump_clock):
    assert texts(await listen(chain(Ear(fails=error), Ear()), *sound(HELLO), *PAUSE)) == [HELLO]


async def test_what_was_being_said_is_heard_again_by_the_next(autojump_clock):
    one, two = Ear(), Ear()
    half = sound(HOURS)[:20]
    rest = sound(HOURS)[20:]
    finals = await listen(chain(one, two), *sound(HELLO), *PAUSE, *half, one.breaks, *rest, *PAUSE)
    assert texts(finals) == [HELLO, HOURS]
    assert one.heard[-1] != HOURS
    assert HELLO not in two.heard


async def test_words_keep_their_place_in_the_call(autojump_clock):
    one, two = Ear(), Ear()
    whole = [*sound(HELLO), *PAUSE, one.breaks, *QUIET, *sound(HOURS), *PAUSE]
    spoken = sum(item.seconds for item in whole if isinstance(item, Packet))
    last = (await listen(chain(one, two), *whole))[-1]
    assert spoken - len(QUIET) * 0.04 - len(HOURS) / 15 - 0.1 < last.start < last.end <= spoken


async def test_the_first_comes_back_once_it_is_well_and_nobody_speaks(autojump_clock):
    one, two = Ear(), Ear()
    later = QUIET * round(BACK_AFTER / 0.2)
    finals = await listen(
        chain(one, two), one.breaks, *sound(HELLO), *PAUSE, one.works, *later, *PAUSE, *sound(HOURS), *PAUSE
    )
    assert texts(finals) == [HELLO, HOURS]
    assert HOURS in one.heard
    assert HOURS not in two.heard


async def test_a_first_that_stays_down_is_not_waited_for(autojump_clock):
    one, two = Ear(fails=DOWN), Ear()
    later = QUIET * round(BACK_AFTER / 0.2)
    assert texts(await listen(chain(one, two), *later, *PAUSE, *sound(HOURS), *PAUSE)) == [HOURS]


async def test_when_the_stand_in_fails_in_its_turn_the_first_is_tried_again(autojump_clock):
    one, two = Ear(), Ear()
    finals = await listen(
        chain(one, two), one.breaks, *sound(HELLO), *PAUSE, one.works, two.breaks, *sound(HOURS), *PAUSE
    )
    assert texts(finals) == [HELLO, HOURS]


class Hangs(Ear):
    """A recogniser that takes sound, or not even that (`deaf`), and says nothing any more once it `hung`."""

    def __init__(self, *, deaf=False, hung=True, **options):
        super().__init__(**options)
        self.deaf, self.hung, self.left = deaf, hung, False

    def hangs(self):
        self.hung = True

    async def transcribe(self, audio, heard, hints=()):
        class Noted:
            async def send(_, words):  # noqa: N805 - `self` is the recogniser
                if not self.hung:
                    await heard.send(words)

        try:
            if self.deaf:
                await trio.sleep_forever()
            await super().transcribe(audio, Noted(), hints)
        finally:
            self.left = True


@pytest.mark.parametrize("deaf", [False, True])
async def test_one_that_does_not_answer_is_given_up_and_the_next_hears_what_it_owed(deaf, autojump_clock):
    hung = Hangs(deaf=deaf)
    finals = await listen(chain(hung, Ear()), *sound(HELLO), *PAUSE, *QUIET * 15, *sound(HOURS), *PAUSE)
    assert texts(finals) == [HELLO, HOURS]
    assert hung.left


async def test_one_that_hangs_in_the_middle_of_a_call_is_given_up_before_the_caller_is_asked_again(autojump_clock):
    one, heard_at = Hangs(hung=False), {}

    class Clocked(Ear):
        async def transcribe(self, audio, heard, hints=()):
            class Timed:
                async def send(_, words):  # noqa: N805 - `self` is the recogniser
                    heard_at.setdefault(words.text if words.final else "", trio.current_time())
                    await heard.send(words)

            await super().transcribe(audio, Timed(), hints)

    whole = [*sound(HELLO), *PAUSE, one.hangs, *sound(HOURS), *PAUSE]
    asked_at = sum(item.seconds if isinstance(item, Packet) else 0.3 for item in whole if not callable(item)) - 0.3
    finals = await listen(chain(one, Clocked()), *whole, *QUIET * 15)
    assert texts(finals) == [HELLO, HOURS]
    assert heard_at[HOURS] - asked_at < ANSWERS


async def test_a_hung_recogniser_counts_as_an_outage(autojump_clock):
    shared = breakers()
    for _ in range(3):
        await listen(chain(Hangs(), Ear(), shared=shared), *sound(HELLO), *PAUSE, *QUIET * 15)
    assert shared.gate("stt", "one").state == "open"


async def test_the_only_recogniser_has_longer_and_is_given_up_all_the_same(autojump_clock):
    slow = Ear(final_delay=ALONE - 1)
    assert texts(await listen(chain(slow), *sound(HELLO), *PAUSE, *QUIET * 50)) == [HELLO]
    with pytest.raises(ExceptionGroup) as raised:
        await listen(chain(Hangs()), *sound(HELLO), *PAUSE, *QUIET * 80)
    assert raised.group_contains(ProviderTimeout)


async def test_quiet_in_which_nothing_is_asked_for_is_nobody_s_fault(autojump_clock):
    one, two = Ear(), Ear()
    assert texts(await listen(chain(one, two), *QUIET * 100, *sound(HELLO), *PAUSE)) == [HELLO]
    assert two.heard == []


async def test_one_that_answers_no_request_is_not_held_to_it(autojump_clock):
    quiet = Hangs(capabilities=SttCapabilities(finalise=False))
    assert texts(await listen(chain(quiet, Ear()), *sound(HELLO), *PAUSE, *QUIET * 15)) == []


async def test_one_that_fails_again_and_again_is_gone_back_to_ever_more_rarely(autojump_clock):
    begun = []

    class Noted(Hangs):
        async def transcribe(self, audio, heard, hints=()):
            begun.append(trio.current_time())
            await super().transcribe(audio, heard, hints)

    minute = [*QUIET * 295, *PAUSE]
    await listen(chain(Noted(), Ear()), *PAUSE, *minute * 8)
    gaps = [round(later - before) for before, later in itertools.pairwise(begun)]
    assert len(gaps) >= 2
    assert all(later > before for before, later in itertools.pairwise(gaps))


async def test_the_only_recogniser_hears_again_what_it_owed_when_it_is_there_again(autojump_clock):
    class Once(Ear):
        async def transcribe(self, audio, heard, hints=()):
            try:
                await super().transcribe(audio, heard, hints)
            finally:
                self.fails = None

    one = Once()
    half, rest = sound(HOURS)[:20], sound(HOURS)[20:]
    finals = await listen(chain(one), *sound(HELLO), *PAUSE, *half, one.breaks, *rest, *PAUSE)
    assert texts(finals) == [HELLO, HOURS]


async def test_when_none_is_left_it_raises_what_the_last_said(autojump_clock):
    with pytest.raises(ExceptionGroup) as raised:
        await listen(chain(Ear(fails=DOWN), Ear(fails=DOWN)), *sound(HELLO))
    assert raised.group_contains(ProviderOverloaded, match="down")


async def test_a_recogniser_that_took_sound_for_a_while_works_though_nobody_spoke(autojump_clock):
    shared = breakers()
    made = chain(Ear(), shared=shared)
    gate = made.links[0].gate
    for _ in range(3):
        gate.settle(gate.admit(), "outage")
    await trio.sleep(6)
    assert gate.state == "half-open"
    audio_in, audio_out = trio.open_memory_channel(1000)
    heard_in, _heard_out = trio.open_memory_channel(1000)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(made.transcribe, audio_out, heard_in)
        for packet in QUIET * round(PROVEN / 0.2 + 1):
            await audio_in.send(packet)
            await trio.sleep(0.04)
        assert gate.state == "closed"
        nursery.cancel_scope.cancel()


class Behind(Ear):
    """A recogniser that answers the first request with nothing, and gives its words late: once it is asked again."""

    async def transcribe(self, audio, heard, hints=()):
        class Noted:
            first = None

            async def send(_, words):  # noqa: N805 - `self` is the recogniser
                if words.final and _.first is None:
                    _.first = words
                    await heard.send(Heard("", final=True, start=words.end, end=words.end))
                elif words.final and _.first:
                    await heard.send(replace(_.first, late=True))
                    _.first = False
                    await trio.sleep_forever()

        await super().transcribe(audio, Noted(), hints)


async def test_words_that_come_late_answer_nothing_and_what_is_owed_is_heard_again_by_the_next(autojump_clock):
    with trio.fail_after(60):
        finals = await listen(chain(Behind(), Ear()), *sound(HELLO), *PAUSE, *sound(HOURS), *PAUSE, *QUIET * 15)
    assert [(final.text, final.late) for final in finals] == [("", False), (HELLO, True), (HOURS, False)]


# --- the tape ---------------------------------------------------------------------------------------------------------

STRETCH = Packet(b"\xff" * 8000)
"""One second."""


def test_a_final_forgets_what_it_answers():
    tape = Tape()
    for item in (STRETCH, Finalise(), STRETCH):
        tape.keep(item)
    assert tape.asked
    tape.answered(Heard("oui", final=True, start=0.0, end=0.8))
    assert (tape.start, tape.again(), tape.asked) == (1.0, (STRETCH,), False)


def test_a_final_that_nobody_asked_for_forgets_its_words():
    tape = Tape()
    for _ in range(3):
        tape.keep(STRETCH)
    tape.answered(Heard("oui", final=True, start=0.0, end=1.5))
    assert (tape.start, len(tape.again())) == (2.0, 1)


def test_what_is_kept_is_bounded():
    tape = Tape()
    tape.keep(Finalise())
    for _ in range(100):
        tape.keep(STRETCH)
    assert tape.end - tape.start == LONGEST
    assert not tape.asked
