"""What may be set, and how it reaches ReadSpeaker."""

from dataclasses import fields

import msgspec
import pytest

from voiced.audio import MULAW_8K, AudioFormat
from voiced.errors import ProviderProtocol, Unavailable
from voiced.testing.readspeaker.account import KEY
from voiced_readspeaker import ReadSpeakerOptions, make
from voiced_readspeaker.wire import fingerprint, redirected

OTHER = {
    "voice": "Elise-DNN", "language": "fr_ca", "speed": 1.1, "pitch": 0.9, "volume": 1.5, "pause": 0.3,
    "dictionary": False, "coding": "pcm",
}  # fmt: skip
SAME = {"api_key": "other", "url": "https://tts.example.fr"}


def test_every_option_is_looked_at():
    assert {each.name for each in fields(ReadSpeakerOptions)} == OTHER.keys() | SAME.keys()


@pytest.mark.parametrize("name", OTHER)
def test_what_shapes_the_sound_is_in_the_fingerprint(name):
    assert fingerprint(ReadSpeakerOptions(**{name: OTHER[name]})) != fingerprint(ReadSpeakerOptions())


@pytest.mark.parametrize("name", SAME)
def test_what_does_not_is_not(name):
    assert fingerprint(ReadSpeakerOptions(**{name: SAME[name]})) == fingerprint(ReadSpeakerOptions())


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"url": "http://tts.readspeaker.com"}, "not encrypted"),
        ({"speed": 3}, "speed"),
        ({"pitch": 0.4}, "pitch"),
        ({"volume": 0}, "volume"),
        ({"language": "fr"}, "language"),
        ({"coding": "mp3"}, "coding"),
    ],
)
def test_what_cannot_be_is_refused(wrong, why):
    with pytest.raises(msgspec.ValidationError, match=why):
        msgspec.convert(wrong, ReadSpeakerOptions)


async def test_without_a_key_it_is_unavailable(fake_host):
    with pytest.raises(Unavailable):
        make(ReadSpeakerOptions(), fake_host)


async def test_a_request_says_all_that_readspeaker_has_a_default_for(voice, say, cloud):
    tts = voice(voice="Louis", speed=0.9, pitch=1.2, volume=2.0, dictionary=False)
    assert tts.capabilities.formats[0] == MULAW_8K
    await say(tts, "Bonjour, cabinet du docteur Martin, l'été.")
    [asked] = cloud.journal.asked
    assert asked.method == "POST"
    assert asked.fields == {
        "key": KEY,
        "command": "produce",
        "text": "Bonjour, cabinet du docteur Martin, l'été.",
        "lang": "fr_fr",
        "voice": "Louis",
        "audioformat": "ulaw",
        "container": "none",
        "samplerate": "8000",
        "streaming": "0",
        "speed": "90",
        "pitch": "120",
        "volume": "200",
        "dictionary": "off",
        "charset": "utf-8",
    }


async def test_as_it_is_the_voice_is_its_own(voice, say, cloud):
    await say(voice(), "Oui.")
    [asked] = cloud.journal.fields
    assert {asked[name] for name in ("speed", "pitch", "volume")} == {"100"}
    assert asked["dictionary"] == "on"


async def test_what_is_said_holds_no_markup(voice, say, cloud):
    await say(voice(), 'Le dossier <break time="9s"/> est  prêt.')
    assert cloud.journal.fields[0]["text"] == 'Le dossier break time="9s"/ est prêt.'


async def test_samples_may_be_made_into_the_carrier_s_coding_by_voiced(voice):
    assert voice(coding="pcm").capabilities.formats == (AudioFormat("pcm16", 16000), AudioFormat("pcm16", 8000))


ASKED = "https://tts.readspeaker.com/a/speak"


@pytest.mark.parametrize(
    ("location", "leads"),
    [
        ("https://tts.readspeaker.com/s/1", "https://tts.readspeaker.com/s/1"),
        ("https://cdn-eu.readspeaker.com/s/1?t=2", "https://cdn-eu.readspeaker.com/s/1?t=2"),
        ("/s/1", "https://tts.readspeaker.com/s/1"),
    ],
)
def test_a_redirect_may_lead_to_the_same_house(location, leads):
    assert redirected(ASKED, {"location": location}) == leads


@pytest.mark.parametrize(
    "location",
    [
        "https://elsewhere.example/s/1",
        "https://readspeaker.com.example/s/1",
        "https://notreadspeaker.com/s/1",
        "http://tts.readspeaker.com/s/1",
        "ftp://tts.readspeaker.com/s/1",
        "https://[",
        ASKED,
        "",
    ],
)
def test_and_nowhere_else(location):
    with pytest.raises(ProviderProtocol):
        redirected(ASKED, {"location": location} if location else {})
