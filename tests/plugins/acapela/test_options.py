"""What may be set, and how it reaches Acapela."""

from dataclasses import fields, replace

import msgspec
import pytest

from voiced.audio import MULAW_8K
from voiced.errors import Unavailable
from voiced_acapela import AcapelaOptions, make
from voiced_acapela.wire import fingerprint

OTHER = {
    "voice": "Alice22k_HQ", "speed": 1.1, "pitch": 0.9, "volume": 1.5, "pause": 0.3, "dictionary": "cabinet",
}  # fmt: skip
SAME = {"email": "autre@example.fr", "password": "other", "url": "https://eu.acapela-cloud.com"}


def test_every_option_is_looked_at():
    assert {each.name for each in fields(AcapelaOptions)} == OTHER.keys() | SAME.keys()


@pytest.mark.parametrize("name", OTHER)
def test_what_shapes_the_sound_is_in_the_fingerprint(name):
    assert fingerprint(AcapelaOptions(**{name: OTHER[name]})) != fingerprint(AcapelaOptions())


@pytest.mark.parametrize("name", SAME)
def test_what_does_not_is_not(name):
    assert fingerprint(AcapelaOptions(**{name: SAME[name]})) == fingerprint(AcapelaOptions())


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"url": "http://www.acapela-cloud.com"}, "not encrypted"),
        ({"speed": 3}, "speed"),
        ({"pitch": 0.4}, "pitch"),
        ({"email": "nobody"}, "email"),
        ({"voice": "Manon 22k"}, "voice"),
    ],
)
def test_what_cannot_be_is_refused(wrong, why):
    with pytest.raises(msgspec.ValidationError, match=why):
        msgspec.convert(wrong, AcapelaOptions)


@pytest.mark.parametrize("missing", ["email", "password"])
async def test_without_a_login_it_is_unavailable(fake_host, missing):
    options = AcapelaOptions(email="accueil@example.fr", password="secret")
    with pytest.raises(Unavailable):
        make(replace(options, **{missing: ""}), fake_host)


async def test_a_command_says_all_that_acapela_has_a_default_for(voice, say, cloud):
    tts = voice(speed=0.9, pitch=1.2, volume=2.0, dictionary="cabinet")
    assert tts.capabilities.formats[0] == MULAW_8K
    await say(tts, "Bonjour, cabinet du docteur Martin.")
    assert [asked.method for asked in cloud.journal.asked] == ["POST"]
    assert cloud.journal.fields == [
        {
            "voice": "Manon22k_NT",
            "text": "Bonjour, cabinet du docteur Martin.",
            "output": "stream",
            "type": "mulaw",
            "samplerate": 8000,
            "speed": 90,
            "shaping": 120,
            "volume": 65_535,
            "dico": "cabinet",
        }
    ]


async def test_as_it_is_the_voice_is_its_own(voice, say, cloud):
    await say(voice(), "Oui.")
    [command] = cloud.journal.fields
    assert (command["speed"], command["shaping"], command["volume"]) == (100, 100, 32_768)
    assert "dico" not in command


async def test_what_is_said_holds_no_tags(voice, say, cloud):
    await say(voice(), r"Le dossier \pau=9000\ est  prêt.")
    assert cloud.journal.fields[0]["text"] == "Le dossier pau=9000 est prêt."
