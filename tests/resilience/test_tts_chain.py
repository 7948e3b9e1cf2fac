"""Voices that stand in for each other."""

from dataclasses import dataclass

import pytest
import trio
from chains import DOWN, breakers, links, speak

from voiced.audio import MULAW_8K, PCM_16K, to_format
from voiced.errors import ProviderOverloaded, ProviderRefused, ProviderTimeout
from voiced.plugin import Packet, TtsCapabilities
from voiced.resilience import TtsChain
from voiced.resilience.tts import ALONE, CHANGE_OVER
from voiced.resilience.unspoken import Unspoken
from voiced.testing.fakes import ScriptedTts, spell
from voiced.testing.fakes.spelling import CHARACTER

SPACE = b" " * CHARACTER
FIRST, SECOND, THIRD = "Nous ouvrons à neuf heures,", "nous fermons à midi,", "et nous rouvrons à quatorze heures."


def voice(name, **options):
    return ScriptedTts(fingerprint=name, **options)


def chain(*voices, shared=None):
    return TtsChain(links(shared or breakers(), "tts", *voices))


@dataclass
class Stops(ScriptedTts):
    """Fails once it has said so many clauses."""

    after: int = 1

    async def speak(self, clauses, audio, format):
        said = 0
        async for clause in clauses:
            if said == self.after:
                raise DOWN
            said += 1
            await audio.send(Packet(spell(clause) + SPACE, format))


async def test_the_first_speaks_while_it_works(autojump_clock):
    assert await speak(chain(voice("one"), voice("two")), FIRST, SECOND) == (f"{FIRST} {SECOND}", "one")


@pytest.mark.parametrize("error", [DOWN, ProviderRefused("credentials"), ZeroDivisionError()])
async def test_the_next_says_all_when_it_fails_before_its_first_sound(error, autojump_clock):
    assert await speak(chain(voice("one", fails=error), voice("two")), FIRST, SECOND) == (f"{FIRST} {SECOND}", "two")


async def test_one_that_gives_no_sound_in_time_is_passed_over(autojump_clock):
    slow = voice("one", first_byte=60, capabilities=TtsCapabilities(patience=2.0))
    assert await speak(chain(slow, voice("two")), FIRST) == (FIRST, "two")
    assert trio.current_time() == pytest.approx(2.15)


async def test_one_that_returns_without_a_sound_has_failed(autojump_clock):
    class Mute(ScriptedTts):
        async def speak(self, clauses, *_):
            async for _clause in clauses:
                pass

    assert await speak(chain(Mute(), voice("two")), FIRST, SECOND) == (f"{FIRST} {SECOND}", "two")


@dataclass
class Stalls(ScriptedTts):
    """Says so many clauses and then hangs; `ahead`: having taken all that there are."""

    after: int = 1
    ahead: bool = False

    async def speak(self, clauses, audio, format):
        said = 0
        async for clause in clauses:
            if said < self.after:
                said += 1
                await audio.send(Packet(spell(clause) + SPACE, format))
            elif not self.ahead:
                break
        await trio.sleep_forever()


@pytest.mark.parametrize("ahead", [False, True])
async def test_one_that_stalls_in_mid_reply_is_given_up_and_the_next_says_the_rest(ahead, autojump_clock):
    stuck = Stalls(ahead=ahead, capabilities=TtsCapabilities(patience=2.0))
    heard = await speak(chain(stuck, voice("two")), FIRST, SECOND, THIRD)
    assert heard == (f"{FIRST} {SECOND} {THIRD}", "")
    assert trio.current_time() == pytest.approx(2.15)


async def test_one_that_stalls_when_all_was_said_is_given_up_too(autojump_clock):
    stuck = Stalls(after=3, capabilities=TtsCapabilities(patience=2.0))
    shared = breakers()
    await speak(chain(stuck, voice("two"), shared=shared), FIRST, SECOND, THIRD)
    assert shared.listed()[0]["failures"] == 1


async def test_a_listener_who_is_behind_is_no_fault_of_the_voice(autojump_clock):
    source_in, source_out = trio.open_memory_channel(1)
    await source_in.send(FIRST)
    source_in.close()

    class Busy:
        async def send(self, _packet):
            await trio.sleep(60)

    shared = breakers()
    await chain(voice("one"), voice("two", fails=DOWN), shared=shared).speak(source_out, Busy(), MULAW_8K)
    assert shared.listed()[0]["failures"] == 0


@dataclass
class Ill(ScriptedTts):
    """Fails so many times before its first sound, then works."""

    times: int = 1

    async def speak(self, clauses, audio, format):
        self.fails, self.times = (DOWN if self.times else None), max(0, self.times - 1)
        await super().speak(clauses, audio, format)


async def test_the_only_voice_is_asked_again_before_its_first_sound(autojump_clock):
    assert await speak(chain(Ill(fingerprint="one")), FIRST, SECOND) == (f"{FIRST} {SECOND}", "one")


async def test_never_once_it_was_heard(autojump_clock):
    asked = []

    class Noted(Stops):
        async def speak(self, clauses, audio, format):
            asked.append(1)
            await super().speak(clauses, audio, format)

    with pytest.raises(ProviderOverloaded):
        await speak(chain(Noted()), FIRST, SECOND)
    assert len(asked) == 1


async def test_the_last_voice_has_longer_for_its_first_sound(autojump_clock):
    slow = voice("two", first_byte=ALONE - 1, capabilities=TtsCapabilities(patience=1.5))
    assert await speak(chain(voice("one", fails=DOWN), slow), FIRST) == (FIRST, "two")
    slow.first_byte = ALONE + 1
    with pytest.raises(ProviderTimeout):
        await speak(chain(slow), FIRST)


async def test_nothing_to_say_is_no_failure(autojump_clock):
    assert await speak(chain(voice("one"))) == ("", "one")


@pytest.mark.parametrize("after", [1, 2])
async def test_in_mid_reply_the_next_says_the_rest_and_nothing_twice(after, autojump_clock):
    heard = await speak(chain(Stops(after=after), voice("two")), FIRST, SECOND, THIRD)
    assert heard == (f"{FIRST} {SECOND} {THIRD}", "")


async def test_a_third_takes_over_from_a_second(autojump_clock):
    heard = await speak(chain(Stops(), Stops(), voice("three")), FIRST, SECOND, THIRD)
    assert heard == (f"{FIRST} {SECOND} {THIRD}", "")


async def test_words_that_the_model_has_not_written_yet_are_no_fault_of_the_voice(autojump_clock):
    source_in, source_out = trio.open_memory_channel(1)
    sound_in, _sound_out = trio.open_memory_channel(100)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(chain(voice("one"), voice("two", fails=DOWN)).speak, source_out, sound_in, MULAW_8K)
        await trio.sleep(60)
        await source_in.send(FIRST)
        await trio.sleep(60)
        source_in.close()


async def test_when_no_voice_is_left_it_raises_what_the_last_said(autojump_clock):
    made = chain(voice("one", fails=DOWN), voice("two", fails=DOWN))
    for _ in range(3):
        with pytest.raises(ProviderOverloaded, match="down"):
            await speak(made, FIRST)
    with pytest.raises(ProviderOverloaded, match="every tts provider is down"):
        await speak(made, FIRST)
    assert made.standing_in


async def test_a_voice_with_another_format_is_converted(autojump_clock):
    class Wide(ScriptedTts):
        async def speak(self, clauses, audio, format):
            assert format == PCM_16K
            async for clause in clauses:
                await audio.send(to_format(Packet(spell(clause)), MULAW_8K, PCM_16K))

    wide = Wide(fingerprint="two", capabilities=TtsCapabilities(formats=(PCM_16K,)))
    _, by = await speak(chain(voice("one", fails=DOWN), wide), FIRST)
    assert by == "two"


async def test_who_waits_for_a_chain_waits_for_every_voice_of_it():
    made = chain(voice("one"), voice("two", capabilities=TtsCapabilities(patience=3.0)))
    assert made.capabilities.patience == 5.0 + ALONE + CHANGE_OVER
    assert made.fingerprint == "one"


# --- what is left to say ----------------------------------------------------------------------------------------------

LONG = "a" * 60


def test_a_voice_that_takes_clauses_ahead_is_judged_by_a_slow_pace():
    text = Unspoken()
    for clause in (LONG, LONG, LONG):
        text.asked(0.0)
        text.give(clause)
    assert text.rest(4.9) == [LONG, LONG, LONG]
    assert text.rest(5.0) == [LONG, LONG]
    assert text.rest(10.5) == [LONG]


def test_a_voice_that_asks_once_it_has_spoken_is_believed():
    text = Unspoken()
    text.asked(0.0)
    text.give(LONG)
    text.asked(4.0)
    text.give(LONG)
    assert text.rest(5.5) == [LONG]


def test_nothing_given_nothing_left():
    assert Unspoken().rest(3.0) == []
