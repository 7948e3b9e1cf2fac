"""Every bundled recogniser keeps its contract."""

from contextlib import asynccontextmanager

import numpy as np
import pytest
import trio

from voiced.audio import dbfs
from voiced.audio.g711 import encode
from voiced.net import Network
from voiced.plugin import ProviderOverloaded
from voiced.testing import gladia, speechmatics
from voiced.testing.conformance import SttRig, check_stt
from voiced.testing.emulator import Profile
from voiced.testing.fakes import FakeHost
from voiced_gladia import make as make_gladia
from voiced_gladia.options import GladiaOptions
from voiced_local.stt.provider import LocalStt
from voiced_speechmatics import make as make_speechmatics
from voiced_speechmatics.options import SpeechmaticsOptions

SENTENCES = ("merci beaucoup", "je voudrais prendre un rendez-vous mardi", "plutôt jeudi matin")
LATE = Profile(3.0, 3.0)
NOBODY = "127.0.0.1:9"
"""Where nobody listens."""


@asynccontextmanager
async def hosted(folder, models=None):
    host = FakeHost(folder, folder, net=Network("on-trial"), models=models or {})
    try:
        yield host
    finally:
        await host.net.aclose()


def gladia_case(folder):
    faults = {
        "refused": gladia.Faults(status=401),
        "throttled": gladia.Faults(status=429),
        "overloaded": gladia.Faults(status=503),
        "bad_input": gladia.Faults(status=400),
        "cut": gladia.Faults(cut="reset", cut_at=20_000),
        "silent": gladia.Faults(transcripts=False, acks=False),
        "hanging": gladia.Faults(post_late=1e6),
        "garbage": gladia.Faults(page=True),
        "stuck": gladia.Faults(cut="stall", cut_at=0, cuts=1_000_000),
    }

    slow = gladia.Latency(partial=LATE, final=LATE)

    @asynccontextmanager
    async def make(fault):
        emulator = gladia.Gladia(faults=faults.get(fault), latency=slow if fault == "late" else None)
        async with gladia.running(emulator) as served, hosted(folder) as host:
            url = f"http://{NOBODY}" if fault == "unreachable" else served.url
            yield SttRig(make_gladia(GladiaOptions(api_key="test-key", url=url), host), left=lambda: emulator.kept)

    return make, (*faults, "unreachable", "late")


def speechmatics_case(folder):
    faults = {
        "refused": speechmatics.Faults(status=401),
        "throttled": speechmatics.Faults(refuses="quota_exceeded"),
        "overloaded": speechmatics.Faults(status=503),
        "bad_input": speechmatics.Faults(refuses="invalid_config"),
        "garbage": speechmatics.Faults(after=0.5, then="malformed"),
        "cut": speechmatics.Faults(after=4.5, then="reset"),
        "silent": speechmatics.Faults(after=0.1, then="stall"),
        "hanging": speechmatics.Faults(handshake_late=1e6),
        "stuck": speechmatics.Faults(after=0.1, then="stall"),
    }

    slow = speechmatics.Latency(partial=LATE, final=LATE, forced=LATE, utterance=LATE)

    @asynccontextmanager
    async def make(fault):
        accident = [faults[fault]] if fault in faults else []
        emulator = speechmatics.Speechmatics(
            faults=accident, latency=slow if fault == "late" else speechmatics.Latency()
        )
        async with speechmatics.running(emulator) as served, hosted(folder) as host:
            url = f"ws://{NOBODY}/v2" if fault == "unreachable" else f"{served.ws_url}/v2"
            yield SttRig(make_speechmatics(SpeechmaticsOptions(api_key="test-key", url=url), host))

    return make, (*faults, "unreachable", "late")


def local_case(folder):
    """The recogniser's provider; its model knows the sentences by their length."""

    def length(sentence):
        return len(sentence) / 15

    def sound(sentence):
        times = np.arange(round(length(sentence) * 8000)) / 8000
        buzz = sum(np.sin(2 * np.pi * 220 * n * times) / n for n in range(1, 12))
        return encode(0.2 * 32767 * buzz * (1 + 0.3 * np.sin(10 * np.pi * times)), "mulaw")

    async def ready():
        await trio.lowlevel.checkpoint()
        return True

    async def transcribe(heard, _options):
        await trio.sleep(0.1)
        return understood(heard)

    async def late(heard, _options):
        await trio.sleep(LATE.p50)
        return understood(heard)

    def understood(heard):
        loud = sum(dbfs(heard[at : at + 160], "mulaw") > -50 for at in range(0, len(heard), 160))
        text = min(SENTENCES, key=lambda sentence: abs(length(sentence) - loud * 0.02))
        return {"text": text, "logprob": -0.1, "no_speech": 0.0}

    async def gone(*_):
        await trio.lowlevel.checkpoint()
        raise ProviderOverloaded("the inference process went away", provider="local")

    async def never(*_):
        await trio.sleep_forever()

    @asynccontextmanager
    async def make(fault):
        hears = {"": transcribe, "overloaded": gone, "late": late}.get(fault, never)
        async with hosted(folder, {("whisper", "ready"): ready, ("whisper", "transcribe"): hears}) as host:
            yield SttRig(LocalStt(host), sound, SENTENCES)

    return make, ("overloaded", "silent", "stuck", "late")


CASES = {"gladia": gladia_case, "local": local_case, "speechmatics": speechmatics_case}


@pytest.mark.parametrize("name", CASES)
def test_it_keeps_its_contract(name, tmp_path):
    make, faults = CASES[name](tmp_path)
    check_stt(make, faults=faults)
