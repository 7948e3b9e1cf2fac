"""What may be set, and how it reaches ElevenLabs."""

from dataclasses import fields, replace
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest

from voiced.audio import MULAW_8K
from voiced.errors import Unavailable
from voiced_elevenlabs import ElevenLabsOptions, make
from voiced_elevenlabs.prosody import Script, fingerprint
from voiced_elevenlabs.wire import address

OTHER = {
    "voice": "fr-louis", "model": "eleven_turbo_v2_5", "transport": "http", "language": "de", "speed": 1.1,
    "volume": 0.8, "stability": 0.4, "similarity": 0.9, "style": 0.1, "speaker_boost": True, "pause": 0.2,
    "dictionaries": ("pd_1:v_1",), "normalization": "off",
}  # fmt: skip
REFUSED = {"pitch"}
"""What all voices have and ElevenLabs has not."""
SAME = {"api_key": "other", "url": "https://api.eu.residency.elevenlabs.io", "logging": False}


def test_every_option_is_looked_at():
    assert {each.name for each in fields(ElevenLabsOptions)} == OTHER.keys() | SAME.keys() | REFUSED


@pytest.mark.parametrize("name", OTHER)
def test_what_shapes_the_sound_is_in_the_fingerprint(name):
    options = ElevenLabsOptions(voice="fr-camille")
    assert fingerprint(replace(options, **{name: OTHER[name]})) != fingerprint(options)


@pytest.mark.parametrize("name", SAME)
def test_what_does_not_is_not(name):
    options = ElevenLabsOptions(voice="fr-camille")
    assert fingerprint(replace(options, **{name: SAME[name]})) == fingerprint(options)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"url": "http://api.elevenlabs.io"}, "not encrypted"),
        ({"model": "eleven_v4_turbo"}, "has no socket"),
        ({"model": "eleven_v3", "transport": "http", "pause": 0.5}, "takes no pauses"),
        ({"speed": 1.3}, "speed: ElevenLabs speaks at 0.7 to 1.2"),
        ({"speed": 0.6}, "speed: ElevenLabs speaks at 0.7 to 1.2"),
        ({"pitch": 1.1}, "pitch: ElevenLabs changes no voice's height"),
        ({"dictionaries": ["pd_1"]}, "dictionaries"),
        ({"dictionaries": ["a:1", "a:2", "a:3", "a:4"]}, "dictionaries"),
    ],
)
def test_what_cannot_be_is_refused(wrong, why):
    with pytest.raises(msgspec.ValidationError, match=why):
        msgspec.convert(wrong, ElevenLabsOptions)


@pytest.mark.parametrize("missing", ["api_key", "voice"])
async def test_without_a_key_or_a_voice_it_is_unavailable(fake_host, missing):
    options = ElevenLabsOptions(api_key="xi-key", voice="fr-camille")
    with pytest.raises(Unavailable):
        make(replace(options, **{missing: ""}), fake_host)


def query(options):
    return dict(parse_qsl(urlsplit(address(options, MULAW_8K)).query))


def test_the_socket_is_asked_for_what_is_set():
    europe = ElevenLabsOptions(voice="fr-camille", url="https://api.eu.residency.elevenlabs.io/", logging=False)
    assert address(europe, MULAW_8K).startswith(
        "wss://api.eu.residency.elevenlabs.io/v1/text-to-speech/fr-camille/multi"
    )
    asked = query(europe)
    assert (asked["output_format"], asked["language_code"], asked["auto_mode"]) == ("ulaw_8000", "fr", "true")
    assert asked["enable_logging"] == "false"
    assert "enable_ssml_parsing" not in asked
    assert query(replace(europe, pause=0.3))["enable_ssml_parsing"] == "true"
    assert "language_code" not in query(replace(europe, model="eleven_multilingual_v2"))


def test_clauses_are_written_for_the_model():
    script = Script(0.3)
    lines = [script.line(clause) for clause in ("Bonjour,", "c'est  noté.", "<break/>", "Autre chose ?", "Bien.")]
    assert lines == [
        "Bonjour, ",
        "c'est noté. ",
        '<break time="0.3s"/> break/ ',
        "Autre chose ? ",
        '<break time="0.3s"/> Bien. ',
    ]
    assert Script(0.0).line("Oui.") == "Oui. "


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_settings_go_with_the_first_message(voice, say, eleven, transport):
    options = {"speed": 1.1, "stability": 0.4, "dictionaries": ("pd_1:v_1",)}
    await say(voice(transport=transport, **options), "Bonjour.", "Un instant.")
    first = eleven.journal.messages[0] if transport == "socket" else eleven.journal.asked[0].body
    assert first["voice_settings"]["speed"] == 1.1
    assert first["voice_settings"]["stability"] == 0.4
    [locator] = first["pronunciation_dictionary_locators"]
    assert locator == {"pronunciation_dictionary_id": "pd_1", "version_id": "v_1"}


async def test_requests_say_what_was_said_before(voice, say, eleven):
    await say(voice(transport="http"), "Bonjour.", "Un instant.")
    first, second = (asked.body for asked in eleven.journal.asked)
    assert "previous_text" not in first
    assert second["previous_text"] == "Bonjour. "
