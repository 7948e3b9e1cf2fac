"""Every bundled model keeps its contract."""

from contextlib import asynccontextmanager

import pytest

from voiced.net import Network
from voiced.plugin import LlmRequest, Message
from voiced.testing.conformance import LlmRig, check_llm
from voiced.testing.fakes import FakeHost
from voiced.testing.mistral import Faults, House, Mistral, running
from voiced_local.brain import make_brain
from voiced_mistral import make as make_mistral
from voiced_mistral.options import MistralOptions
from voiced_openai import make as make_openai
from voiced_openai.options import OpenaiOptions

NOBODY = "127.0.0.1:9"
"""Where nobody listens."""
FAULTS = {
    "refused": Faults(status=401),
    "throttled": Faults(status=429, retry_after=3),
    "overloaded": Faults(status=503),
    "bad_input": Faults(status=400),
    "cut": Faults(after=1, then="reset"),
    "garbage": Faults(after=1, then="malformed"),
    "silent": Faults(first_late=1e6),
    "hanging": Faults(head_late=1e6),
}


@asynccontextmanager
async def hosted(folder):
    host = FakeHost(folder, folder, net=Network("on-trial"))
    try:
        yield host
    finally:
        await host.net.aclose()


def mistral_case(folder):
    @asynccontextmanager
    async def make(fault):
        async with running(Mistral(faults=FAULTS.get(fault))) as served, hosted(folder) as host:
            url = f"http://{NOBODY}" if fault == "unreachable" else served.url
            yield LlmRig(make_mistral(MistralOptions(api_key=House().key, url=url), host))

    return make, (*FAULTS, "unreachable")


def openai_case(folder):
    house = House("openai", key="", models=("qwen3:4b",))

    @asynccontextmanager
    async def make(fault):
        async with running(Mistral(house=house, faults=FAULTS.get(fault))) as served, hosted(folder) as host:
            url = f"http://{NOBODY}/v1" if fault == "unreachable" else f"{served.url}/v1"
            yield LlmRig(make_openai(OpenaiOptions(model="qwen3:4b", url=url), host))

    return make, (*FAULTS, "unreachable")


def local_case(folder):
    """The brain, without its sentence encoder; one for all promises, since learning what tools mean takes seconds."""
    brain = make_brain(None, FakeHost(folder, folder))
    facts = ("Nous sommes ouverts du lundi au vendredi.", "Un parking gratuit se trouve derrière le bâtiment.")
    chat = LlmRequest((Message("user", "Il y a un parking ?"),), facts=facts)

    @asynccontextmanager
    async def make(fault):
        yield LlmRig(brain, chat)

    return make, ()


CASES = {"local": local_case, "mistral": mistral_case, "openai": openai_case}


@pytest.mark.fault("mistral", "half-open", "silence")
@pytest.mark.parametrize("name", CASES)
def test_it_keeps_its_contract(name, tmp_path):
    make, faults = CASES[name](tmp_path)
    check_llm(make, faults=faults)
