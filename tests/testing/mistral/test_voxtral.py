"""Voxtral's sockets, spoken to by Mistral's own client."""

import asyncio

import pytest
import trio
from mistralai.client import Mistral as Client
from mistralai.client.models import AudioFormat
from mistralai.extra.exceptions import RealtimeTranscriptionException, RealtimeTranscriptionWSError
from mistralai.extra.realtime import UnknownRealtimeEvent
from mistralai.extra.realtime.speech import audio_bytes
from outcome import capture

from voiced.testing.emulator import serving
from voiced.testing.mistral.voxtral import CHARACTERS, RATE, Voxtral
from voiced.web.router import Router

HEARS = "voxtral-mini-transcribe-realtime-2602"
SPEAKS = "voxtral-mini-tts-2603"
MULAW = AudioFormat(encoding="pcm_mulaw", sample_rate=8000)


async def given(*items):
    for item in items:
        await asyncio.sleep(0)
        yield item


async def heard(client, **options):
    """Return what is told of two seconds of a caller's sound."""
    options = {"audio_format": MULAW, "language": "fr", **options}
    stream = client.audio.realtime.transcribe_stream(given(*[bytes(3200)] * 5), HEARS, **options)
    return [event async for event in stream]


async def spoken(client):
    stream = client.audio.realtime_speech.speak_stream(
        given("Bonjour, ", "je vous écoute."), SPEAKS, response_format="pcm"
    )
    return [event async for event in stream]


async def talk(voxtral, conversation, key="test-key"):
    """Run a conversation of the client, which needs a loop of its own, in a thread."""

    async def connect(url):
        async with Client(api_key=key, server_url=url) as client:
            return await conversation(client)

    async with serving(Router({}), voxtral.sockets) as served:
        said = await trio.to_thread.run_sync(capture, asyncio.run, connect(served.url))
    return said.unwrap()


def kinds(events):
    return list(dict.fromkeys(event.type for event in events))


@pytest.mark.checklist("mistral-22")
async def test_words_come_while_the_caller_speaks():
    voxtral = Voxtral([" Je", " voudrais", " un", " rendez-vous", ".", " Merci"])
    events = await talk(voxtral, heard)
    assert kinds(events) == ["session.created", "session.updated", "transcription.text.delta", "transcription.done"]
    assert events[-1].text == " Je voudrais un rendez-vous. Merci"
    assert voxtral.heard == [pytest.approx(2.0)]
    assert events[1].session.audio_format.encoding == "pcm_mulaw"


@pytest.mark.checklist("mistral-22")
async def test_sound_comes_as_long_as_the_text_takes_to_be_said():
    voxtral = Voxtral()
    events = await talk(voxtral, spoken)
    assert kinds(events) == ["session.created", "session.updated", "speech.audio.delta", "speech.audio.done"]
    sound = b"".join(audio_bytes(event) for event in events if event.type == "speech.audio.delta")
    assert voxtral.said == ["Bonjour, je vous écoute."]
    assert len(sound) / 4 / RATE == pytest.approx(len(voxtral.said[0]) / CHARACTERS, abs=0.01)


@pytest.mark.checklist("mistral-22")
async def test_garbage_before_the_session_is_survived():
    events = await talk(Voxtral(["Oui"], trouble="strange"), heard)
    assert [type(event) is UnknownRealtimeEvent for event in events[:3]] == [True, True, False]
    assert events[-1].text == "Oui"


@pytest.mark.checklist("mistral-22")
@pytest.mark.parametrize(
    ("trouble", "key", "error", "options"),
    [
        ("error", "test-key", RealtimeTranscriptionWSError, {}),
        ("silence", "test-key", RealtimeTranscriptionException, {"timeout_ms": 300}),
        ("", "wrong", RealtimeTranscriptionException, {}),
    ],
)
async def test_no_session(trouble, key, error, options):
    with pytest.raises(error):
        await talk(Voxtral(trouble=trouble), lambda client: heard(client, **options), key)
