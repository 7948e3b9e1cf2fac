"""Models that stand in for each other."""

import math

import pytest
import trio
from chains import DOWN, breakers, gather, links

from voiced.dialog.talk import NOT_UNDERSTOOD
from voiced.errors import ProviderBadInput, ProviderOverloaded, ProviderRefused, ProviderThrottled, ProviderTimeout
from voiced.plugin import Done, LlmRequest, Message, Token, ToolCall, ToolSpec
from voiced.resilience import Allowance, LlmChain
from voiced.resilience.race import FIRST_TOKEN, HEDGE, STALL, STALL_BESIDE
from voiced.resilience.retry import FIRST_PAUSE
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


async def test_the_next_is_asked_too_when_the_first_has_given_nothing_for_a_while(autojump_clock, measured):
    first, second = model("one", first_token=60), model("two")
    assert await choice(chain(first, second)) == ["two"]
    assert trio.current_time() == pytest.approx(HEDGE + 0.2)
    assert measured("voiced_provider_hedges_total", provider="one") == 1


async def test_a_first_that_answers_before_the_next_does_is_heard_alone(autojump_clock):
    shared = breakers()
    assert await choice(chain(model("one", first_token=2.0), model("two", first_token=1.0), shared=shared)) == ["one"]
    assert trio.current_time() == pytest.approx(2.0)
    assert [breaker["failures"] for breaker in shared.listed()] == [0, 0]


async def test_one_that_is_always_beaten_is_not_asked_first_for_ever(autojump_clock):
    first, shared = model("one", first_token=60), breakers()
    for _ in range(6):
        assert await choice(chain(first, model("two"), shared=shared)) == ["two"]
    assert len(first.asked) == 3
    assert (shared.gate("llm", "one").state, shared.gate("llm", "two").state) == ("open", "closed")


async def test_a_third_is_asked_when_the_first_two_hang(autojump_clock):
    made = chain(model("one", first_token=60), model("two", first_token=60), model("three"))
    assert await choice(made) == ["three"]
    assert trio.current_time() == pytest.approx(2 * HEDGE + 0.2)


async def test_one_that_hangs_is_given_up_while_the_next_has_as_long_as_it_takes(autojump_clock):
    shared = breakers()
    made = chain(model("one", first_token=1000), model("two", first_token=20), shared=shared)
    with trio.move_on_after(FIRST_TOKEN + 0.1):
        await choice(made)
    assert shared.listed()[0]["failures"] == 1
    assert await choice(made) == ["two"]


async def test_a_caller_who_cuts_in_leaves_nobody_at_work(autojump_clock):
    shared = breakers()
    made = chain(model("one", first_token=60), model("two", first_token=60), shared=shared)
    with trio.CancelScope() as scope:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(choice, made)
            await trio.sleep(2)
            assert [gate["under_way"] for gate in shared.listed()] == [1, 1]
            scope.cancel()
    assert [(gate["under_way"], gate["failures"]) for gate in shared.listed()] == [(0, 0), (0, 0)]


async def test_the_last_has_as_long_as_the_caller_waits(autojump_clock):
    assert await choice(chain(model("one", fails=DOWN), model("two", first_token=2 * FIRST_TOKEN))) == ["two"]


class Stalls(ScriptedLlm):
    """Says a word, and no more for some time."""

    stalls: float

    async def reply(self, _request, out):
        await out.send(Token("Alors"))
        await trio.sleep(self.stalls)
        await out.send(Done())


async def test_one_that_thinks_after_its_first_word_is_left_to_finish(autojump_clock):
    slow = Stalls()
    slow.stalls = STALL - 0.5
    assert await gather(chain(slow, model("two")).reply, ASKED) == [Token("Alors"), Done()]


async def test_one_that_stalls_after_its_first_word_is_given_up_and_nobody_says_it_again(autojump_clock):
    stuck, second, shared = Stalls(), model("two"), breakers()
    stuck.stalls = math.inf
    with pytest.raises(ProviderTimeout):
        await gather(chain(stuck, second, shared=shared).reply, ASKED)
    assert trio.current_time() == pytest.approx(STALL)
    assert second.asked == []
    assert shared.listed()[0]["failures"] == 1


async def test_a_listener_who_is_behind_is_no_fault_of_the_model(autojump_clock):
    class Busy:
        async def send(self, _event):
            await trio.sleep(3 * STALL)

    await chain(model("one"), model("two")).reply(ASKED, Busy())


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


class Ill(ScriptedLlm):
    """Raises these errors, one for each request, then works."""

    errors: tuple

    async def reply(self, request, out):
        if len(self.asked) < len(self.errors):
            self.fails = self.errors[len(self.asked)]
        else:
            self.fails = None
        await super().reply(request, out)


def ill(*errors):
    made = Ill(understands={"Bonjour": "one"})
    made.errors = errors
    return made


async def test_the_only_model_is_asked_again_after_longer_and_longer(autojump_clock, measured):
    assert await choice(chain(ill(DOWN, DOWN))) == ["one"]
    assert trio.current_time() == pytest.approx(FIRST_PAUSE + 2 * FIRST_PAUSE + 0.2)
    assert measured("voiced_provider_retries_total", kind="llm", provider="one") == 2


async def test_a_repetition_tells_the_breaker_nothing_new(autojump_clock):
    shared = breakers()
    with pytest.raises(ProviderOverloaded):
        await choice(chain(ill(*[DOWN] * 3), shared=shared))
    assert (shared.listed()[0]["failures"], shared.listed()[0]["state"]) == (1, "closed")


@pytest.mark.parametrize("error", [ProviderRefused("key"), ProviderBadInput("long"), ZeroDivisionError()])
async def test_what_another_try_cannot_mend_is_not_tried_again(error, autojump_clock):
    model = ill(error)
    with pytest.raises(type(error)):
        await choice(chain(model))
    assert len(model.asked) == 1


async def test_over_time_one_request_in_ten_is_repeated(autojump_clock):
    requests = repeated = 0
    made = chain(ill(*[ProviderThrottled("slow", retry_after=0.0)] * 10_000))
    model = made.links[0].provider
    for _ in range(200):
        with pytest.raises(ProviderThrottled):
            await choice(made)
        requests += 1
        repeated = len(model.asked) - requests
    assert repeated == pytest.approx(3 + 0.1 * requests, abs=1)


async def test_one_that_asks_for_a_moment_gets_it_and_one_that_asks_for_long_is_not_waited_for(autojump_clock):
    assert await choice(chain(ill(ProviderThrottled("slow", retry_after=1.5)))) == ["one"]
    assert trio.current_time() == pytest.approx(1.5 + 0.2)
    with pytest.raises(ProviderThrottled):
        await choice(chain(ill(ProviderThrottled("slow", retry_after=20.0))))
    assert trio.current_time() == pytest.approx(1.5 + 0.2)


async def test_the_next_answers_for_one_that_wants_to_be_left_alone_and_it_is_left_alone(autojump_clock):
    first = ill(ProviderThrottled("slow", retry_after=10.0))
    made = chain(first, model("two"))
    for _ in range(5):
        assert await choice(made) == ["two"]
    assert len(first.asked) == 1
    await trio.sleep(10)
    assert await choice(made) == ["one"]


async def test_a_request_beyond_the_account_s_limits_waits_for_its_turn(autojump_clock):
    shared = breakers()
    shared.allow({"one": Allowance(per_minute=60, burst=1)})
    made = chain(model("one"), shared=shared)
    for _ in range(3):
        assert await choice(made) == ["one"]
    assert trio.current_time() == pytest.approx(2 + 0.2)
    assert shared.listed()[0]["retries_left"] == 3


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


# --- going on from what was said --------------------------------------------------------------------------------------

ANSWER = "Nous ouvrons à neuf heures, du lundi au samedi."


def talker(*, breaks_after=None, fails=None, prefix=True):
    return ScriptedLlm(answers={"Bonjour": ANSWER}, breaks_after=breaks_after, fails=fails, prefix=prefix)


async def said(made, request=ASKED):
    events = await gather(made.reply, request)
    assert isinstance(events[-1], Done)
    return "".join(event.text for event in events if isinstance(event, Token)).strip()


@pytest.mark.parametrize(("fails", "after"), [(DOWN, 0.0), (ZeroDivisionError(), 0.0), (None, STALL_BESIDE)])
async def test_what_was_begun_is_gone_on_with_by_the_next_that_can(fails, after, autojump_clock):
    first, second = talker(breaks_after=3, fails=fails), talker()
    assert await said(chain(first, second)) == ANSWER
    assert [request.prefix for request in (*first.asked, *second.asked)] == ["", "Nous ouvrons à "]
    assert trio.current_time() == pytest.approx(after + 2 * 0.2)


async def test_the_broken_one_need_not_be_able_itself_and_one_that_is_not_is_passed_over(autojump_clock):
    first, second = talker(breaks_after=3, prefix=False), talker(prefix=False)
    assert await said(chain(first, second, talker())) == ANSWER
    assert second.asked == []


async def test_several_may_break_off_in_one_answer(autojump_clock):
    third = talker()
    assert await said(chain(talker(breaks_after=3), talker(breaks_after=2, fails=DOWN), third)) == ANSWER
    assert third.asked[0].prefix == "Nous ouvrons à neuf heures, "


@pytest.mark.parametrize(
    ("others", "seconds"),
    [
        ([], STALL),
        ([talker(prefix=False)], STALL),
        ([talker(fails=DOWN)], STALL_BESIDE),
        ([talker(breaks_after=2, fails=DOWN)], STALL_BESIDE + 0.2),
    ],
)
async def test_without_anybody_who_can_the_answer_has_failed(others, seconds, autojump_clock):
    with pytest.raises(ProviderTimeout):
        await said(chain(talker(breaks_after=3), *others))
    assert trio.current_time() == pytest.approx(0.2 + seconds)


async def test_who_goes_on_need_not_choose_any_more(autojump_clock):
    second = talker()
    await said(chain(talker(breaks_after=3, fails=DOWN), second), LlmRequest(ASKED.messages, tool_choice="required"))
    assert second.asked[0].tool_choice == "auto"


class Acts(ScriptedLlm):
    """Says a word, calls a tool, and breaks off."""

    async def reply(self, _request, out):
        await out.send(Token("Alors"))
        await out.send(ToolCall("c1", "salut"))
        raise DOWN


async def test_after_a_tool_was_called_nobody_goes_on(autojump_clock):
    second = talker()
    with pytest.raises(ProviderOverloaded):
        await said(chain(Acts(), second))
    assert second.asked == []
