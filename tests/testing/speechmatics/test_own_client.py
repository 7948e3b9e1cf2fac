"""Speechmatics' own client (`speechmatics-rt`) holds whole conversations with the emulator."""

import asyncio

import pytest
import trio
from speechmatics.rt import (
    AsyncClient,
    AudioEncoding,
    AudioFormat,
    ConversationConfig,
    ServerMessageType,
    TranscriptionConfig,
    TranscriptionError,
    TransportError,
)
from speechmatics.rt import ConnectionError as Refused

from voiced.testing.fakes import spell
from voiced.testing.speechmatics import Faults, Speechmatics, running

MULAW = AudioFormat(encoding=AudioEncoding.MULAW, sample_rate=8000, chunk_size=800)


def french(**more):
    return TranscriptionConfig(language="fr", model="enhanced", enable_partials=True, max_delay=1.0, **more)


async def hold(talk, *, key="test-key", **switches):
    """Run `talk(client)` in the client's own loop, in a thread; return the finals, and the emulator."""
    emulator = Speechmatics(**switches)
    finals = []

    def keep(message):
        finals.append((message["metadata"]["transcript"], message.get("forced", False)))

    async def conversation(url):
        async with AsyncClient(api_key=key, url=url) as client:
            client.on(ServerMessageType.ADD_TRANSCRIPT, keep)
            await asyncio.wait_for(talk(client), 20)

    async with running(emulator) as served:
        await trio.to_thread.run_sync(lambda: asyncio.run(conversation(f"{served.ws_url}/v2")))
    return finals, emulator


async def say(client, text, pause=0.2):
    sound = spell(text) + b"\xff" * round(pause * 8000)
    for at in range(0, len(sound), 800):
        await client.send_audio(sound[at : at + 800])


async def chatter(client):
    """Speak until it is over."""
    while True:
        await say(client, "oui")
        await asyncio.sleep(0.01)


@pytest.mark.checklist("speechmatics-1", "speechmatics-5", "speechmatics-9", "speechmatics-13")
async def test_a_whole_conversation():
    config = french(
        conversation_config=ConversationConfig(end_of_utterance_silence_trigger=0.6),
        additional_vocab=[{"content": "Doctolib", "sounds_like": ["docteur lib"]}],
    )

    async def talk(client):
        ended = asyncio.Event()
        client.on(ServerMessageType.END_OF_UTTERANCE, lambda _message: ended.set())
        await client.start_session(transcription_config=config, audio_format=MULAW)
        await say(client, "Bonjour, je voudrais un rendez-vous.", pause=1.0)
        await ended.wait()
        await say(client, "Merci.")
        await client.stop_session()

    finals, emulator = await hold(talk)
    assert "".join(text for text, _ in finals) == "Bonjour, je voudrais un rendez-vous. Merci. "
    [visit] = emulator.journal
    assert visit.headers["authorization"] == "Bearer test-key"
    assert "x-request-id" in visit.headers
    start, end = visit.messages
    assert start["audio_format"] == {"type": "raw", "encoding": "mulaw", "sample_rate": 8000}
    assert end["message"] == "EndOfStream"
    assert end["last_seq_no"] > 0


@pytest.mark.checklist("speechmatics-11")
async def test_a_forced_end():
    async def talk(client):
        ended = asyncio.Event()
        client.on(ServerMessageType.END_OF_UTTERANCE, lambda message: ended.set() if message["forced"] else None)
        await client.start_session(transcription_config=french(), audio_format=MULAW)
        await say(client, "oui merci")
        await client.force_end_of_utterance()
        await ended.wait()
        await client.stop_session()

    finals, emulator = await hold(talk)
    assert finals == [("oui merci ", True)]
    assert emulator.journal[0].messages[1]["timestamp"] == pytest.approx(9 * 533 / 8000 + 0.2, abs=0.01)


@pytest.mark.checklist("speechmatics-1")
async def test_a_wrong_key():
    async def talk(client):
        with pytest.raises(Refused, match="401"):
            await client.start_session(transcription_config=french(), audio_format=MULAW)

    await hold(talk, key="wrong")


@pytest.mark.checklist("speechmatics-15")
async def test_an_error_instead_of_the_start():
    async def talk(client):
        with pytest.raises(TranscriptionError, match="quota_exceeded"):
            await client.start_session(transcription_config=french(), audio_format=MULAW)

    await hold(talk, faults=[Faults(refuses="quota_exceeded")])


@pytest.mark.checklist("speechmatics-18", "speechmatics-19")
@pytest.mark.parametrize("then", ["reset", "error", "malformed"])
async def test_what_ends_its_session(then):
    async def talk(client):
        await client.start_session(transcription_config=french(), audio_format=MULAW)
        with pytest.raises(TransportError):
            await chatter(client)

    await hold(talk, faults=[Faults(after=0.1, then=then)])
