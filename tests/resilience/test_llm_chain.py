"""Models that stand in for each other."""

import pytest
import trio
from chains import DOWN, breakers, gather, links

from voiced.dialog.talk import NOT_UNDERSTOOD
from voiced.errors import ProviderOverloaded, ProviderRefused
from voiced.plugin import Done, LlmRequest, Message, Token, ToolCall, ToolSpec
from voiced.resilience import LlmChain
from voiced.resilience.llm import FIRST_TOKEN
from voiced.testing.fakes import ScriptedLlm

ASKED = LlmRequest((Message("user", "Bonjour"),), (ToolSpec("salut", "Salue."),))


def model(name, **options):
    return ScriptedLlm(understands={"Bonjour": name}, **options)


def chain(*models, shared=None):
    return LlmChain(links(shared or breakers(), "llm", *models))


async def choice(made, request=ASKED):
    events = await gather(made.reply, request)
    return [event.name for event in events if isinstance(event, ToolCall)]


async def test_the_first_answers_while_it_works(autojump_clock):
    second = model("two")
    assert await choice(chain(model("one"), second)) == ["one"]
    assert second.asked == []


@pytest.mark.parametrize("error", [DOWN, ProviderRefused("credentials"), ZeroDivisionError()])
async def test_the_next_answers_when_it_fails_before_its_first_word(error, autojump_clock):
    assert await choice(chain(model("one", fails=error), model("two"))) == ["two"]


async def test_one_that_gives_no_word_in_time_is_passed_over(autojump_clock):
    made = chain(model("one", first_token=60), model("two"))
    assert await choice(made) == ["two"]
    assert trio.current_time() == pytest.approx(FIRST_TOKEN + 0.2)


async def test_the_last_has_as_long_as_the_caller_waits(autojump_clock):
    assert await choice(chain(model("one", fails=DOWN), model("two", first_token=2 * FIRST_TOKEN))) == ["two"]


async def test_one_that_thinks_long_after_its_first_word_is_left_to_finish(autojump_clock):
    class Slow(ScriptedLlm):
        async def reply(self, _request, out):
            await out.send(Token("Alors"))
            await trio.sleep(20)
            await out.send(Done())

    assert await gather(chain(Slow(), model("two")).reply, ASKED) == [Token("Alors"), Done()]


async def test_what_was_begun_to_be_said_is_not_begun_again(autojump_clock):
    class Stops(ScriptedLlm):
        async def reply(self, _request, out):
            await out.send(Token("Nous ouvrons"))
            raise DOWN

    second = model("two")
    with pytest.raises(ProviderOverloaded):
        await gather(chain(Stops(), second).reply, ASKED)
    assert second.asked == []


async def test_an_answer_without_words_is_no_failure(autojump_clock):
    shared = breakers()
    made = chain(ScriptedLlm(), model("two"), shared=shared)
    for _ in range(5):
        assert await choice(made, LlmRequest((Message("user", "blabla"),))) == []
    assert shared.listed()[0]["failures"] == 0


async def test_one_that_keeps_failing_is_not_asked_any_more_and_asked_again_later(autojump_clock):
    first = model("one", fails=DOWN)
    made = chain(first, model("two"))
    for _ in range(10):
        assert await choice(made) == ["two"]
    assert len(first.asked) == 3
    first.fails = None
    await trio.sleep(6)
    assert await choice(made) == ["one"]


async def test_when_all_are_down_it_says_so_at_once(autojump_clock):
    made = chain(model("one", fails=DOWN), model("two", fails=DOWN))
    for _ in range(3):
        with pytest.raises(ProviderOverloaded):
            await choice(made)
    with pytest.raises(ProviderOverloaded, match="every llm provider is down"):
        await choice(made)


async def test_a_model_that_composes_nothing_is_not_told_what_only_others_need(autojump_clock):
    brain = model("two")
    made = chain(ScriptedLlm(answers={"x": "y"}, fails=DOWN), brain)
    assert made.capabilities.free_text
    tools = (ToolSpec("salut", "Salue."), ToolSpec(NOT_UNDERSTOOD, "Rien."))
    await choice(made, LlmRequest(ASKED.messages, tools, tool_choice="required"))
    (asked,) = brain.asked
    assert ([tool.name for tool in asked.tools], asked.tool_choice) == (["salut"], "auto")


async def test_every_model_gets_ready_and_one_that_cannot_keeps_no_other_from_it():
    class Learns(ScriptedLlm):
        async def prepare(self, tools):
            if self.fails:
                raise self.fails
            self.asked.append(tools)

    able = Learns()
    await chain(Learns(fails=DOWN), able).prepare(ASKED.tools)
    assert able.asked == [ASKED.tools]
    with pytest.raises(ProviderOverloaded):
        await chain(Learns(fails=DOWN)).prepare(ASKED.tools)
