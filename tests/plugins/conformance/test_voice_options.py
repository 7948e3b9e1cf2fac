"""One set of options for all voices: what is set reaches each of them in its own units, or is refused."""

import math
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from functools import partial

import pytest
import trio

from voiced.audio import MULAW_8K, dbfs
from voiced.call.phrases import PhraseBook
from voiced.call.voice import Reply, Voice
from voiced.net import Network
from voiced.testing import acapela, elevenlabs, readspeaker
from voiced.testing.acapela.account import PASSWORD
from voiced.testing.fakes import FakeHost
from voiced.testing.readspeaker.account import KEY
from voiced.text.pronunciations import Pronunciations
from voiced_acapela import AcapelaOptions
from voiced_acapela import make as make_acapela
from voiced_elevenlabs import ElevenLabsOptions
from voiced_elevenlabs import make as make_elevenlabs
from voiced_local import Options as LocalOptions
from voiced_local.make import tts as make_local
from voiced_readspeaker import ReadSpeakerOptions
from voiced_readspeaker import make as make_readspeaker

TEXT = "Cabinet Rouvray. Bonjour."
SAID = Pronunciations.of({"rouvray": "Rouvré"})
ALL = {"speed", "pitch", "volume", "pause"}


@asynccontextmanager
async def at_acapela(host):
    async with acapela.emulated() as cloud:
        login = {"email": "accueil@example.fr", "password": PASSWORD, "url": cloud.url}
        yield lambda **options: make_acapela(AcapelaOptions(**login, **options), host), lambda: cloud.journal.fields


@asynccontextmanager
async def at_readspeaker(host):
    async with readspeaker.emulated() as cloud:
        login = {"api_key": KEY, "url": cloud.url}
        yield (
            lambda **options: make_readspeaker(ReadSpeakerOptions(**login, **options), host),
            lambda: cloud.journal.fields,
        )


@asynccontextmanager
async def at_elevenlabs(host, transport):
    async with elevenlabs.emulated() as eleven:
        login = {"api_key": "xi-key", "voice": "fr-camille", "url": eleven.url, "transport": transport}

        def told():
            asked = [each.body for each in eleven.journal.asked if each.body] + eleven.journal.messages
            return [{**each, **each.get("voice_settings", {})} for each in asked]

        yield lambda **options: make_elevenlabs(ElevenLabsOptions(**login, **options), host), told


@asynccontextmanager
async def embedded(host):
    asked = []

    async def speak(text, speed, encoding, rate, pitch):
        asked.append({"text": text, "speed": speed, "pitch": pitch})
        return b"\x20" * round(rate * len(text) / 15)

    host.models["pico", "speak"] = speak
    yield lambda **options: make_local(LocalOptions(voice="pico", **options), host), lambda: asked


VOICES = {
    "acapela": at_acapela,
    "elevenlabs": partial(at_elevenlabs, transport="socket"),
    "elevenlabs over http": partial(at_elevenlabs, transport="http"),
    "local": embedded,
    "readspeaker": at_readspeaker,
}


@dataclass
class Told:
    """What a voice was asked, and the sound that came of it."""

    asked: list
    sound: bytes

    def has(self, key, value):
        """Whether a request says this; a form has numbers as text."""
        return any(str(each.get(key)) == str(value) for each in self.asked)

    def says(self, words):
        return any(words in str(each.get("text")) for each in self.asked)

    def level(self):
        return dbfs(self.sound.replace(MULAW_8K.silence, b""), "mulaw")

    def longer_by(self, other):
        return MULAW_8K.seconds(len(self.sound) - len(other.sound))


async def say(make, told, said, **options):
    tts, before = make(**options), len(told())
    out, packets = trio.open_memory_channel(math.inf)
    book = PhraseBook("/nowhere", tts.fingerprint, MULAW_8K).saying(said)
    reply = Reply(1, "voice", whole=TEXT)
    with trio.fail_after(20):
        await Voice(tts, book, trio.current_time, 8.0).render(reply, out)
    assert reply.error is None
    assert " ".join(reply.spoken) == TEXT
    return Told(told()[before:], b"".join([packet.data async for packet in packets]))


def halved(plain, told):
    return told.level() - plain.level() == pytest.approx(-6, abs=0.6)


def half_a_second_more(plain, told):
    return told.longer_by(plain) == pytest.approx(0.5, abs=0.01)


SETTINGS = {
    "speed": (0.9, {
        "acapela": lambda _, told: told.has("speed", 90),
        "readspeaker": lambda _, told: told.has("speed", 90),
        "elevenlabs": lambda _, told: told.has("speed", 0.9),
        "local": lambda _, told: told.has("speed", 0.9),
    }),
    "pitch": (1.2, {
        "acapela": lambda _, told: told.has("shaping", 120),
        "readspeaker": lambda _, told: told.has("pitch", 120),
        "local": lambda _, told: told.has("pitch", 1.2),
    }),
    "volume": (0.5, {
        "acapela": lambda _, told: told.has("volume", 16384),
        "readspeaker": lambda _, told: told.has("volume", 50),
        "elevenlabs": halved,
        "local": halved,
    }),
    "pause": (0.5, {
        "acapela": half_a_second_more,
        "readspeaker": half_a_second_more,
        "elevenlabs": lambda _, told: told.says('<break time="0.5s"/>'),
        "local": half_a_second_more,
    }),
    "stability": (0.8, {"elevenlabs": lambda _, told: told.has("stability", 0.8)}),
    "pronunciations": (SAID, dict.fromkeys(
        ("acapela", "readspeaker", "elevenlabs", "local"),
        lambda _, told: told.says("Rouvré") and not told.says("Rouvray"),
    )),
}  # fmt: skip
"""A value of each setting, and how one sees that a voice got it; a voice that is left out does not have it."""


@pytest.fixture
async def host(tmp_path):
    host = FakeHost(tmp_path, tmp_path, net=Network("on-trial"), models={})
    yield host
    await host.net.aclose()


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("setting", SETTINGS)
async def test_one_setting_reaches_every_voice_or_is_refused(setting, voice, host):
    value, seen = SETTINGS[setting]
    async with VOICES[voice](host) as (make, told):
        if (proof := seen.get(voice.partition(" ")[0])) is None:
            with pytest.raises((ValueError, TypeError), match=setting):
                make(**{setting: value})
            return
        plain = await say(make, told, Pronunciations())
        said, options = (value, {}) if setting == "pronunciations" else (Pronunciations(), {setting: value})
        changed = await say(make, told, said, **options)
        assert proof(plain, changed)
        assert not proof(plain, plain)


@pytest.mark.parametrize("options", [AcapelaOptions, ElevenLabsOptions, LocalOptions, ReadSpeakerOptions])
def test_every_voice_has_them_by_the_same_name_and_on_the_same_scale(options):
    kept = {each.name: (str(each.type), each.default) for each in fields(options)}
    assert {name: kept[name] for name in ALL} == {
        "speed": ("Speed", 1.0), "pitch": ("Pitch", 1.0), "volume": ("Volume", 1.0), "pause": ("Pause", 0.0),
    }  # fmt: skip
