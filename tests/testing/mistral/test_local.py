"""The emulated API with a model of this machine behind it: what goes over the wire is what it has to go by."""

import pytest
from asking import CALLER, called, result

from voiced.dialog.talk import NOT_UNDERSTOOD
from voiced.plugin import Message, ToolSpec
from voiced.plugin.chat.tools import MOST_EXAMPLES, function
from voiced.testing.fakes import FakeHost, ScriptedLlm
from voiced.testing.mistral import ChatRequest, Mistral, by_llm
from voiced.testing.mistral.reading import read, read_tool
from voiced_local.brain import make_brain

BOOK = ToolSpec(
    "rdv_prendre",
    "Prendre un rendez-vous.",
    {"type": "object", "properties": {"jour": {"type": "string", "x-collect": "date"}, "motif": {"type": "string"}}},
    ("je voudrais un rendez-vous mardi", "prendre rendez-vous"),
)
LOST = ToolSpec(NOT_UNDERSTOOD, "L'appelant veut autre chose.")


def wired(*tools):
    return [{"type": "function", "function": function(tool)} for tool in tools]


def test_a_tool_is_read_as_it_was_told():
    assert read_tool(function(BOOK)).examples == BOOK.examples
    assert read_tool(function(BOOK)).description == BOOK.description
    properties = read_tool(function(BOOK)).parameters["properties"]
    assert properties["jour"]["x-collect"] == "date"
    assert "x-collect" not in properties["motif"]


def test_what_was_not_told_is_not_known():
    many = ToolSpec("t", "Tout.", examples=tuple(f"phrase {n}" for n in range(20)))
    assert len(read_tool(function(many)).examples) == MOST_EXAMPLES


@pytest.mark.parametrize(
    ("tools", "choice", "asked"),
    [((BOOK, LOST), "any", "auto"), ((BOOK,), "any", "required"), ((BOOK,), "none", "none"), ((BOOK,), "auto", "auto")],
)
def test_who_may_say_that_nothing_was_understood_need_not_choose(tools, choice, asked):
    request = ChatRequest({"messages": [CALLER], "tools": wired(*tools), "tool_choice": choice})
    assert read(request, without=NOT_UNDERSTOOD).tool_choice == asked
    assert [tool.name for tool in read(request, without=NOT_UNDERSTOOD).tools] == ["rdv_prendre"]


def test_facts_are_those_of_the_system_prompt():
    system = {"role": "system", "content": "Tu es aimable.\n\nFaits :\n- Nous ouvrons à neuf heures.\n- Fermé lundi."}
    request = ChatRequest({"messages": [system, CALLER]})
    assert read(request).facts == ("Nous ouvrons à neuf heures.", "Fermé lundi.")
    assert read(request).messages[1] == Message("user", CALLER["content"])


async def test_it_chooses_by_what_the_wire_says(asked):
    async with asked(Mistral(brain=by_llm(ScriptedLlm()))) as ask:
        answer = await ask(tools=wired(BOOK, LOST), tool_choice="any", stream=False)
    [call] = answer.json["choices"][0]["message"]["tool_calls"]
    assert call["function"]["name"] == "rdv_prendre"


async def test_what_it_does_not_understand_it_says(asked):
    strange = {"role": "user", "content": "Le chat est sur le toit"}
    async with asked(Mistral(brain=by_llm(ScriptedLlm()))) as ask:
        chosen = await ask(messages=[strange], tools=wired(BOOK, LOST), tool_choice="any", stream=False)
        spoken = await ask(messages=[strange], tools=wired(BOOK), stream=False)
    [call] = chosen.json["choices"][0]["message"]["tool_calls"]
    assert call["function"]["name"] == NOT_UNDERSTOOD
    assert spoken.json["choices"][0]["message"]["content"] == "Pouvez-vous me donner plus de détails ?"


async def test_what_a_model_composes_is_said_and_a_tools_result_too(asked):
    llm = ScriptedLlm(answers={CALLER["content"]: "Bien sûr, quand donc ?"})
    history = [CALLER, called("a1b2c3d4e"), {**result("a1b2c3d4e"), "content": '{"say": "Mardi à dix heures."}'}]
    async with asked(Mistral(brain=by_llm(llm))) as ask:
        assert (await ask()).text.strip() == "Bien sûr, quand donc ?"
        assert (await ask(messages=history)).text == "Mardi à dix heures."


async def test_the_embedded_brain_understands_what_is_offered_over_the_wire(asked, tmp_path):
    brain = make_brain(None, FakeHost(tmp_path, tmp_path))
    said = {"role": "user", "content": "Bonjour, je voudrais prendre un rendez-vous mardi prochain."}
    async with asked(Mistral(brain=by_llm(brain))) as ask:
        answer = await ask(messages=[said], tools=wired(BOOK, LOST), tool_choice="any", stream=False)
    [call] = answer.json["choices"][0]["message"]["tool_calls"]
    assert call["function"]["name"] == "rdv_prendre"
    assert "jour" in call["function"]["arguments"]
