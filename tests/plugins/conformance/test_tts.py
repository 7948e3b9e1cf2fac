"""Every bundled voice keeps its contract."""

from contextlib import asynccontextmanager
from functools import partial

import pytest
import trio

from voiced.net import Network
from voiced.plugin import ProviderOverloaded
from voiced.plugin.voice import Manner
from voiced.testing import acapela, readspeaker
from voiced.testing.acapela.account import PASSWORD
from voiced.testing.conformance import TtsRig, check_tts
from voiced.testing.elevenlabs import Account, Faults, emulated
from voiced.testing.fakes import FakeHost
from voiced.testing.readspeaker.account import KEY
from voiced_acapela import AcapelaOptions
from voiced_acapela import make as make_acapela
from voiced_elevenlabs import ElevenLabsOptions
from voiced_elevenlabs import make as make_elevenlabs
from voiced_local.tts.provider import KOKORO, LocalTts
from voiced_readspeaker import ReadSpeakerOptions
from voiced_readspeaker import make as make_readspeaker

NOBODY = "127.0.0.1:9"
"""Where nobody listens."""


@asynccontextmanager
async def hosted(folder, models=None):
    host = FakeHost(folder, folder, net=Network("on-trial"), models=models or {})
    try:
        yield host
    finally:
        await host.net.aclose()


def elevenlabs_case(folder, transport):
    faults = {
        "refused": Faults(status=401, code="invalid_api_key"),
        "throttled": Faults(status=429, retry_after="3"),
        "overloaded": Faults(status=503),
        "bad_input": Faults(status=404, code="voice_not_found"),
        "cut": Faults(trouble="cut", body="cut"),
        "silent": Faults(slow_first_byte=1e6),
        "hanging": Faults(trouble="half_open", slow_first_byte=1e6),
        "garbage": Faults(trouble="malformed", body="html"),
    }

    @asynccontextmanager
    async def make(fault):
        async with emulated(Account()) as eleven, hosted(folder) as host:
            eleven.faults = faults.get(fault, Faults())
            url = f"http://{NOBODY}" if fault == "unreachable" else eleven.url
            options = ElevenLabsOptions(api_key="xi-key", voice="fr-camille", url=url, transport=transport)
            yield TtsRig(make_elevenlabs(options, host))

    return make, (*faults, "unreachable")


def acapela_case(folder):
    faults = {
        "refused": acapela.Faults(login=401),
        "throttled": acapela.Faults(status=429, retry_after="3"),
        "overloaded": acapela.Faults(status=503),
        "bad_input": acapela.Faults(status=400),
        "cut": acapela.Faults(trouble="cut"),
        "silent": acapela.Faults(trouble="half_open"),
        "hanging": acapela.Faults(late=1e6),
        "garbage": acapela.Faults(instead="html"),
    }

    @asynccontextmanager
    async def make(fault):
        async with acapela.emulated() as cloud, hosted(folder) as host:
            cloud.faults = faults.get(fault, acapela.Faults())
            url = f"http://{NOBODY}" if fault == "unreachable" else cloud.url
            options = AcapelaOptions(email="accueil@example.fr", password=PASSWORD, url=url)
            yield TtsRig(make_acapela(options, host))

    return make, (*faults, "unreachable")


def readspeaker_case(folder):
    faults = {
        "refused": readspeaker.Faults(status=403),
        "throttled": readspeaker.Faults(status=429, retry_after="3"),
        "overloaded": readspeaker.Faults(status=503),
        "bad_input": readspeaker.Faults(status=400),
        "cut": readspeaker.Faults(trouble="cut"),
        "silent": readspeaker.Faults(trouble="half_open"),
        "hanging": readspeaker.Faults(late=1e6),
        "garbage": readspeaker.Faults(words="ERROR: Something is wrong.", kind="audio/basic"),
    }

    @asynccontextmanager
    async def make(fault):
        async with readspeaker.emulated() as cloud, hosted(folder) as host:
            cloud.faults = faults.get(fault, readspeaker.Faults())
            url = f"http://{NOBODY}" if fault == "unreachable" else cloud.url
            yield TtsRig(make_readspeaker(ReadSpeakerOptions(api_key=KEY, url=url), host))

    return make, (*faults, "unreachable")


def local_case(folder):
    async def speak(text, speed, encoding, rate, pitch):
        sample = b"\x10\x20" if encoding == "pcm16" else b"\x20"
        return sample * round(len(text) * rate / 15 / speed)

    async def gone(*_):
        raise ProviderOverloaded("the inference process went away", provider="local")

    async def never(*_):
        await trio.sleep_forever()

    @asynccontextmanager
    async def make(fault):
        speaks = {"": speak, "overloaded": gone, "silent": never}[fault]
        async with hosted(folder, {("kokoro", "speak"): speaks}) as host:
            yield TtsRig(LocalTts(host, KOKORO, Manner()))

    return make, ("overloaded", "silent")


CASES = {
    "acapela": acapela_case,
    "elevenlabs": partial(elevenlabs_case, transport="socket"),
    "elevenlabs over http": partial(elevenlabs_case, transport="http"),
    "local": local_case,
    "readspeaker": readspeaker_case,
}


@pytest.mark.parametrize("name", CASES)
def test_it_keeps_its_contract(name, tmp_path):
    make, faults = CASES[name](tmp_path)
    check_tts(make, faults=faults)
