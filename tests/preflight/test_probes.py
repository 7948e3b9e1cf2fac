"""The cheapest request shows of every provider in the house that it works, or that it does not take our key."""

from contextlib import asynccontextmanager

import pytest
import trio

from voiced.errors import ProviderRefused
from voiced.net import Network
from voiced.resilience import probe
from voiced.testing import acapela, elevenlabs, gladia, mistral, readspeaker, speechmatics
from voiced.testing.acapela.account import PASSWORD
from voiced.testing.fakes import FakeHost
from voiced.testing.readspeaker.account import KEY
from voiced_acapela import make as make_acapela
from voiced_acapela.options import AcapelaOptions
from voiced_elevenlabs import ElevenLabsOptions
from voiced_elevenlabs import make as make_elevenlabs
from voiced_gladia import make as make_gladia
from voiced_gladia.options import GladiaOptions
from voiced_mistral import make as make_mistral
from voiced_mistral.options import MistralOptions
from voiced_readspeaker import make as make_readspeaker
from voiced_readspeaker.options import ReadSpeakerOptions
from voiced_speechmatics import make as make_speechmatics
from voiced_speechmatics.options import SpeechmaticsOptions

ENOUGH = 10.0


@asynccontextmanager
async def acapela_voice(host, **refused):
    async with acapela.emulated() as cloud:
        cloud.faults = acapela.Faults(login=401) if refused else acapela.Faults()
        options = AcapelaOptions(email="accueil@example.fr", password=PASSWORD, url=cloud.url)
        yield "tts", make_acapela(options, host)


@asynccontextmanager
async def elevenlabs_voice(host, transport="socket", **refused):
    async with elevenlabs.emulated(elevenlabs.Account()) as eleven:
        eleven.faults = elevenlabs.Faults(status=401, code="invalid_api_key") if refused else elevenlabs.Faults()
        options = ElevenLabsOptions(api_key="xi-key", voice="fr-camille", url=eleven.url, transport=transport)
        yield "tts", make_elevenlabs(options, host)


@asynccontextmanager
async def elevenlabs_over_http(host, **refused):
    async with elevenlabs_voice(host, "http", **refused) as made:
        yield made


@asynccontextmanager
async def readspeaker_voice(host, **refused):
    async with readspeaker.emulated() as cloud:
        cloud.faults = readspeaker.Faults(status=403) if refused else readspeaker.Faults()
        yield "tts", make_readspeaker(ReadSpeakerOptions(api_key=KEY, url=cloud.url), host)


@asynccontextmanager
async def gladia_ear(host, **refused):
    emulator = gladia.Gladia(faults=gladia.Faults(status=401) if refused else None)
    async with gladia.running(emulator) as served:
        yield "stt", make_gladia(GladiaOptions(api_key="test-key", url=served.url), host)


@asynccontextmanager
async def speechmatics_ear(host, **refused):
    emulator = speechmatics.Speechmatics(faults=[speechmatics.Faults(status=401)] if refused else [])
    async with speechmatics.running(emulator) as served:
        yield "stt", make_speechmatics(SpeechmaticsOptions(api_key="test-key", url=f"{served.ws_url}/v2"), host)


@asynccontextmanager
async def mistral_model(host, **refused):
    emulator = mistral.Mistral(faults=mistral.Faults(status=401) if refused else None)
    async with mistral.running(emulator) as served:
        yield "llm", make_mistral(MistralOptions(api_key=mistral.House().key, url=served.url), host)


EVERY = pytest.mark.parametrize(
    "provider",
    [
        acapela_voice,
        elevenlabs_voice,
        elevenlabs_over_http,
        readspeaker_voice,
        gladia_ear,
        speechmatics_ear,
        mistral_model,
    ],
)


@pytest.fixture
async def host(tmp_path):
    net = Network("probed")
    yield FakeHost(tmp_path, tmp_path, net=net)
    await net.aclose()


@EVERY
async def test_one_that_works_shows_it(provider, host):
    async with provider(host) as (kind, made):
        with trio.fail_after(ENOUGH):
            await probe(kind, made)


@EVERY
async def test_one_that_does_not_take_our_key_shows_it_too(provider, host):
    async with provider(host, refused=True) as (kind, made):
        with trio.fail_after(ENOUGH), pytest.raises(ProviderRefused):
            await probe(kind, made)
