"""The carrier's API: asked again where that changes nothing, left alone while it is down or wants to be."""

import pytest
import trio

from voiced.errors import ProviderBadInput, ProviderOverloaded, ProviderRefused, ProviderThrottled, ProviderTimeout
from voiced.plugin import HangUp, OutboundCall
from voiced.resilience import Allowance, Breakers, Carrier
from voiced.resilience.carrier import IN_A_HURRY, IN_SILENCE, PLACE, RECORDS, TELL, TELL_IN_A_HURRY
from voiced.resilience.retry import SLOW_DOWN, TRIES

DOWN = ProviderOverloaded("503")
ORDER = OutboundCall("+33199000001", "+33199000002", "https://agent.example.org/voice/acme/")
ASKS = {
    "hang_up": lambda carrier: carrier.hang_up("CA1"),
    "redirect": lambda carrier: carrier.redirect("CA1", HangUp(), ORDER.hooks),
    "recordings": lambda carrier: carrier.recordings("CA1"),
    "delete_recording": lambda carrier: carrier.delete_recording("RE1"),
    "place": lambda carrier: carrier.place(ORDER),
}
REPEATED = [name for name in ASKS if name != "place"]
GATES = {"delete_recording": "erase"}


class Api:
    """Implements `CallControl`: raises what it was given, sleeps when it was given seconds, then works."""

    def __init__(self, *troubles):
        self.troubles = list(troubles)
        self.asked = []

    async def _do(self, *asked):
        self.asked.append(asked)
        trouble = self.troubles.pop(0) if self.troubles else 0.0
        if isinstance(trouble, Exception):
            raise trouble
        await trio.sleep(trouble)
        return "done"

    hang_up = redirect = recordings = delete_recording = place = _do


def house(*troubles):
    """Return an API with these troubles, and how the process asks it."""
    api = Api(*troubles)
    return api, Carrier(api, "acme", Breakers(chance=lambda: 0.0))


@pytest.mark.parametrize("name", REPEATED)
@pytest.mark.parametrize("trouble", [DOWN, 1000.0, ProviderTimeout("late"), ProviderThrottled("429", retry_after=9.0)])
async def test_what_may_be_done_twice_is_asked_again(name, trouble, autojump_clock):
    api, carrier = house(trouble)
    await ASKS[name](carrier)
    assert len(api.asked) == 2
    assert api.asked[0] == api.asked[1]


@pytest.mark.parametrize("name", REPEATED)
async def test_but_not_for_ever(name, autojump_clock):
    api, carrier = house(*[DOWN] * 10)
    with pytest.raises(ProviderOverloaded):
        await ASKS[name](carrier)
    assert len(api.asked) == TRIES


@pytest.mark.parametrize("name", ASKS)
@pytest.mark.parametrize("error", [ProviderBadInput("404"), ProviderRefused("401"), ZeroDivisionError()])
async def test_what_another_try_does_not_mend_is_told_at_once(name, error, autojump_clock):
    api, carrier = house(error)
    with pytest.raises(type(error)):
        await ASKS[name](carrier)
    assert len(api.asked) == 1


@pytest.mark.parametrize(("trouble", "seconds"), [(DOWN, 0.0), (1000.0, PLACE), (ProviderThrottled("429"), 0.0)])
async def test_a_call_is_never_placed_twice(trouble, seconds, autojump_clock):
    api, carrier = house(trouble)
    began = trio.current_time()
    with pytest.raises((ProviderOverloaded, ProviderTimeout, ProviderThrottled)):
        await carrier.place(ORDER)
    assert (len(api.asked), trio.current_time() - began) == (1, seconds)


async def test_one_that_was_not_sent_yet_waits_for_its_turn(autojump_clock):
    api, carrier = house(ProviderThrottled("429"))
    with pytest.raises(ProviderThrottled):
        await carrier.place(ORDER)
    began = trio.current_time()
    assert await carrier.place(ORDER) == "done"
    assert trio.current_time() - began == SLOW_DOWN
    assert len(api.asked) == 2


@pytest.mark.parametrize(
    ("name", "deadline"),
    [("hang_up", TELL), ("redirect", TELL), ("recordings", RECORDS), ("delete_recording", RECORDS)],
)
async def test_each_operation_has_its_deadline(name, deadline, autojump_clock):
    _, carrier = house(*[1000.0] * TRIES)
    began = trio.current_time()
    with pytest.raises(ProviderTimeout):
        await ASKS[name](carrier)
    assert trio.current_time() - began == pytest.approx(TRIES * deadline + 3 * IN_SILENCE.first_pause)


async def test_in_a_hurry_an_answer_is_awaited_less_long_and_once_more_at_most(autojump_clock):
    api, carrier = house(*[1000.0] * TRIES)
    began = trio.current_time()
    with pytest.raises(ProviderTimeout):
        await carrier.redirect("CA1", HangUp(), ORDER.hooks, hurry=True)
    assert trio.current_time() - began == pytest.approx(2 * TELL_IN_A_HURRY + IN_A_HURRY.first_pause)
    assert len(api.asked) == 2


async def test_a_call_that_goes_on_already_is_not_redirected_again(autojump_clock):
    api, carrier = house(1000.0)
    await carrier.redirect("CA1", HangUp(), ORDER.hooks, moot=lambda: bool(api.asked))
    assert len(api.asked) == 1


async def test_each_operation_has_a_breaker_that_is_shown_with_the_others(autojump_clock, measured):
    api, carrier = house(*[DOWN] * 3)
    for _ in range(3):
        with pytest.raises(ProviderOverloaded):
            await carrier.place(ORDER)
    with pytest.raises(ProviderOverloaded):
        await carrier.place(ORDER)
    assert len(api.asked) == 3, "an API that is down is not asked"
    await carrier.hang_up("CA1")
    states = {each["kind"]: each["state"] for each in carrier.breakers.listed()}
    assert states == {"telco.place": "open", "telco.hang_up": "closed"}
    assert measured("voiced_breaker_open", kind="telco.place", provider="acme") == 1
    await trio.sleep(5)
    assert await carrier.place(ORDER) == "done"
    assert carrier.breakers.gate("telco.place", "acme").state == "closed"


@pytest.mark.parametrize("name", ASKS)
async def test_each_operation_is_told_by_its_own_name(name, autojump_clock):
    _, carrier = house()
    await ASKS[name](carrier)
    assert [each["kind"] for each in carrier.breakers.listed()] == [f"telco.{GATES.get(name, name)}"]


async def test_the_limits_of_the_account_hold_for_everything_that_it_is_asked(autojump_clock):
    api, carrier = house()
    carrier.breakers.allow({"acme": Allowance(per_minute=60)})
    began = trio.current_time()
    for ask in ASKS.values():
        await ask(carrier)
    assert trio.current_time() - began >= len(ASKS) - 1
    assert len(api.asked) == len(ASKS)


async def test_repetitions_have_a_budget(autojump_clock):
    api, carrier = house(*[DOWN, 0.0, 0.0, 0.0] * 4)
    for _ in range(9):
        await carrier.hang_up("CA1")
    with pytest.raises(ProviderOverloaded):
        await carrier.hang_up("CA1")
    assert len(api.asked) == 13
