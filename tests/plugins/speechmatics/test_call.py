"""Calls by way of Speechmatics, as the caller and the flow live them."""

import pytest
import trio

from voiced.plugin import AudioFormat, Finalise, Packet, ProviderBadInput
from voiced.testing.speechmatics import Manner


async def test_what_is_said_is_a_final_when_it_is_asked_for(call):
    async with call() as (line, _):
        await line.say("Bonjour, je voudrais un rendez-vous.")
        final = await line.final()
        assert final.text == "Bonjour, je voudrais un rendez-vous."
        assert final.confidence == pytest.approx(0.97)
        assert [word.text for word in final.words] == ["Bonjour", "je", "voudrais", "un", "rendez-vous"]
        assert await line.rest() == []


async def test_words_stand_where_they_were_said(call):
    async with call() as (line, _):
        await line.say("", pause=1.0)
        await line.say("oui merci", pause=0.5)
        final = await line.final()
        starts = [word.start for word in final.words]
        assert starts == pytest.approx([1.0, 1.0 + 4 * 533 / 8000], abs=0.02)
        assert final.start == starts[0]
        await line.say("au revoir")
        assert (await line.final()).start == pytest.approx(1.5 + 9 * 533 / 8000, abs=0.02)


async def test_interims_follow_the_words_and_keep_what_was_final_already(call):
    async with call(options={"max_delay": 0.7}) as (line, _):
        await line.say("je vous appelle pour une commande livrée en retard hier")
        final = await line.final()
        texts = [heard.text for heard in line.interims]
        assert final.text.startswith("je vous appelle")
        assert all(text.startswith("je") for text in texts)
        assert "je vous appelles" in texts[:4] or "je vous appelle" in texts
        assert len(texts[-1].split()) >= 8
        assert all(not heard.final and heard.confidence == 1.0 for heard in line.interims)


@pytest.mark.parametrize("nothing", ["final", "utterance", "both"])
async def test_every_request_has_one_final_even_when_nothing_was_said(call, nothing):
    async with call(manner=Manner(nothing=nothing)) as (line, _):
        await line.say("", pause=0.3)
        empty = await line.final()
        assert (empty.text, empty.start, empty.end) == ("", 0.3, 0.3)
        await line.say("oui")
        assert (await line.final()).text == "oui"
        await line.say("", pause=0.3)
        assert (await line.final()).text == ""
        await line.say("non")
        assert (await line.final()).text == "non"
        assert await line.rest() == []


@pytest.mark.parametrize("nothing", ["final", "utterance", "both"])
async def test_requests_that_hurry_after_each_other_are_told_apart(call, nothing):
    async with call(manner=Manner(nothing=nothing)) as (line, _):
        for text in ("un", "", "deux"):
            await line.say(text)
            await line.audio.send(Finalise())
        await line.audio.send(Finalise())
        assert [(await line.next_final()).text for _ in range(4)] == ["un", "", "deux", ""]
        assert await line.rest() == []


async def test_the_end_is_forced_where_the_pause_was(call):
    async with call(options={"settle": 0.2}) as (line, emulator):
        await line.say("bonjour", pause=0.08)
        await line.audio.send(Finalise())
        await line.say("madame")
        assert (await line.next_final()).text == "bonjour"
        [force] = [each for each in emulator.journal[0].messages if each["message"] == "ForceEndOfUtterance"]
        assert force["timestamp"] == pytest.approx((7 * 533) / 8000 + 0.08, abs=1e-3)


async def test_what_nobody_asked_for_is_a_final_at_the_end(call):
    async with call() as (line, emulator):
        await line.say("au revoir")
        assert [final.text for final in await line.rest()] == ["au revoir"]
        last = emulator.journal[0].messages[-1]
        assert last == {"message": "EndOfStream", "last_seq_no": last["last_seq_no"]}
        assert last["last_seq_no"] > 0


async def test_a_request_before_the_end_is_answered(call):
    async with call() as (line, _):
        await line.say("au revoir")
        await line.audio.send(Finalise())
        assert [final.text for final in await line.rest()] == ["au revoir"]


async def test_the_session_is_opened_for_french_telephony_with_the_flows_words(call):
    options = {"sounds_like": {"Doctolib": ("docteur lib",)}, "max_delay": 1.0}
    async with call(hints=("Lefèvre",), options=options) as (line, emulator):
        await line.say("oui")
        await line.final()
        assert emulator.journal[0].messages[0] == {
            "message": "StartRecognition",
            "audio_format": {"type": "raw", "encoding": "mulaw", "sample_rate": 8000},
            "transcription_config": {
                "language": "fr",
                "model": "enhanced",
                "max_delay": 1.0,
                "max_delay_mode": "flexible",
                "enable_partials": True,
                "additional_vocab": [
                    {"content": "Lefèvre"},
                    {"content": "Doctolib", "sounds_like": ["docteur lib"]},
                ],
            },
        }
        assert emulator.journal[0].headers["authorization"] == "Bearer test-key"


async def test_sound_goes_out_as_it_came_in(call):
    async with call() as (line, emulator):
        await line.say("oui", pause=0.1)
        await line.final()
        assert len(emulator.journal[0].sound) == 3 * 533 + 800


async def test_another_format_is_refused(provider):
    audio_in, audio_out = trio.open_memory_channel(10)
    heard_in, _heard_out = trio.open_memory_channel(10)
    await audio_in.send(Packet(b"\x00" * 640, AudioFormat("pcm16", 16000)))
    async with provider() as (stt, _):
        with trio.fail_after(5), pytest.raises(ProviderBadInput):
            await stt.transcribe(audio_out, heard_in)
