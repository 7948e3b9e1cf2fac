"""Every bundled voice detector keeps its contract."""

from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from voiced.audio.wav import read_wav
from voiced.testing.conformance import VadRig, check_vad
from voiced_local import Options, make
from voiced_local.weights import ensure

SPEECH = min((Path(__file__).parents[2] / "data" / "speech").glob("*.wav"))


def silero():
    ensure(["silero"])
    return make.vad_silero(Options(), None)


CASES = {"webrtc": lambda: make.vad_webrtc(Options(), None), "silero": silero}


@pytest.mark.parametrize("name", CASES)
def test_it_keeps_its_contract(name):
    @asynccontextmanager
    async def detector(fault):
        yield VadRig(CASES[name](), read_wav(SPEECH).data)

    check_vad(detector)
