"""Mistral thinks in calls: words as they come, tools, beginnings, what barge-ins leave, and what goes wrong."""

from functools import partial

import pytest
import trio

from voiced.errors import (
    ProviderBadInput,
    ProviderOverloaded,
    ProviderProtocol,
    ProviderRefused,
    ProviderThrottled,
    Unavailable,
)
from voiced.plugin import Done, Message, ToolCall, ToolSpec
from voiced.testing.mistral import Call, Faults, House, Manner, Mistral, Reply
from voiced_mistral import make
from voiced_mistral.options import MistralOptions

SLOTS = ToolSpec(
    "chercher créneaux",
    "Cherche un rendez-vous.",
    {"type": "object", "properties": {"jour": {"type": "string", "x-collect": "date"}}},
    ("je voudrais un rendez-vous",),
)
NOTE = ToolSpec("noter", "Note un message.")
SURE = Reply("Bien sûr, je regarde tout de suite.")


async def test_an_answer_comes_word_by_word_and_tells_what_it_cost(wired):
    emulator = Mistral([SURE])
    async with wired(emulator) as brain:
        told = await brain.ask(Message("system", "Sois brève."), Message("user", "Mardi ?"), max_tokens=80)
    assert told.text == SURE.text
    assert len(told.events) > 5
    assert isinstance(told.events[-1], Done)
    assert told.events[-1].prompt_tokens > 0
    assert told.events[-1].answer_tokens == len(SURE.tokens)
    [exchange] = emulator.journal
    assert exchange.request.raw["max_tokens"] == 80
    assert exchange.request.raw["reasoning_effort"] == "none"


async def test_a_tool_is_chosen_by_the_caller_s_words_and_its_result_is_spoken_of(wired):
    async with wired(Mistral()) as brain:
        told = await brain.ask(tools=(NOTE, SLOTS))
        [call] = told.calls
        assert call.name == "chercher créneaux"
        assert call.arguments == {"jour": "Je voudrais un rendez-vous mardi"}
        said = Message("tool", '{"ok": true, "say": "Il reste neuf heures."}', (), call.id)
        history = (Message("user", "Je voudrais un rendez-vous"), Message("assistant", "", (call,)), said)
        assert (await brain.ask(*history, tools=(NOTE, SLOTS))).text == "Il reste neuf heures."


async def test_words_and_several_calls_in_one_answer(wired):
    both = Reply("Un instant.", (Call("noter", {"nom": "Durand"}), Call("noter", {"nom": "Élan"})))
    async with wired(Mistral([both])) as brain:
        told = await brain.ask(tools=(NOTE,))
    assert told.text == "Un instant."
    assert [call.arguments["nom"] for call in told.calls] == ["Durand", "Élan"]
    assert len({call.id for call in told.calls}) == 2


async def test_one_must_be_chosen_or_none_may_be(wired):
    async with wired(Mistral([Reply("Euh."), Reply(calls=(Call("noter"),)), SURE]), parallel_calls=False) as brain:
        assert [call.name for call in (await brain.ask(tools=(NOTE,), tool_choice="required")).calls] == ["noter"]
        assert (await brain.ask(tools=(NOTE,), tool_choice="none")).calls == []
        assert (await brain.ask()).text == SURE.text


@pytest.mark.parametrize("echo", [True, False])
async def test_an_answer_goes_on_from_its_beginning(wired, echo):
    emulator = Mistral([Reply(" à neuf heures.")], manner=Manner(echo=echo))
    async with wired(emulator) as brain:
        assert brain.llm.capabilities.prefix
        told = await brain.ask(prefix="Le cabinet ouvre")
    assert told.text == " à neuf heures."
    assert emulator.journal[0].request.prefix == "Le cabinet ouvre"


async def test_no_history_that_a_barge_in_leaves_is_refused(wired):
    call = ToolCall("call_0123456789", "chercher créneaux", {"jour": "mardi"})
    result = Message("tool", "{}", (), call.id)
    caller, asked, said = Message("user", "Attendez !"), Message("assistant", "", (call,)), Message("assistant", "")
    histories = [
        (caller, asked, caller), (caller, asked, result, caller), (result, caller), (caller, said, caller),
        (Message("assistant", "Bonjour"),), (caller, asked, said, result), (caller, asked, asked, result, result),
    ]  # fmt: skip
    emulator = Mistral()
    async with wired(emulator) as brain:
        for history in histories:
            await brain.ask(*history, tools=(SLOTS,))
    assert [exchange.status for exchange in emulator.journal] == [200] * len(histories)


@pytest.mark.fault(
    "mistral", "429 with Retry-After", "429 without Retry-After", "5xx", "cut in mid-stream", "malformed message"
)
@pytest.mark.parametrize(
    ("faults", "error"),
    [
        (Faults(status=429, retry_after=2), ProviderThrottled),
        (Faults(status=429, capacity=True), ProviderThrottled),
        (Faults(status=503), ProviderOverloaded),
        (Faults(status=502, html=True), ProviderOverloaded),
        (Faults(then="reset", after=2), ProviderOverloaded),
        (Faults(then="close", after=2), ProviderOverloaded),
        (Faults(then="error", after=2), ProviderOverloaded),
        (Faults(then="event", after=2), ProviderOverloaded),
        (Faults(then="malformed", after=2), ProviderProtocol),
    ],
    ids=lambda case: getattr(case, "then", "") or getattr(case, "status", None),
)
async def test_what_goes_wrong_is_told_and_the_next_answer_comes(wired, told, faults, error):
    emulator = Mistral([SURE, SURE], faults=faults)
    async with wired(emulator) as brain:
        with pytest.raises(error) as raised:
            await brain.ask(told=told)
        assert raised.value.provider == "mistral"
        assert getattr(raised.value, "retry_after", None) == faults.retry_after
        assert not isinstance(told.events[-1] if told.events else None, Done)
        emulator.faults = Faults()
        assert (await brain.ask()).text == SURE.text


@pytest.mark.fault("mistral", "401")
@pytest.mark.parametrize(
    ("options", "error", "code"),
    [({"api_key": "wrong"}, ProviderRefused, "401"), ({"model": "mistral-grand"}, ProviderBadInput, "1500")],
)
async def test_what_an_operator_must_mend_is_not_tried_again(wired, options, error, code):
    async with wired(Mistral(), **options) as brain:
        with pytest.raises(error, match=code) as raised:
            await brain.ask()
    assert not raised.value.retryable


async def test_arguments_that_are_no_json_are_not_guessed(wired):
    async with wired(Mistral([Reply(calls=(Call("noter", '{"nom": "Dur'),))])) as brain:
        with pytest.raises(ProviderProtocol, match="arguments"):
            await brain.ask(tools=(NOTE,))


async def test_who_leaves_in_the_middle_stops_the_model(wired, told):
    emulator = Mistral([SURE], faults=Faults(then="stall", after=3))
    async with wired(emulator) as brain:
        async with trio.open_nursery() as call:
            call.start_soon(partial(brain.ask, told=told))
            await told.first.wait()
            call.cancel_scope.cancel()
        [exchange] = emulator.journal
        with trio.fail_after(5):
            await exchange.over.wait()
    assert exchange.end == "left"


async def test_turns_share_a_warm_connection(wired):
    emulator = Mistral([SURE, Reply(calls=(Call("noter"),)), SURE])
    async with wired(emulator) as brain:
        for _ in range(3):
            await brain.ask(tools=(NOTE,))
    assert len({id(exchange.line) for exchange in emulator.journal}) == 1


@pytest.mark.fault("mistral", "idle time-out")
async def test_a_connection_that_the_other_side_closed_between_two_turns_costs_nothing(wired):
    emulator = Mistral([SURE, SURE])
    async with wired(emulator) as brain:
        await brain.ask()
        await emulator.hang_up()
        assert (await brain.ask()).text == SURE.text


async def test_being_prepared_finds_a_wrong_key_and_an_unknown_model(wired, host):
    async with wired(Mistral(house=House(models=("a", "b"))), model="c") as brain:
        for _ in range(2):
            await brain.llm.prepare(())
    assert [memo.event for memo in host.log.memos] == ["model_not_listed"]
    async with wired(Mistral(), api_key="wrong") as brain:
        with pytest.raises(ProviderRefused):
            await brain.llm.prepare(())


async def test_without_a_key_the_provider_is_unavailable_and_says_how_to_get_on(host):
    with pytest.raises(Unavailable, match="MISTRAL_API_KEY"):
        make(MistralOptions(), host)
