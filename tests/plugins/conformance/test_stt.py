"""Every bundled recogniser keeps its contract."""

from contextlib import asynccontextmanager

import pytest

from voiced.net import Network
from voiced.testing import gladia, speechmatics
from voiced.testing.conformance import SttRig, check_stt
from voiced.testing.fakes import FakeHost
from voiced_gladia import make as make_gladia
from voiced_gladia.options import GladiaOptions
from voiced_speechmatics import make as make_speechmatics
from voiced_speechmatics.options import SpeechmaticsOptions

NOBODY = "127.0.0.1:9"
"""Where nobody listens."""


@asynccontextmanager
async def hosted(folder):
    host = FakeHost(folder, folder, net=Network("on-trial"))
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
    }

    @asynccontextmanager
    async def make(fault):
        emulator = gladia.Gladia(faults=faults.get(fault))
        async with gladia.running(emulator) as served, hosted(folder) as host:
            url = f"http://{NOBODY}" if fault == "unreachable" else served.url
            yield SttRig(make_gladia(GladiaOptions(api_key="test-key", url=url), host))

    return make, (*faults, "unreachable")


def speechmatics_case(folder):
    faults = {
        "refused": speechmatics.Faults(status=401),
        "throttled": speechmatics.Faults(refuses="quota_exceeded"),
        "overloaded": speechmatics.Faults(status=503),
        "bad_input": speechmatics.Faults(refuses="invalid_config"),
        "garbage": speechmatics.Faults(after=0.5, then="malformed"),
        "cut": speechmatics.Faults(after=3.0, then="reset"),
        "silent": speechmatics.Faults(after=0.1, then="stall"),
    }

    @asynccontextmanager
    async def make(fault):
        emulator = speechmatics.Speechmatics(faults=[faults[fault]] if fault in faults else [])
        async with speechmatics.running(emulator) as served, hosted(folder) as host:
            url = f"ws://{NOBODY}/v2" if fault == "unreachable" else f"{served.ws_url}/v2"
            yield SttRig(make_speechmatics(SpeechmaticsOptions(api_key="test-key", url=url), host))

    return make, (*faults, "unreachable")


CASES = {"gladia": gladia_case, "speechmatics": speechmatics_case}


@pytest.mark.parametrize("name", CASES)
def test_it_keeps_its_contract(name, tmp_path):
    make, faults = CASES[name](tmp_path)
    check_stt(make, faults=faults)
