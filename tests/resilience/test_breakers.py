"""One breaker for each provider of a process, seen from outside."""

import io

import pytest
import trio
from chains import DOWN, links

from voiced.errors import (
    ProviderBadInput,
    ProviderOverloaded,
    ProviderRefused,
    ProviderThrottled,
    ProviderTimeout,
    Unavailable,
)
from voiced.observe import configure
from voiced.observe.metrics import REGISTRY
from voiced.resilience import Breakers
from voiced.resilience.account import Allowance
from voiced.resilience.link import Attempt, attempt
from voiced.resilience.outage import outcome_of
from voiced.resilience.retry import SLOW_DOWN


@pytest.fixture
def breakers():
    return Breakers()


def test_the_same_provider_has_the_same_breaker_and_kinds_are_apart(breakers):
    assert breakers.gate("llm", "x") is breakers.gate("llm", "x")
    assert breakers.gate("llm", "x") is not breakers.gate("tts", "x")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (DOWN, "outage"),
        (ProviderTimeout("late"), "outage"),
        (Unavailable("no model"), "outage"),
        (ZeroDivisionError(), "outage"),
        (ProviderThrottled("slow down"), "throttled"),
        (ProviderRefused("credentials"), "refused"),
        (ProviderBadInput("too long"), "refused"),
    ],
)
def test_which_errors_say_that_a_provider_is_down(error, outcome):
    assert outcome_of(error) == outcome


def ask(gate, error=None):
    with attempt(Attempt(gate, gate.admit())):
        if error is not None:
            raise error


def ask_in_vain(gate, error):
    with pytest.raises(type(error)):
        ask(gate, error)


async def test_what_keeps_failing_is_shown_logged_and_counted(breakers, autojump_clock):
    stream = io.StringIO()
    configure("info", stream=stream)
    gate = breakers.gate("llm", "failing")
    ask(gate)
    for _ in range(3):
        ask_in_vain(gate, DOWN)
    assert breakers.listed() == [
        {
            "kind": "llm",
            "provider": "failing",
            "state": "open",
            "requests": 4,
            "failures": 3,
            "probe_in": 5.0,
            "held_for": 0.0,
            "under_way": 0,
            "retries_left": 3,
        }
    ]
    labels = {"kind": "llm", "provider": "failing"}
    assert REGISTRY.get_sample_value("voiced_breaker_open", labels) == 1
    assert REGISTRY.get_sample_value("voiced_provider_requests_total", {**labels, "outcome": "outage"}) == 3
    await trio.sleep(5)
    ask(gate)
    assert REGISTRY.get_sample_value("voiced_breaker_open", labels) == 0
    assert REGISTRY.get_sample_value("voiced_provider_requests_total", {**labels, "outcome": "ok"}) == 2
    assert [name in stream.getvalue() for name in ("breaker_opened", "breaker_closed")] == [True, True]
    configure("error")


async def test_credentials_that_are_refused_are_no_outage(breakers, autojump_clock):
    gate = breakers.gate("llm", "x")
    for _ in range(10):
        ask_in_vain(gate, ProviderRefused("no"))
    assert gate.state == "closed"


async def test_one_that_cannot_now_is_not_asked_before_the_time_that_it_names(breakers, autojump_clock):
    gate = breakers.gate("llm", "x")
    ask_in_vain(gate, ProviderOverloaded("503", retry_after=7.0))
    assert (gate.state, gate.admit(), breakers.listed()[0]["failures"]) == ("closed", None, 1)
    await trio.sleep(7)
    assert gate.ready
    ask_in_vain(gate, ProviderOverloaded("503"))
    assert gate.ready


@pytest.mark.parametrize(("said", "held"), [(7.0, 7.0), (None, SLOW_DOWN)])
async def test_one_that_wants_fewer_requests_is_left_alone_for_as_long_as_it_says(said, held, breakers, autojump_clock):
    gate = breakers.gate("llm", "x")
    for _ in range(10):
        ask_in_vain(gate, ProviderThrottled("slow down", retry_after=said))
        assert (gate.state, gate.ready, gate.admit()) == ("closed", False, None)
        assert breakers.listed()[0]["held_for"] == held
        await trio.sleep(held)
        assert gate.ready


async def test_an_account_s_limits_hold_for_all_kinds_together(breakers, autojump_clock, measured):
    breakers.allow({"x": Allowance(per_minute=60, burst=2)})
    llm, tts = breakers.gate("llm", "x"), breakers.gate("tts", "x")
    ask(llm)
    ask(tts)
    assert (llm.admit(), tts.admit()) == (None, None)
    assert measured("voiced_provider_held_back_total", kind="tts", provider="x") == 1
    await trio.sleep(1)
    ask(tts)
    assert not llm.ready
    breakers.allow({})
    assert llm.ready


async def test_no_more_requests_are_under_way_than_the_account_may_have(breakers, autojump_clock):
    breakers.allow({"x": Allowance(concurrent=2)})
    gate = breakers.gate("llm", "x")
    with attempt(Attempt(gate, gate.admit())):
        with attempt(Attempt(gate, gate.admit())):
            assert (gate.ready, gate.admit()) == (False, None)
            assert breakers.listed()[0]["under_way"] == 2
        ask(gate)
        ask_in_vain(gate, ProviderRefused("no"))
        assert gate.ready


async def test_a_caller_who_cuts_in_says_nothing_about_the_provider(breakers, autojump_clock):
    gate = breakers.gate("llm", "x")
    for _ in range(10):
        with trio.CancelScope() as scope, attempt(Attempt(gate, gate.admit())):
            scope.cancel()
            await trio.sleep(1)
    assert gate.state == "closed"


async def test_a_caller_who_waited_in_vain_does(breakers, autojump_clock):
    gate = breakers.gate("llm", "x")
    for _ in range(3):
        with trio.move_on_after(8), attempt(Attempt(gate, gate.admit())):
            await trio.sleep_forever()
    assert gate.state == "open"


def test_a_chain_s_links_share_breakers_with_every_other_chain(breakers):
    (one,) = links(breakers, "llm", "provider")
    (same,) = links(breakers, "llm", "provider")
    assert one.gate is same.gate
