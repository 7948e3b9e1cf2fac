"""What the emulated vendors hear, think and speak by."""

from dataclasses import dataclass

import pytest
import trio

from voiced.config.catalogue import Found
from voiced.errors import ProviderOverloaded, Unavailable
from voiced.lab.dev.minds import embedded, heard_by, stand_ins
from voiced.lab.dev.school import PATIENCE, School
from voiced.plugin import ModelSpec, PluginSpec, ProviderSpec, ToolSpec
from voiced.plugin.chat.tools import function
from voiced.testing.fakes import Recognised, ScriptedLlm, ScriptedStt, spell
from voiced.testing.mistral import ChatRequest

BOOK = ToolSpec("rdv", "Prendre un rendez-vous.", examples=("je voudrais venir mardi",))
HOURS = ToolSpec("horaires", "Dire quand on peut venir.", examples=("vous ouvrez quand",))
SAID = "Je voudrais venir mardi."


def request(*tools, said=SAID):
    offered = [{"type": "function", "function": function(tool)} for tool in tools]
    return ChatRequest({"messages": [{"role": "user", "content": said}], "tools": offered})


class Slow(ScriptedLlm):
    """Learns for a while."""

    async def prepare(self, _tools):
        await trio.sleep(PATIENCE)


async def test_a_recogniser_listens_to_a_phrase():
    hear = heard_by(ScriptedStt({"bonjour": Recognised("Bonjour !")}))
    assert await hear(b"\xff" * 800 + spell("bonjour") + b"\xff" * 800) == "Bonjour !"
    assert await hear(b"\xff" * 800) == ""


async def test_a_recogniser_that_fails_hears_nothing():
    assert await heard_by(ScriptedStt(fails=ProviderOverloaded("busy", provider="x")))(spell("bonjour")) == ""


async def test_rules_answer_until_the_brain_has_learned(autojump_clock):
    told = []
    school = School(Slow(), lambda what, tools: told.append((what, tools)))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(school.run)
        [by_rule] = (await school.think(request(BOOK, HOURS, said="Venir quand ?"))).calls
        await trio.sleep(2 * PATIENCE)
        [by_brain] = (await school.think(request(BOOK, HOURS))).calls
        nursery.cancel_scope.cancel()
    assert (by_rule.name, by_brain.name) == ("horaires", "rdv")
    assert told == [("is still learning: rules answer", 2), ("learned", 2)]


async def test_what_was_learned_ahead_is_known_in_whatever_order_it_is_offered(autojump_clock):
    school = School(Slow())
    async with trio.open_nursery() as nursery:
        nursery.start_soon(school.run)
        await school.learn((BOOK, HOURS)).wait()
        began = trio.current_time()
        [chosen] = (await school.think(request(HOURS, BOOK))).calls
        nursery.cancel_scope.cancel()
    assert chosen.name == "rdv"
    assert trio.current_time() - began < PATIENCE


async def test_without_tools_there_is_nothing_to_learn():
    assert (await School(ScriptedLlm(answers={SAID: "Venez !"})).think(request())).text.strip() == "Venez !"


@dataclass(frozen=True)
class Options:
    beam: int = 8
    pad: float = 8.0


def plugins(missing=()):
    """The plugin with the embedded models, some of which are missing."""

    def load(name):
        def loaded(options, _host):
            assert options.beam < Options.beam
            if name in missing:
                raise Unavailable(f"no {name}", fix="make models")
            return object()

        return ModelSpec(name, loaded)

    providers = (
        ProviderSpec("stt", "local", lambda _options, _host: ScriptedStt()),
        ProviderSpec("llm", "local", lambda _options, _host: ScriptedLlm()),
    )
    spec = PluginSpec("local", "", providers, Options, (load("whisper"), load("use")))
    return {"local": Found("local", "here", spec, "enabled")}


async def test_with_all_models_vendors_hear_and_think_by_them():
    minds = await embedded(plugins(), lambda *_: None)
    assert await minds.hear(spell("bonjour")) == "bonjour"
    assert minds.school is not None
    assert minds.described[:2] == ["ears   the embedded recogniser", "brain  the embedded brain"]
    assert "voice" in minds.missing  # this plugin has none


@pytest.mark.parametrize(("model", "part"), [("whisper", "ears"), ("use", "brain")])
async def test_what_is_missing_is_said_with_its_fix_and_something_stands_in(model, part):
    minds = await embedded(plugins({model}), lambda *_: None)
    assert minds.missing[part] == f"no {model} — make models"
    assert (minds.hear is None, minds.school is None) == (part == "ears", part == "brain")


async def test_without_the_plugin_all_is_stood_in_for():
    minds = await embedded({}, lambda *_: None)
    assert set(minds.missing) == {"ears", "brain", "voice"}
    assert all("is not installed" in line for line in minds.described)


def test_a_hum_is_as_long_as_its_text():
    speak = stand_ins().speak
    assert len(speak("Bonjour, que puis-je faire pour vous ?")) > 2 * len(speak("Bonjour."))


async def test_lines_that_were_given_win_over_ears():
    minds = (await embedded(plugins(), lambda *_: None)).following(("Oui.",))
    assert (minds.hear, minds.lines) == (None, ("Oui.",))
