"""Calls to Gladia: words and their times, finals when they are asked for, the end."""

import pytest
import trio

from voiced.errors import Unavailable
from voiced.plugin import Finalise, Packet
from voiced_gladia import make, voiced_plugin
from voiced_gladia.options import GladiaOptions

SENTENCE = "je voudrais un rendez-vous mardi"


async def test_a_sentence_grows_and_is_final_when_asked(call):
    async with call(finals={SENTENCE: "Je voudrais un rendez-vous, mardi."}) as (line, _):
        await line.say(SENTENCE)
        final = await line.final()
    assert final.text == "Je voudrais un rendez-vous, mardi."
    assert final.start == pytest.approx(0, abs=0.03)
    assert final.words[1].text == "voudrais"
    assert final.words[1].start == pytest.approx(3 * 533 / 8000, abs=0.03)
    assert "je voudrais" in {interim.text for interim in line.interims}


async def test_the_region_the_telephone_and_the_words_of_the_flow_are_told(call):
    async with call(hints=("Nguyen", " ", "Nguyen", "Doctolib")) as (line, emulator):
        await line.say("oui")
        await line.final()
    [asked] = emulator.asked
    assert asked.region == "eu-west"
    assert (asked.body["encoding"], asked.body["sample_rate"], asked.body["bit_depth"]) == ("wav/ulaw", 8000, 8)
    assert asked.body["language_config"] == {"languages": ["fr"], "code_switching": False}
    config = asked.body["realtime_processing"]["custom_vocabulary_config"]
    assert config["vocabulary"] == ["Nguyen", "Doctolib"]


async def test_a_pause_that_ends_nothing_is_made_an_end_and_times_stay_those_of_the_call(call):
    async with call(options={"endpointing": 1.0}) as (line, _):
        await line.say("oui merci", pause=0.2)
        assert (await line.final()).text == "oui merci"
        await line.say("au revoir", pause=0.2)
        final = await line.final()
    assert final.text == "au revoir"
    assert final.start == pytest.approx(9 * 533 / 8000 + 0.2, abs=0.05)


async def test_utterances_before_one_request_are_one_final(call):
    async with call() as (line, _):
        await line.say("oui", pause=0.4)
        await line.say("mardi", pause=0.4)
        assert (await line.final()).text == "oui mardi"


async def test_a_request_without_speech_is_answered_too(call):
    async with call() as (line, _):
        await line.say("", pause=0.5)
        final = await line.final()
    assert (final.text, final.start) == ("", pytest.approx(0.5))


async def test_each_of_several_requests_gets_its_own_final(call):
    async with call() as (line, _):
        for word in ("oui", "non", "mardi"):
            await line.say(word, pause=0.3)
            await line.audio.send(Finalise())
        assert [(await line.next_final()).text for _ in range(3)] == ["oui", "non", "mardi"]


async def test_speech_that_nobody_asked_for_is_final_when_the_call_ends(call):
    async with call() as (line, emulator):
        await line.say("au revoir", pause=0)
        assert [final.text for final in await line.rest()] == ["au revoir"]
    assert emulator.session.texts == ['{"type":"stop_recording"}']


async def test_a_noise_that_is_no_speech_is_no_words(call):
    async with call() as (line, _):
        await line.audio.send(Packet(b"\x10\x90" * 160))
        await line.say("", pause=0.3)
        assert (await line.final()).text == ""


async def test_without_a_key_it_is_unavailable(host):
    with pytest.raises(Unavailable, match="GLADIA_API_KEY"):
        make(GladiaOptions(), host)
    assert voiced_plugin().name == "gladia"


def test_the_address_is_encrypted():
    with pytest.raises(ValueError, match="not encrypted"):
        GladiaOptions(url="http://api.gladia.io")


async def test_a_call_can_be_given_up_at_any_time(provider):
    async with provider() as (stt, _):
        audio_in, audio_out = trio.open_memory_channel(10)
        heard_in, _heard_out = trio.open_memory_channel(10)
        with trio.move_on_after(0.1) as waited:
            await stt.transcribe(audio_out, heard_in)
        await audio_in.aclose()
        await heard_in.aclose()
        await _heard_out.aclose()
    assert waited.cancelled_caught
