"""The emulated Speechmatics with a recogniser: its own manners, and words that were really said."""

import pytest
import trio

from voiced.audio.g711 import decode
from voiced.testing.fakes import spell
from voiced.testing.fakes.spelling import read_spelling
from voiced.testing.speechmatics import Speechmatics

HUSH = b"\xff" * 4000
PCM = {"type": "raw", "encoding": "pcm_s16le", "sample_rate": 8000}
MULAW = {"type": "raw", "encoding": "mulaw", "sample_rate": 8000}


def same(sound):
    return sound


def linear(sound):
    return decode(sound, "mulaw").astype("<i2").tobytes()


async def sent(client, sound, chunk=800):
    for at in range(0, len(sound), chunk):
        await client.socket.send(sound[at : at + chunk])


async def finals(client):
    """Return all that is said for good, until the end of an utterance."""
    said = ""
    while (message := await client.next())["message"] != "EndOfUtterance":
        said += message["metadata"]["transcript"] if message["message"] == "AddTranscript" else ""
    return said.strip()


@pytest.mark.parametrize(("coding", "made"), [(MULAW, same), (PCM, linear)], ids=["mu-law", "linear"])
async def test_a_forced_end_tells_what_the_recogniser_heard(visit, coding, made):
    async with visit(Speechmatics(hear=read_spelling)) as client:
        config = {"language": "fr", "enable_partials": True}
        await client.tell(message="StartRecognition", audio_format=coding, transcription_config=config)
        await client.until("RecognitionStarted")
        await sent(client, made(HUSH + spell("je voudrais un rendez-vous") + b"\xff" * 800))
        await client.tell(message="ForceEndOfUtterance")
        assert await finals(client) == "je voudrais un rendez-vous"
        await sent(client, made(spell("oui merci") + HUSH))
        await client.tell(message="ForceEndOfUtterance")
        assert await finals(client) == "oui merci"


async def test_a_forced_end_whose_sound_comes_later(visit):
    async with visit(Speechmatics(hear=read_spelling)) as client:
        await client.start()
        await client.tell(message="ForceEndOfUtterance", timestamp=0.5)
        await sent(client, spell("oui") + HUSH)
        assert await finals(client) == "oui"


async def test_a_forced_end_that_is_rounded_up_beyond_its_sound(visit):
    sound = spell("oui") + b"\xff" * 1601
    async with visit(Speechmatics(hear=read_spelling)) as client:
        await client.start()
        await sent(client, sound)
        await client.tell(message="ForceEndOfUtterance", timestamp=round(len(sound) / 8000 + 0.005, 4))
        assert await finals(client) == "oui"


async def test_words_of_the_moment_come_while_a_phrase_grows(visit):
    async with visit(Speechmatics(hear=read_spelling)) as client:
        await client.start()
        await sent(client, spell("oui") + HUSH)
        await client.until("AddPartialTranscript")
        await sent(client, spell("je voudrais un rendez-vous mardi"))
        partial = await client.until("AddPartialTranscript")
    assert partial["metadata"]["transcript"].startswith("oui je voudrais")


async def test_a_pause_ends_an_utterance(visit):
    async with visit(Speechmatics(hear=read_spelling)) as client:
        await client.start(conversation_config={"end_of_utterance_silence_trigger": 0.45})
        await sent(client, spell("bonjour") + HUSH + spell("oui") + HUSH)
        assert [await finals(client), await finals(client)] == ["bonjour", "oui"]


async def test_the_last_words_come_before_the_end(visit):
    async with visit(Speechmatics(hear=read_spelling)) as client:
        await client.start()
        await sent(client, spell("au revoir"))
        await client.tell(message="EndOfStream", last_seq_no=0)
        assert (await client.until("AddTranscript"))["metadata"]["transcript"].strip() == "au revoir"
        await client.until("EndOfTranscript")


async def test_a_busy_recogniser_is_asked_less_while_a_phrase_grows(visit, autojump_clock):
    asked = []

    async def slow(sound):
        asked.append(len(sound))
        await trio.sleep(4)
        return await read_spelling(sound)

    async with visit(Speechmatics(hear=slow)) as client:
        await client.start()
        await sent(client, spell("je voudrais prendre un rendez-vous pour mardi prochain s'il vous plaît") + HUSH)
        await client.tell(message="ForceEndOfUtterance")
        assert await finals(client) == "je voudrais prendre un rendez-vous pour mardi prochain s'il vous plaît"
    assert len(asked) == 1
