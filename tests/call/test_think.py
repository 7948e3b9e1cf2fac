"""Thinking: what the model is asked, and what becomes of its answer."""

import trio
from small_flows import flow_of

from voiced.call.think import offers, request, think
from voiced.dialog.talk import NOT_UNDERSTOOD, Choice, Question, Spoken, Thought, Wanted
from voiced.observe.waterfall import Waterfall
from voiced.plugin import Done, Token, ToolCall, ToolOutcome, ToolSpec
from voiced.testing.fakes import ScriptedTool

HORAIRES = Choice("horaires", "Les horaires.", ("Quels sont vos horaires ?",), {"jour": "date"})
QUESTION = Question("Tu es là.", (Spoken("user", "Bonjour"),), (HORAIRES,), facts=("Il pleut.",), free=False)
BOOK = ScriptedTool(ToolSpec("book", "Note.", {"type": "object"}), ToolOutcome(ok=True))


class Speaks:
    """Implements `Llm`: says what it was given."""

    def __init__(self, *events):
        self.events = events

    async def reply(self, _request, out):
        for event in self.events:
            await trio.sleep(0.1)
            await out.send(event)


async def ask(llm, waterfall=None):
    words_in, words_out = trio.open_memory_channel(100)
    began = trio.current_time()

    def first():
        if waterfall is not None:
            waterfall.mark("llm_first_token", trio.current_time() - began)

    thought = await think(llm, request(QUESTION, {}, composes=False), words_in, first)
    return thought, [piece async for piece in words_out]


def test_routes_are_offered_as_tools_with_their_slots():
    (tool,) = request(QUESTION, {}, composes=False).tools
    assert (tool.name, tool.description, tool.examples) == ("horaires", "Les horaires.", HORAIRES.examples)
    assert tool.parameters["properties"]["jour"]["x-collect"] == "date"


def test_a_model_that_composes_is_given_a_way_to_say_that_nothing_fits():
    asked = request(QUESTION, {}, composes=True)
    assert [tool.name for tool in asked.tools] == ["horaires", NOT_UNDERSTOOD]
    assert asked.tool_choice == "required"
    assert request(QUESTION, {}, composes=False).tool_choice == "auto"


def test_the_conversation_is_told_in_the_roles_of_every_chat_api():
    wanted = Wanted("book", {"name": "S"}, "t1")
    lines = (Spoken("user", "Notez."), Spoken("assistant", "", (wanted,)), Spoken("tool", "{}", id="t1"))
    asked = request(Question("Tu es là.", lines, tools=("book", "gone")), {"book": BOOK}, composes=True)
    assert [message.role for message in asked.messages] == ["system", "user", "assistant", "tool"]
    assert asked.messages[2].tool_calls == (ToolCall("t1", "book", {"name": "S"}),)
    assert asked.messages[3].tool_call_id == "t1"
    assert [tool.name for tool in asked.tools] == ["book"]
    assert asked.tool_choice == "auto"


async def test_words_are_passed_on_as_they_come(autojump_clock):
    thought, pieces = await ask(Speaks(Token("Il "), Token("pleut."), Done()))
    assert pieces == ["Il ", "pleut."]
    assert thought == Thought("Il pleut.")


async def test_choices_are_kept_and_the_way_out_is_none(autojump_clock):
    chosen = ToolCall("1", "horaires", {"jour": "mardi"})
    thought, pieces = await ask(Speaks(ToolCall("0", NOT_UNDERSTOOD), chosen, Done()))
    assert pieces == []
    assert thought == Thought("", (Wanted("horaires", {"jour": "mardi"}, "1"),))


async def test_the_first_token_is_timed_and_the_end_is_no_token(autojump_clock):
    waterfall = Waterfall(0.0)
    await ask(Speaks(Token("a"), Token("b"), Done()), waterfall)
    assert waterfall.milliseconds() == {"llm_first_token": 100}
    nothing = Waterfall(0.0)
    await ask(Speaks(Done()), nothing)
    assert nothing.milliseconds() == {}


def test_what_a_flow_will_offer_is_known_before_anyone_rings():
    names = [{tool.name for tool in offer} for offer in offers(flow_of(), {})]
    assert {"horaires", "rappel", "transfert", "au_revoir"} in names
    assert {"horaires", "au_revoir"} in names
