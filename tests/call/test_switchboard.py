"""The switchboard: who is let in, what tokens open, and what follows when a stream ends."""

import gc
import math
from contextlib import asynccontextmanager

import pytest
import trio
from small_flows import act, flow_of

from voiced.call.line import Ticket
from voiced.call.session import Session
from voiced.call.switchboard import APOLOGY, MOST_RESUMES, REMEMBER, Switchboard
from voiced.call.tokens import LIFE
from voiced.dialog.phrase import RECONNECTED
from voiced.dialog.talk import Connect
from voiced.errors import CallRefused
from voiced.plugin import Admission, CallOffer, Dial, HangUp
from voiced.testing.fakes import PlainLeg, ScriptedTts
from voiced.testing.stage import PROVIDER, Cast, Happenings, Ledger, Phone, StagePlan, fresh_book

EPOCH = 1_795_510_800.0


class House:
    """A switchboard in virtual time, and its carrier's webhooks."""

    def __init__(self, nursery, flow=None, capacity=10, longest=math.inf):
        self.ledger, self.feed = Ledger(), Happenings()
        self.plan = StagePlan(flow or flow_of(), Cast(), fresh_book(ScriptedTts()), capacity, longest=longest)
        self.board = Switchboard(self.plan, self.ledger, self.feed, self.now, nursery)

    def now(self):
        return EPOCH + trio.current_time()

    def offer(self, number=1):
        return self.board.offer(CallOffer(PROVIDER, f"CA{number}", "+33612345678", "+33912345678"))

    def redeem(self, admission, provider=PROVIDER):
        return self.board.redeem(provider, admission.media_url.rpartition("/")[2])

    def stream(self, admission, number=1):
        """Open the stream of an admission; return the phone at its end."""
        phone = Phone()
        phone.open(self.board.connect(self.redeem(admission), PlainLeg(), phone), f"CA{number}", "m1")
        return phone

    def after(self, number=1):
        return self.board.after_stream(CallOffer(PROVIDER, f"CA{number}", "+33612345678", "+33912345678"))

    def over(self, number=1, status="completed"):
        self.board.over(PROVIDER, f"CA{number}", status)

    def call(self, number=1):
        return next(call for call in self.board._calls.values() if call.offer.carrier_call_id == f"CA{number}")

    @property
    def rows(self):
        return list(self.ledger.calls.values())


async def live(phone, seconds):
    """Let a call go on."""
    start = trio.current_time()
    while trio.current_time() < start + seconds and not phone.closed:
        phone.frame(trio.current_time())
        await trio.sleep(0.02)


@asynccontextmanager
async def house(**more):
    async with trio.open_nursery() as nursery:
        yield House(nursery, **more)
        nursery.cancel_scope.cancel()


async def test_a_call_is_let_in(autojump_clock):
    async with house() as here:
        admission = here.offer()
        ticket: Ticket = here.redeem(admission)
        assert ticket.call_id == admission.call_id
        assert here.board.counts == {"admitted": 1, "refused": 0, "faults": 0}


async def test_a_webhook_that_is_repeated_gets_the_same_answer(autojump_clock):
    async with house() as here:
        assert here.offer() == here.offer()
        assert here.board.counts["admitted"] == 1


async def test_two_calls_are_two(autojump_clock):
    async with house() as here:
        assert here.offer(1).call_id != here.offer(2).call_id


async def test_no_call_lasts_longer_than_the_configuration_allows(autojump_clock):
    lengths = []
    for longest in (5, math.inf):
        async with house(longest=longest) as here:
            phone = here.stream(here.offer())
            await live(phone, 60)
            assert phone.closed
            lengths += [row.ended_at - row.answered_at for row in here.rows]
    assert 5 <= lengths[0] < 10 < lengths[1]


async def test_no_more_calls_than_fit(autojump_clock):
    async with house(capacity=2) as here:
        here.offer(1)
        here.offer(2)
        assert list(here.board.not_ready()) == ["full"]
        with pytest.raises(CallRefused, match="full"):
            here.offer(3)
        assert here.offer(2)  # who is in stays in
        here.over(1)
        assert here.offer(3)
        assert here.board.counts["refused"] == 1


async def test_no_call_without_a_flow(autojump_clock):
    async with house() as here:
        here.plan.answers = None
        with pytest.raises(CallRefused, match="no flow"):
            here.offer()


async def test_draining_lets_nobody_in_and_waits_for_the_last(autojump_clock):
    async with house() as here:
        phone = here.stream(here.offer())
        async with trio.open_nursery() as nursery:
            nursery.start_soon(here.board.drain)
            await live(phone, 3)
            with pytest.raises(CallRefused, match="draining"):
                here.offer(2)
            assert here.board.active
            here.over()
        assert here.board.active == []


async def test_draining_does_not_wait_for_a_stream_that_never_came(autojump_clock):
    async with house() as here:
        here.offer()
        with trio.fail_after(LIFE * 2):
            await here.board.drain()


async def test_a_token_opens_its_call_once_at_its_own_carrier(autojump_clock):
    async with house() as here:
        admission = here.offer()
        assert here.board.redeem(PROVIDER, "c1.99999999999.x.forged") is None
        assert here.redeem(admission)
        assert here.redeem(admission) is None
        other = here.offer(2)
        assert here.redeem(other, provider="another") is None


async def test_a_token_that_is_late_opens_nothing(autojump_clock):
    async with house() as here:
        admission = here.offer()
        await trio.sleep(LIFE + 1)
        assert here.redeem(admission) is None


async def test_a_stream_that_never_comes_is_given_up(autojump_clock):
    async with house(capacity=1) as here:
        here.offer(1)
        await trio.sleep(LIFE * 1.5 + 1)
        assert here.offer(2)
        (row,) = [row for row in here.rows if row.carrier_call_id == "CA1" and row.ended_at]
        assert (row.ended_by, row.outcome) == ("caller", "abandoned")


LONG_SPEECH = f"""
flow: essai
title: Un long discours
start: discours
steps:
  discours: {{ say: "{"Ceci doit être entendu. " * 40}", interruptible: false, next: encore }}
  encore: {{ say: "{"Et cela aussi, jusqu'au bout. " * 30}", interruptible: false, next: fin }}
  fin: {{ hangup: Au revoir. }}
"""


async def test_a_call_that_is_alive_is_not_given_up(autojump_clock):
    async with house(flow=flow_of(LONG_SPEECH)) as here:
        phone = here.stream(here.offer())
        await live(phone, LIFE * 1.5 + 5)
        here.offer(2)
        assert here.call(1) in here.board.active
        assert not phone.closed


async def test_a_line_that_drops_is_taken_up_three_times(autojump_clock):
    async with house() as here:
        admission = here.offer()
        for _ in range(MOST_RESUMES):
            phone = here.stream(admission)
            await live(phone, 1)
            phone.close()
            phone.ear.closed("gone")
            admission = here.after()
            assert isinstance(admission, Admission)
        phone = here.stream(admission)
        await live(phone, 1)
        phone.ear.closed("gone")
        assert here.after() == HangUp(APOLOGY)


async def test_while_draining_a_line_that_drops_is_not_taken_up(autojump_clock):
    async with house() as here:
        phone = here.stream(here.offer())
        await live(phone, 1)
        here.board.draining = True
        phone.ear.closed("gone")
        assert here.after() == HangUp(APOLOGY)


async def test_the_old_token_opens_nothing_once_there_is_a_new_one(autojump_clock):
    async with house() as here:
        first = here.offer()
        phone = here.stream(first)
        await live(phone, 1)
        phone.ear.closed("gone")
        second = here.after()
        assert here.redeem(first) is None
        assert here.redeem(second)


async def test_a_stream_that_nobody_opened_is_answered_with_an_apology(autojump_clock):
    async with house() as here:
        here.offer()
        assert here.after() == HangUp(APOLOGY)


async def test_a_call_whose_worker_died_is_taken_anew(autojump_clock):
    async with house() as here:
        admission = here.after()
        phone = here.stream(admission)
        await live(phone, 4)
        assert here.feed.of("agent.said")[0]["text"] == RECONNECTED
        assert here.board.knows(PROVIDER, "CA1")
        assert here.call().engine.state.step


async def test_a_call_whose_worker_died_is_apologised_to_when_it_cannot_be_taken(autojump_clock):
    async with house(capacity=1) as here:
        here.offer(1)
        assert here.after(2) == HangUp(APOLOGY)
        here.over(1)
        here.board.despair(PROVIDER, "CA3")
        assert here.after(3) == HangUp(APOLOGY)
        assert isinstance(here.after(2), Admission)


async def transfer(here):
    """Bring a call to where it is to be transferred."""
    phone = here.stream(here.offer())
    await live(phone, 4)
    here.call().session._close(_connect())
    await live(phone, 1)
    return phone


def _connect():
    return Connect("+33199000001", 20)


async def test_a_transfer_dials_with_our_own_number(autojump_clock):
    async with house() as here:
        await transfer(here)
        assert here.after() == Dial("+33199000001", "+33912345678", 20)


async def test_a_person_who_answers_ends_our_part(autojump_clock):
    async with house() as here:
        await transfer(here)
        assert here.board.dialled(PROVIDER, "CA1", "answered") == HangUp()
        here.over(status="completed")
        assert [(row.ended_by, row.outcome) for row in here.rows] == [("transfer", "transferred")]


async def test_a_transfer_that_fails_goes_on_with_a_new_stream(autojump_clock):
    async with house() as here:
        await transfer(here)
        assert isinstance(here.board.dialled(PROVIDER, "CA1", "busy"), Admission)
        assert here.feed.of("transfer.failed")[0]["result"] == "busy"
        assert here.board.active


async def test_dialling_for_a_call_that_nobody_knows_ends_it(autojump_clock):
    async with house() as here:
        assert here.board.dialled(PROVIDER, "CA9", "busy") == HangUp()


async def test_a_long_transfer_is_not_given_up(autojump_clock):
    async with house() as here:
        await transfer(here)
        await trio.sleep(1800)
        here.offer(2)
        assert here.call() in here.board.active


async def test_the_end_is_told_once(autojump_clock):
    async with house() as here:
        phone = here.stream(here.offer())
        await live(phone, 1)
        here.over()
        here.over()
        await trio.sleep(1)
        assert len(here.feed.of("call.ended")) == 1
        here.over(7)  # a call that is not ours


async def test_who_ended_the_call_is_told_truly_however_quick_the_carrier_is(autojump_clock):
    async with house() as here:
        phone = here.stream(here.offer())
        await live(phone, 1)
        here.call().session._close(None)  # the agent hangs up, and the carrier tells before any task has run
        here.over()
        await trio.sleep(1)
        assert [row.ended_by for row in here.rows] == ["agent"]


async def test_an_ended_call_is_remembered_for_late_webhooks_and_then_forgotten(autojump_clock):
    async with house() as here:
        phone = here.stream(here.offer(1))
        await live(phone, 1)
        here.over(1)
        assert here.call(1)
        await trio.sleep(REMEMBER + 1)
        here.offer(2)
        assert [call.offer.carrier_call_id for call in here.board._calls.values()] == ["CA2"]


async def test_rows_hold_no_number_of_the_caller(autojump_clock):
    async with house() as here:
        here.stream(here.offer())
        await trio.sleep(1)
        here.over()
        assert "612345678" not in str(here.rows)


def test_after_many_calls_nothing_is_left():
    asked, hours = {"agent": "Que voulez-vous savoir"}, {"caller": "Quels sont vos horaires d'ouverture ?"}
    endings = [
        [{"hangup": True}],
        [{"drop": True}, {"silence": 1}],
        [{"caller": "Au revoir."}, {"ends": "agent"}],
        [hours, {"agent": "Nous ouvrons"}, {"hangup": True}],
        [{"fails": "stt"}, {"silence": 3}],
        [hours],
    ]
    act([asked])
    gc.collect()
    before = sum(isinstance(thing, Session) for thing in gc.get_objects())
    for ending in endings * 3:
        performance = act([asked, *ending])
        assert [failure for failure in performance.failures if "left" in failure] == []
    del performance
    gc.collect()
    assert sum(isinstance(thing, Session) for thing in gc.get_objects()) <= before


async def test_a_call_s_tasks_and_channels_end_with_it(autojump_clock):
    async with house() as here:
        await trio.sleep(1)
        before = trio.lowlevel.current_statistics().tasks_living
        phones = [here.stream(here.offer(number), number) for number in range(5)]
        for phone in phones:
            await live(phone, 1)
        assert trio.lowlevel.current_statistics().tasks_living > before
        channels = [here.call(number).session._audio_out for number in range(5)]
        for number in range(5):
            here.over(number)
        await trio.sleep(1)
        assert trio.lowlevel.current_statistics().tasks_living == before
        assert [channel.statistics().open_send_channels for channel in channels] == [0] * 5
