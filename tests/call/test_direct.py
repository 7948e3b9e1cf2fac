"""A person's hand on a call: what the caller hears of it, what is told, what is kept."""

import pytest
import trio
from small_flows import CONSENT, flow_of
from test_switchboard import house, live

from voiced.call.direct import direct
from voiced.call.respond import PENDING
from voiced.dialog.talk import Decided, Dismissed, Muted, Prompted, Redirected
from voiced.errors import Declined
from voiced.plugin import Dial, HangUp
from voiced.testing.stage import PROVIDER

QUESTION = "Que voulez-vous savoir ?"
COLLEAGUE = "Un collègue arrive."


async def picked_up(here, seconds=3.0):
    """A call whose caller has heard the question."""
    phone = here.stream(here.offer())
    await live(phone, seconds)
    return here.call(), phone


def said(here):
    return [(event["by"], event["text"]) for event in here.feed.of("agent.said")]


async def test_the_caller_hears_a_person_in_the_agents_voice(autojump_clock):
    async with house() as here:
        call, phone = await picked_up(here)
        direct(call, Prompted(COLLEAGUE), "claire")
        await live(phone, 3)
        assert said(here) == [("agent", QUESTION), ("operator", COLLEAGUE)]
        [told] = here.feed.of("operator.say")
        assert (told["actor"], told["text"], told["interrupt"]) == ("claire", COLLEAGUE, False)
        assert [line.text for line in call.engine.state.lines] == [QUESTION, COLLEAGUE]


async def test_a_person_who_interrupts_is_heard_at_once_and_history_keeps_what_was_heard_before(autojump_clock):
    async with house() as here:
        call, phone = await picked_up(here, 1.0)
        direct(call, Prompted(COLLEAGUE, interrupt=True), "claire")
        await live(phone, 3)
        (by, cut), operator = said(here)
        assert by == "agent"
        assert QUESTION.startswith(cut)
        assert cut != QUESTION
        assert operator == ("operator", COLLEAGUE)
        assert [line.text for line in call.engine.state.lines] == [cut, COLLEAGUE]


async def test_a_muted_agent_does_not_ask_whether_the_caller_is_there_until_it_has_the_word_again(autojump_clock):
    async with house() as here:
        call, phone = await picked_up(here)
        direct(call, Muted(on=True), "claire")
        await live(phone, 20)
        assert said(here) == [("agent", QUESTION)]
        direct(call, Muted(on=False), "claire")
        await live(phone, 3)
        assert said(here) == [("agent", QUESTION)] * 2
        assert [event["on"] for event in here.feed.of("operator.mute")] == [True, False]


async def test_a_person_sends_the_caller_on_and_the_flow_takes_over_when_nobody_answers(autojump_clock):
    async with house() as here:
        call, phone = await picked_up(here)
        direct(call, Redirected("+33123456789"), "claire")
        await live(phone, 5)
        assert here.after() == Dial("+33123456789", "+33912345678", 20)
        assert said(here)[-1] == ("agent", "Je vous passe quelqu'un.")
        with pytest.raises(Declined, match="no line now"):
            direct(call, Prompted("Allô ?"), "claire")
        await live(here.stream(here.board.dialled(PROVIDER, "CA1", "busy")), 3)
        assert said(here)[-1] == ("agent", QUESTION)


async def test_a_person_ends_the_call(autojump_clock):
    async with house() as here:
        call, phone = await picked_up(here)
        direct(call, Dismissed("Nous fermons."), "claire")
        await live(phone, 5)
        await trio.sleep(0.1)
        assert said(here)[-1] == ("operator", "Nous fermons.")
        assert here.after() == HangUp()
        assert here.rows[0].ended_by == "agent"


async def test_what_a_person_did_is_kept_with_who_did_it(autojump_clock):
    async with house(flow=flow_of(CONSENT)) as here:
        call, _ = await picked_up(here)
        direct(call, Redirected("+33123456789"), "claire")
        [early] = here.ledger.actions
        assert (early.name, early.arguments) == ("operator.transfer", None)
        assert early.outcome == {"actor": "claire", "number": "…89"}


async def test_with_consent_a_persons_words_are_in_the_transcript_as_theirs(autojump_clock):
    async with house() as here:
        call, phone = await picked_up(here)
        call.journal.decided(Decided("granted", "Peut-on ?", "00", "voice", "oui", 1.0, "essai", "v1"))
        direct(call, Prompted(COLLEAGUE), "claire")
        await live(phone, 3)
        assert [(row.role, row.text) for row in here.ledger.messages][-1] == ("operator", COLLEAGUE)
        [action] = here.ledger.actions
        assert (action.arguments, action.ok) == ({"text": COLLEAGUE, "interrupt": False}, True)


async def test_what_cannot_be_done_now_is_said(autojump_clock):
    async with house() as here:
        here.offer()
        with pytest.raises(Declined, match="the call has no line now") as before:
            direct(here.call(), Prompted(COLLEAGUE), "claire")
        assert before.value.status == 409
        phone = here.stream(here.offer())
        await live(phone, 3)
        direct(here.call(), Dismissed("Nous fermons."), "claire")
        await live(phone, 0.1)
        with pytest.raises(Declined, match="the caller is on the way out"):
            direct(here.call(), Muted(on=True), "claire")


async def test_who_tells_a_call_too_much_at_once_is_stopped_before_the_call_suffers(autojump_clock):
    async with house() as here:
        call, phone = await picked_up(here)
        for _ in range(PENDING // 2):
            direct(call, Muted(on=False), "claire")
        with pytest.raises(Declined, match="too far behind"):
            direct(call, Muted(on=False), "claire")
        await live(phone, 1)
        direct(call, Muted(on=False), "claire")
