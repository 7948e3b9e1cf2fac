"""What goes wrong at Gladia, and what the call notices of it."""

import pytest
import trio

from voiced.errors import ProviderOverloaded, ProviderProtocol, ProviderRefused, ProviderThrottled
from voiced.plugin import Packet
from voiced.testing.fakes import spell
from voiced.testing.gladia import Faults, Manner
from voiced_gladia.sound import KEPT, Sound
from voiced_gladia.wire import NAME, read

SENTENCE = "je voudrais un rendez-vous mardi matin"
BEGINNING = 16 * 533 // 640 * 640
"""Bytes of whole chunks of it that are said before the connection breaks."""


@pytest.mark.fault("gladia", "cut in mid-stream")
@pytest.mark.parametrize("cut", ["reset", 1006, 1011])
async def test_a_connection_breaks_and_no_word_is_lost(call, cut):
    async with call(faults=Faults(cut=cut, cut_at=BEGINNING)) as (line, emulator):
        await line.settle()
        await line.send(spell(SENTENCE)[:BEGINNING])
        await line.settle()
        await line.send(spell(SENTENCE)[BEGINNING:] + b"\xff" * 1600)
        final = await line.final()
        await line.say("merci")
        after = await line.final()
    assert (final.text, after.text) == (SENTENCE, "merci")
    assert after.start == pytest.approx((len(SENTENCE) * 533 + 1600) / 8000, abs=0.05)
    assert (len(emulator.sessions), emulator.session.connections) == (1, 2)


@pytest.mark.parametrize("ranges", ["session", "connection"])
async def test_times_are_right_wherever_gladia_counts_from(call, ranges):
    emulated = {"faults": Faults(cut="reset", cut_at=4000), "manner": Manner(ranges=ranges)}
    async with call(**emulated) as (line, _):
        await line.say("oui", pause=0.5)
        assert (await line.final()).text == "oui"
        await line.say("mardi")
        final = await line.final()
    assert final.text == "mardi"
    assert final.start == pytest.approx(3 * 533 / 8000 + 0.5, abs=0.05)


async def test_a_session_that_is_closed_for_good_is_followed_by_another(call):
    async with call(faults=Faults(cut=4408, cut_at=BEGINNING)) as (line, emulator):
        await line.settle()
        first = emulator.session
        await line.say(SENTENCE)
        emulator.faults = Faults()
        assert (await line.final()).text == SENTENCE
    assert first.connections == 1
    assert bytes(emulator.session.audio).startswith(spell(SENTENCE))


async def test_a_session_that_is_too_long_is_followed_by_another_with_the_same_times(call):
    async with call(manner=Manner(longest=2.0)) as (line, emulator):
        await line.say("oui", pause=1.5)
        assert (await line.final()).text == "oui"
        emulator.manner = Manner()
        await line.say("mardi")
        final = await line.final()
    assert final.text == "mardi"
    assert final.start == pytest.approx(3 * 533 / 8000 + 1.5, abs=0.05)


@pytest.mark.fault("gladia", "idle time-out")
async def test_a_connection_that_was_idle_is_opened_again(call):
    async with call(faults=Faults(idle=0.1)) as (line, emulator):
        await line.settle()
        with trio.fail_after(10):
            while emulator.session.connections < 2:
                await line.settle()
        emulator.faults = Faults()
        await line.say(SENTENCE)
        assert (await line.final()).text == SENTENCE
    assert len(emulator.sessions) == 1


@pytest.mark.fault("gladia", "wrong codec")
async def test_sound_that_is_taken_for_another_costs_words_but_no_call(call):
    async with call(faults=Faults(wrong_codec=True), options={"patience": 0.2}) as (line, _):
        await line.say(SENTENCE)
        assert (await line.final()).text != SENTENCE
        await line.say("merci")
        assert (await line.final()).final


async def test_a_final_that_never_comes_is_replaced_by_what_was_heard(call):
    async with call(faults=Faults(finals=False), options={"patience": 0.2}) as (line, _):
        await line.say(SENTENCE)
        assert (await line.final()).text == "je voudrais un rendez-vous mardi"


@pytest.mark.fault("gladia", "silence")
async def test_a_recogniser_that_says_nothing_still_answers(call):
    async with call(faults=Faults(transcripts=False), options={"patience": 0.2}) as (line, _):
        await line.say(SENTENCE)
        assert (await line.final()).text == ""


async def test_without_acknowledgements_words_come_all_the_same(call):
    async with call(faults=Faults(acks=False)) as (line, _):
        await line.say(SENTENCE)
        assert (await line.final()).text == SENTENCE


@pytest.mark.fault("gladia", "malformed message")
async def test_nonsense_and_bare_transcripts_do_not_matter(call, host):
    async with call(faults=Faults(nonsense=True, bare=True)) as (line, _):
        await line.say("oui merci")
        assert (await line.final()).text == "oui merci"
    assert {memo.event for memo in host.log.memos} == {"gladia_message_not_understood"}


async def test_a_refused_chunk_is_written_down(call, host):
    async with call(faults=Faults(rejects=1)) as (line, _):
        await line.settle()
        await line.say("", pause=0.5)
        await line.settle()
        await line.say("oui merci")
        assert (await line.final()).text == "oui merci"
    assert [memo.facts["status"] for memo in host.log.memos] == [400]


@pytest.mark.fault("gladia", "401", "429 with Retry-After", "5xx")
@pytest.mark.parametrize(
    ("emulated", "error"),
    [
        ({"key": "another"}, ProviderRefused),
        ({"faults": Faults(status=429, retry_after=3)}, ProviderThrottled),
        ({"faults": Faults(status=503)}, ProviderOverloaded),
    ],
)
async def test_a_session_that_is_refused_fails_the_call(provider, emulated, error):
    async with provider(**emulated) as (stt, _):
        with pytest.raises(error) as refused:
            await transcribe(stt)
    assert refused.value.provider == NAME


async def test_connections_that_bring_nothing_are_not_tried_for_ever(provider):
    async with provider(faults=Faults(cut="reset", cut_at=0, cuts=100)) as (stt, emulator):
        with pytest.raises(ProviderOverloaded):
            await transcribe(stt)
    assert emulator.session.connections == 4


async def transcribe(stt):
    """Give it a second of silence, and wait for what becomes of it."""
    audio_in, audio_out = trio.open_memory_channel(10)
    heard_in, heard_out = trio.open_memory_channel(10)
    async with audio_in, heard_out, heard_in:
        await audio_in.send(Packet(b"\xff" * 8000))
        with trio.fail_after(10):
            await stt.transcribe(audio_out, heard_in)


@pytest.mark.parametrize("message", ["", "[1]", '{"type": "transcript", "data": {}}', b"\xff"])
def test_what_is_no_message(message):
    with pytest.raises(ProviderProtocol):
        read(message)


async def test_sound_that_gladia_does_not_take_in_time_is_lost_and_told_once(call, host):
    async with call(faults=Faults(post_late=0.5)) as (line, _):
        for _ in range(4):
            await line.audio.send(Packet(b"\xff" * 10 * 8000))
        await line.say("oui merci")
        assert (await line.final()).text == "oui merci"
    assert [(memo.event, memo.facts) for memo in host.log.memos] == [("gladia_sound_lost", {"kept_seconds": 30})]


def test_what_is_lost_is_what_was_never_sent():
    sound = Sound()
    sound.add(bytes(KEPT))
    while sound.next():
        pass
    sound.add(bytes(8000))
    assert sound.lost == 0  # it was sent, though nobody said that it came
    sound.add(bytes(KEPT))
    assert sound.lost == 8000
