"""A stream that ends unnoticed by the carrier: the carrier is told over its API what follows, in virtual time."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import trio
from test_switchboard import house, live

from voiced.call.direct import direct
from voiced.call.strays import PATIENCE, Strays
from voiced.dialog.talk import Dismissed, Redirected
from voiced.errors import ProviderBadInput, ProviderOverloaded, ProviderRefused
from voiced.observe.metrics import REGISTRY
from voiced.plugin import Admission, Dial, HangUp
from voiced.resilience import Breakers
from voiced.resilience.carrier import TELL
from voiced.testing.stage import PROVIDER

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
        await trio.sleep(PATIENCE + 2)
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
        ([ProviderOverloaded("503")], 2, None),
        ([ProviderOverloaded("503"), TELL * 2], 3, None),
        ([ProviderOverloaded("503")] * 3, 3, "failed"),
        ([ProviderRefused("401")], 1, "failed"),
        ([ZeroDivisionError()], 1, "failed"),
        ([ProviderBadInput("404")], 1, "completed"),
    ],
)
async def test_an_api_that_fails_is_asked_again_but_not_for_ever(autojump_clock, troubles, tries, outcome):
    counted = {None: "told", "completed": "over", "failed": "failed"}[outcome]
    before = strayed(counted)
    async with watched(*troubles) as (here, api):
        phone = here.stream(here.offer())
        await live(phone, 2)
        phone.ear.closed("silent")
        await trio.sleep(PATIENCE + 30)
        assert len(api.told) == tries
        assert (here.rows[0].outcome if here.call().over_at else None) == outcome
        assert strayed(counted) == before + 1
