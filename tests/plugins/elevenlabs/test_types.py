"""Every message of ours on the socket is of ElevenLabs' own types; every request is one that its own client could make.

For a request's body the client has no type: its method has an argument for each field, whose annotations are taken.
"""

import typing

import elevenlabs
import pydantic
import pytest
import trio
from elevenlabs.text_to_speech.client import TextToSpeechClient
from elevenlabs.types import websocket_tts_client_message_multi

from voiced.audio import MULAW_8K


def check(kind, message):
    """All keys are known, all values right."""
    known = {field.alias or name for name, field in kind.model_fields.items()} | kind.model_fields.keys()
    assert message.keys() <= known
    kind.model_validate(message, strict=True)


def kind_of(message):
    if "close_context" in message:
        return elevenlabs.CloseContext
    if "voice_settings" in message:
        return elevenlabs.InitializeConnectionMulti
    return elevenlabs.SendTextMulti if message["text"] else elevenlabs.KeepContextAlive


async def test_every_message_is_of_its_types(voice, eleven, heard, autojump_clock):
    autojump_clock.autojump_threshold = 0.05
    tts = voice(pause=0.3, dictionaries=("pd_1:v_1", "pd_2:v_2"), speed=0.9)
    given, taken = trio.open_memory_channel(0)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(tts.speak, taken, heard(), MULAW_8K)
        async with given:
            await given.send("Bonjour.")
            await trio.sleep(15)
            await given.send("Que puis-je pour vous ?")
    kinds = [kind_of(message) for message in eleven.journal.messages]
    assert {kind.__name__ for kind in kinds} == {
        "InitializeConnectionMulti",
        "SendTextMulti",
        "KeepContextAlive",
        "CloseContext",
    }
    for kind, message in zip(kinds, eleven.journal.messages, strict=True):
        check(kind, message)
        check(websocket_tts_client_message_multi.WebsocketTtsClientMessageMulti, message)
    first = eleven.journal.messages[0]
    check(elevenlabs.RealtimeVoiceSettings, first["voice_settings"])
    for locator in first["pronunciation_dictionary_locators"]:
        check(elevenlabs.PronunciationDictionaryLocator, locator)


@pytest.mark.parametrize("options", [{}, {"dictionaries": ("pd_1:v_1",), "speed": 0.9, "pause": 0.3}])
async def test_every_request_is_one_that_its_client_could_make(voice, say, eleven, options):
    await say(voice(transport="http", **options), "Bonjour.", "Que puis-je pour vous ?")
    known = typing.get_type_hints(TextToSpeechClient.stream)
    assert len(eleven.journal.asked) == 2
    for asked in eleven.journal.asked:
        fields = {**asked.body, "output_format": asked.query["output_format"]}
        assert asked.query.keys() == {"output_format", "enable_logging"} <= known.keys()
        assert fields.keys() <= known.keys()
        for name, value in fields.items():
            adapter = pydantic.TypeAdapter(known[name], config={"arbitrary_types_allowed": True})
            adapter.validate_python(value)
        check(elevenlabs.VoiceSettings, asked.body["voice_settings"])
        for locator in asked.body.get("pronunciation_dictionary_locators", ()):
            check(elevenlabs.PronunciationDictionaryVersionLocator, locator)
