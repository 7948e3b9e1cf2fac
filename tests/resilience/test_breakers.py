"""One breaker for each provider of a process, seen from outside."""

import io

import pytest
import trio
from chains import DOWN, links

from voiced.errors import ProviderBadInput, ProviderRefused, ProviderThrottled, ProviderTimeout, Unavailable
from voiced.observe import configure
from voiced.observe.metrics import REGISTRY
from voiced.resilience import Breakers
from voiced.resilience.link import Attempt, attempt
from voiced.resilience.outage import is_outage


@pytest.fixture
def breakers():
    return Breakers()


def test_the_same_provider_has_the_same_breaker_and_kinds_are_apart(breakers):
    assert breakers.gate("llm", "x") is breakers.gate("llm", "x")
    assert breakers.gate("llm", "x") is not breakers.gate("tts", "x")


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (DOWN, True),
        (ProviderTimeout("late"), True),
        (ProviderThrottled("slow down"), True),
        (Unavailable("no model"), True),
        (ZeroDivisionError(), True),
        (ProviderRefused("credentials"), False),
        (ProviderBadInput("too long"), False),
    ],
)
def test_which_errors_say_that_a_provider_is_down(error, outage):
    assert is_outage(error) is outage


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
        {"kind": "llm", "provider": "failing", "state": "open", "requests": 4, "failures": 3, "probe_in": 5.0}
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
