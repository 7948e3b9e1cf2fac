"""Recognisers that stand in for each other in the middle of a call."""

import pytest
import trio
from chains import DOWN, PAUSE, QUIET, breakers, links, listen, sound

from voiced.errors import ProviderOverloaded, ProviderRefused
from voiced.plugin import Finalise, Heard, Packet
from voiced.resilience import SttChain
from voiced.resilience.stt import BACK_AFTER, PROVEN
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
