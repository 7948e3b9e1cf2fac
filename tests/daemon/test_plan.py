"""The plan of calls: the providers that a call gets, and their phrases."""

import io
from dataclasses import dataclass, field

import msgspec
import pytest

from voiced.config.settings import Allowance, Canary, Fallback, Limits, Number, Override, Providers, Server
from voiced.daemon.plan import WorkerPlan
from voiced.dialog.reader import read_text
from voiced.observe import configure
from voiced.plugin import ToolSpec
from voiced.resilience import LlmChain, SttChain, TtsChain
from voiced.testing.fakes import ScriptedLlm, ScriptedStt, ScriptedTool, ScriptedTts, ScriptedVad

MADE = {"stt": ScriptedStt, "llm": ScriptedLlm, "vad": ScriptedVad}
FLOW = read_text("flow: essai\ntitle: Un essai\nstart: fin\nsteps:\n  fin: { hangup: Au revoir. }\n")


@dataclass
class Shelf:
    """Implements what a plan asks of a registry: every provider there could be."""

    built: dict = field(default_factory=dict)
    taught: dict = field(default_factory=dict)

    def provider(self, kind, name):
        if (kind, name) not in self.built:
            self.built[kind, name] = ScriptedTts(fingerprint=name) if kind == "tts" else MADE[kind]()
        return self.built[kind, name]

    def tools(self):
        return self.taught

    def renewed(self, _settings):
        return self


class Written(msgspec.Struct):
    """The settings that a plan reads."""

    cache_dir: object
    providers: Providers = Providers(stt="ears", tts="one", llm="brain")
    fallback: Fallback = Fallback(tts=("two",))
    canary: Canary = Canary()
    flow_providers: dict = {}
    numbers: dict = {}
    limits: Limits = Limits()
    server: Server = Server()


@pytest.fixture
def told():
    """What is logged."""
    stream = io.StringIO()
    configure("info", stream=stream)
    yield stream
    configure("error")


@pytest.fixture
def plan(tmp_path):
    return WorkerPlan(Written(tmp_path), Shelf(), {"essai": FLOW}, "http://127.0.0.1:1")


def names(chain):
    return [link.gate.name for link in chain.links]


def test_each_kind_is_a_chain_of_the_chosen_one_and_its_stand_ins(plan):
    made = plan.providers(FLOW, "+33123456789", "c1")
    assert (type(made.stt), type(made.tts), type(made.llm)) == (SttChain, TtsChain, LlmChain)
    assert (names(made.stt), names(made.tts)) == (["ears"], ["one", "two"])
    assert made.chosen["tts"] == {"name": "one", "why": "active", "stand_ins": ("two",)}


def test_calls_share_providers_and_breakers_across_reloads(plan):
    first = plan.providers(FLOW, "", "c1").llm.links[0]
    later = plan.renewed(plan.settings, plan.flows).providers(FLOW, "", "c2").llm.links[0]
    assert first.gate is later.gate
    assert first.provider is later.provider


async def test_the_accounts_limits_are_those_of_the_version_that_runs_and_each_worker_has_its_part(plan):
    gate = plan.providers(FLOW).llm.links[0].gate
    plan.settings.server = Server(workers=2)
    plan.settings.limits = Limits(providers={"brain": Allowance(concurrent=2)})
    plan.take_effect()
    permit = gate.admit()
    assert (gate.ready, gate.admit()) == (False, None)
    gate.settle(permit, "ok")
    gate.over()
    assert gate.ready
    plan.settings.limits = Limits()
    plan.renewed(plan.settings, plan.flows).take_effect()
    assert [gate.admit() is not None for _ in range(3)] == [True] * 3


async def test_the_limits_of_a_carrier_hold_for_its_api(plan):
    plan.settings.limits = Limits(providers={"acme": Allowance(concurrent=1)})
    plan.take_effect()
    gate = plan.breakers.gate("telco.place", "acme")
    assert gate.admit() is not None
    assert gate.admit() is None


def test_limits_of_a_carrier_without_an_api_are_told_to_have_no_effect(plan, told):
    plan.registry.built["telco", "phone"] = object()
    plan.settings.providers = Providers(telco="phone", stt="ears", tts="one", llm="brain")
    plan.settings.limits = Limits(providers={"phone": Allowance(concurrent=1)})
    plan.take_effect()
    assert "limit_without_effect" in told.getvalue()


async def test_a_tool_has_a_gate_that_outlives_the_configuration_and_the_deadline_that_it_gives(plan):
    plan.registry.taught["book"] = ScriptedTool(ToolSpec("book", "Note."), None)
    plan.settings.limits = Limits(tools={"book": 25.0})
    made = plan.providers(FLOW)
    later = plan.renewed(plan.settings, plan.flows).providers(FLOW)
    assert made.tools["book"].gate is later.tools["book"].gate is plan.breakers.gate("tool", "book")
    assert (made.deadlines.of_tool("book"), made.deadlines.of_tool("other")) == (25.0, 10.0)


def test_the_draw_is_the_call_s(plan):
    plan.settings.canary = Canary(tts={"new": 50})
    drawn = {call: names(plan.providers(FLOW, "", call).tts) for call in (f"c{number}" for number in range(50))}
    assert sorted(set(map(tuple, drawn.values()))) == [("new", "one", "two"), ("one", "two")]
    assert all(names(plan.providers(FLOW, "", call).tts) == order for call, order in drawn.items())


def test_a_phrase_belongs_to_the_voice_that_said_it(plan):
    book = plan.book(plan.providers(FLOW))
    book.of("two").put("Bonjour.", b"son")
    assert book.get("Bonjour.") is None
    assert book.stand_in("Bonjour.") == b"son"
    assert book.of("three") is None
    book.put("Au revoir.", b"fin")
    assert plan.book(plan.providers(FLOW)).get("Au revoir.") == b"fin"


def test_every_voice_that_may_answer_a_flow_is_known(plan):
    plan.settings.numbers = {"default": Number("essai"), "+33123456789": Number("essai", Override(tts="own"))}
    plan.settings.canary = Canary(tts={"new": 5})
    plan.settings.fallback = Fallback(llm=("spare",))
    assert sorted(tts.fingerprint for _flow, tts in plan.voices()) == ["new", "one", "own"]
    assert [llm for _flow, llm in plan.brains()] == [plan.registry.provider("llm", name) for name in ("brain", "spare")]
