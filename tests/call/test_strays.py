"""A stream that ends unnoticed by the carrier: the carrier is told over its API what follows, in virtual time."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import trio
from test_switchboard import house, live

from voiced.call.direct import direct
from voiced.call.strays import GIVE_UP, LOOK, LOST, PATIENCE, SETTLED, Strays
from voiced.dialog.talk import Dismissed, Redirected
from voiced.errors import ProviderBadInput, ProviderOverloaded, ProviderRefused
from voiced.observe.metrics import REGISTRY
from voiced.plugin import Admission, Dial, HangUp
from voiced.resilience import Breakers
from voiced.resilience.carrier import TELL, TELL_IN_A_HURRY
from voiced.testing.stage import PROVIDER

DOWN = ProviderOverloaded("503")
PERSON = "+33199000001"
HOOKS = f"https://agent.example.org/voice/{PROVIDER}/"


@dataclass
class Api:
    """A carrier with an API, which raises what it was given first, and sleeps when it was given seconds."""

    troubles: list = field(default_factory=list)
    told: list = field(default_factory=list)

    @property
    def control(self):
        return self

    async def redirect(self, call, follows, hooks):
        self.told.append((call, follows, hooks))
        if self.troubles:
            trouble = self.troubles.pop(0)
            if isinstance(trouble, Exception):
                raise trouble
            await trio.sleep(trouble)


def strayed(outcome):
    """How many calls of our carrier were counted so."""
    labels = {"carrier": PROVIDER, "outcome": outcome}
    return REGISTRY.get_sample_value("voiced_calls_strayed_total", labels) or 0


@asynccontextmanager
async def watched(*troubles):
    async with house() as here, trio.open_nursery() as nursery:
        api = Api(list(troubles))
        nursery.start_soon(Strays(here.board, {PROVIDER: api}, "https://agent.example.org", Breakers()).run)
        yield here, api
        nursery.cancel_scope.cancel()


async def test_a_stream_that_died_is_followed_by_another(autojump_clock):
    async with watched() as (here, api):
        phone = here.stream(here.offer())
        await live(phone, 2)
        phone.ear.closed("silent")
        await trio.sleep(LOST + LOOK + 0.1)
        [(call, follows, hooks)] = api.told
        assert (call, type(follows), hooks) == ("CA1", Admission, HOOKS)
        again = here.stream(follows)
        await live(again, 10)
        assert len(api.told) == 1
        assert [call.call_id for call in here.board.active] == [follows.call_id]


async def test_what_the_carrier_asks_for_it_is_not_told_again(autojump_clock):
    async with watched() as (here, api):
        phone = here.stream(here.offer())
        await live(phone, 2)
        phone.ear.closed("silent")
        here.after()
        await trio.sleep(PATIENCE * 2)
        assert api.told == []


async def test_a_carrier_that_asks_before_the_end_is_noticed_is_not_told_either(autojump_clock):
    async with watched() as (here, api):
        await live(here.stream(here.offer()), 2)
        here.after()
        await trio.sleep(PATIENCE * 2)
        assert api.told == []


async def test_a_call_that_we_ended_is_hung_up(autojump_clock):
    async with watched() as (here, api):
        phone = here.stream(here.offer())
        await live(phone, 3)
        direct(here.call(), Dismissed(""), "claire")
        await live(phone, 10)
        await trio.sleep(PATIENCE * 2)
        assert api.told == [("CA1", HangUp(), HOOKS)]
        assert here.call().parted


async def test_a_transfer_happens_though_the_carrier_never_asks_for_it(autojump_clock):
    async with watched() as (here, api):
        phone = here.stream(here.offer())
        await live(phone, 3)
        direct(here.call(), Redirected(PERSON), "claire")
        await live(phone, 10)
        await trio.sleep(PATIENCE + 2)
        [(_, follows, _)] = api.told
        assert isinstance(follows, Dial)
        assert follows.number == PERSON
        assert here.board.active, "the caller talks to the person"


@pytest.mark.parametrize(
    ("troubles", "tries", "outcome"),
    [
        ([DOWN], 2, None),
        ([TELL_IN_A_HURRY * 2], 2, None),
        ([DOWN, TELL_IN_A_HURRY * 2, DOWN], 4, None),
        ([DOWN, DOWN, TELL * 2], 4, None),
        ([ProviderRefused("401")], 1, "failed"),
        ([ZeroDivisionError()], 1, "failed"),
        ([ProviderBadInput("404")], 1, "completed"),
    ],
)
async def test_an_api_that_fails_is_asked_again_where_that_may_help(autojump_clock, troubles, tries, outcome):
    counted = {None: "told", "completed": "over", "failed": "failed"}[outcome]
    before = strayed(counted)
    async with watched(*troubles) as (here, api):
        phone = here.stream(here.offer())
        await live(phone, 2)
        phone.ear.closed("silent")
        await trio.sleep(20)
        assert len(api.told) == tries
        assert (here.rows[0].outcome if here.call().over_at else None) == outcome
        assert strayed(counted) == before + 1


@pytest.mark.parametrize("trouble", [DOWN, 60.0])
async def test_a_caller_hears_something_soon_though_the_api_fails_once(autojump_clock, trouble):
    async with watched(trouble) as (here, api):
        phone = here.stream(here.offer())
        await live(phone, 2)
        phone.ear.closed("silent")
        await trio.sleep(2.0)
        assert len(api.told) == 2


async def test_an_api_that_stays_down_is_asked_for_half_a_minute(autojump_clock):
    async with watched(*[DOWN] * 100) as (here, api):
        phone = here.stream(here.offer())
        await live(phone, 2)
        phone.ear.closed("silent")
        await trio.sleep(GIVE_UP - 2)
        assert here.board.active
        await trio.sleep(4)
        assert not here.board.active
        assert len(api.told) < 12, "an open breaker keeps it from being asked all the time"


@pytest.mark.parametrize("first", ["asked", "told"])
async def test_a_carrier_that_asks_while_it_is_told_leads_to_the_same_call_whichever_it_does(autojump_clock, first):
    async with watched(0.6) as (here, api):  # it takes a while to be told
        phone = here.stream(here.offer())
        await live(phone, 2)
        phone.ear.closed("lost")
        await trio.sleep(1.0)
        [(_, told, _)] = api.told
        asked = here.after()
        assert asked.call_id == told.call_id
        assert asked.media_url != told.media_url
        if first == "asked":  # and is then redirected: the stream that it opened stops as if the caller had hung up
            stopped = here.stream(asked)
            await live(stopped, 0.3)
            stopped.tell("stop")
            await trio.sleep(0.2)
        again = here.stream(told)
        await live(again, 10)
        assert here.board.active
        assert here.feed.of("call.ended") == []


async def test_a_redirection_that_was_obeyed_though_its_answer_was_late_is_not_told_again(autojump_clock):
    async with watched(60.0) as (here, api):
        phone = here.stream(here.offer())
        await live(phone, 2)
        phone.ear.closed("lost")
        await trio.sleep(LOST + LOOK + 0.1)
        [(_, told, _)] = api.told
        again = here.stream(told)
        await live(again, 10)
        assert len(api.told) == 1
        assert here.board.active


async def test_who_hangs_up_after_a_redirection_has_hung_up(autojump_clock):
    async with watched() as (here, api):
        phone = here.stream(here.offer())
        await live(phone, 2)
        phone.ear.closed("lost")
        await trio.sleep(LOST + LOOK + 0.1)
        asked = here.after()
        again = here.stream(asked)
        await live(again, SETTLED + 1)
        again.tell("stop")
        await trio.sleep(1)
        assert [row.ended_by for row in here.rows] == ["caller"]
        assert len(api.told) == 1


async def test_a_caller_who_hangs_up_while_the_api_is_down_is_asked_about_no_more(autojump_clock):
    async with watched(*[DOWN] * 100) as (here, api):
        phone = here.stream(here.offer())
        await live(phone, 2)
        phone.ear.closed("lost")
        await trio.sleep(2)
        asked = len(api.told)
        here.over()
        await trio.sleep(GIVE_UP)
        assert len(api.told) == asked > 0
        assert [row.outcome for row in here.rows] == ["completed"]


async def test_a_second_stream_that_is_lost_soon_after_the_first_is_replaced_too(autojump_clock):
    async with watched(0, 3 * SETTLED) as (here, api):
        phone = here.stream(here.offer())
        await live(phone, 2)
        phone.ear.closed("lost")
        await trio.sleep(LOST + LOOK + 0.1)
        again = here.stream(api.told[0][1])
        await live(again, SETTLED - 1.5)
        again.ear.closed("lost")
        await trio.sleep(LOST + LOOK + 0.2)
        told = api.told[1][1]
        here.after()  # the carrier asks as well; then what it was told first is settled
        await trio.sleep(1.5)
        await live(here.stream(told), 5)
        assert here.board.active
