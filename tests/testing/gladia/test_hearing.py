"""The emulated Gladia with a recogniser: its own manners, and words that were really said."""

import json
import random

import pytest
import trio

from voiced.audio.g711 import decode
from voiced.testing.emulator import Profile
from voiced.testing.fakes.spelling import read_spelling, spell
from voiced.testing.gladia import Faults, Gladia, Latency, Manner, running
from voiced.testing.gladia.session import Session, Words

HUSH = b"\xff" * 4000
PCM = {"encoding": "wav/pcm", "bit_depth": 16}
CODING = {"encoding": "wav/ulaw", "sample_rate": 8000, "bit_depth": 8}


def transcripts(messages, *, final):
    said = [m["data"] for m in messages if m["type"] == "transcript" and m["data"]["is_final"] == final]
    return [data["utterance"]["text"] for data in said]


def same(sound):
    return sound


def linear(sound):
    return decode(sound, "mulaw").astype("<i2").tobytes()


@pytest.mark.parametrize(("coding", "made"), [({}, same), (PCM, linear)], ids=["mu-law", "linear"])
async def test_it_says_what_the_recogniser_heard_phrase_by_phrase(client, coding, made):
    async with running(Gladia(hear=read_spelling)) as served, client(served).socket(**coding) as talk:
        await talk.say(made(HUSH + spell("je voudrais un rendez-vous mardi") + HUSH + spell("oui merci") + HUSH))
        await talk.stop()
        messages = await talk.until()
    assert transcripts(messages, final=True) == [" je voudrais un rendez-vous mardi", " oui merci"]
    [first, _] = [m["data"]["utterance"] for m in messages if m["type"] == "transcript" and m["data"]["is_final"]]
    assert first["words"][0]["start"] == pytest.approx(0.5, abs=0.03)
    assert first["words"][-1]["end"] == pytest.approx(0.5 + 32 * 533 / 8000, abs=0.03)


async def test_a_phrase_that_grows_is_looked_at_where_looks_are_quick(client):
    async with running(Gladia(hear=read_spelling)) as served, client(served).socket() as talk:
        await talk.say(spell("oui") + HUSH)
        await talk.until(lambda m: m["type"] == "transcript")
        await talk.say(spell("je voudrais un rendez-vous mardi"))
        partial = await talk.until(lambda m: m["type"] == "transcript")
    assert transcripts(partial, final=False)[0].startswith(" je voudrais")


async def test_sound_without_words_has_no_transcript(client):
    async def deaf(_sound):
        return ""

    async with running(Gladia(hear=deaf)) as served, client(served).socket() as talk:
        await talk.say(spell("hum hum hum") + HUSH)
        await talk.stop()
        messages = await talk.until()
    assert "speech_end" in [m["type"] for m in messages]
    assert transcripts(messages, final=True) == []


async def test_a_connection_that_breaks_while_the_recogniser_listens_loses_nothing(client):
    listens, may_answer = trio.Event(), trio.Event()

    async def hear(sound):
        listens.set()
        await may_answer.wait()
        return await read_spelling(sound)

    emulator = Gladia(hear=hear)
    async with running(emulator) as served:
        async with client(served).socket() as talk:
            await talk.say(spell("oui") + HUSH)
            await listens.wait()
        may_answer.set()
        async with client(served).net.connect(talk.url) as again:
            with trio.fail_after(10):
                said = ""
                while said != " oui":
                    message = json.loads(await again.receive())
                    said = message["data"]["utterance"]["text"] if message["type"] == "transcript" else ""


@pytest.mark.parametrize("took", [0.0, 0.4])
async def test_the_time_that_a_recogniser_takes_is_part_of_the_delay(took, autojump_clock):
    async def hear(sound):
        await trio.sleep(took)
        return await read_spelling(sound)

    source, words = random.Random(1), Words(None, str, hear)
    latency = Latency(final=Profile(0.5, 0.5))
    session = Session(
        "a", CODING, words=words, faults=Faults, manner=Manner(), latency=latency, source=source
    )  # fmt: skip
    async with trio.open_nursery() as nursery:
        nursery.start_soon(session.understand)
        began = trio.current_time()
        session.take(spell("oui") + HUSH)
        await trio.sleep(5)
        nursery.cancel_scope.cancel()
    assert due(session, "transcript") - began == pytest.approx(0.5)


def due(session, kind):
    """Return when a message of the kind is sent."""
    while (next_one := session.due()) is not None:
        session.sent()
        if next_one[2]["type"] == kind:
            return next_one[0]
    return None
