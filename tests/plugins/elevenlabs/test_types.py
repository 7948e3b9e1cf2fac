"""Every message of ours, and every request, is one that ElevenLabs' own types know."""

import elevenlabs
import trio
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
