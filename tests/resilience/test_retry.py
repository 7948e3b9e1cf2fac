"""How long to wait before the next try."""

import pytest

from voiced.errors import ProviderBadInput, ProviderOverloaded, ProviderRefused, ProviderThrottled, ProviderTimeout
from voiced.resilience.retry import FIRST_PAUSE, LONGEST_HOLD, LONGEST_PAUSE, SLOW_DOWN, TRIES, Budget, asks_for, pause

DOWN = ProviderOverloaded("down")


def test_each_wait_is_twice_as_long_and_there_is_an_end_to_it():
    assert [pause(DOWN, tries, 0.0) for tries in range(1, TRIES + 1)] == [FIRST_PAUSE, 2 * FIRST_PAUSE, None]


def test_chance_takes_up_to_half_of_it():
    assert pause(DOWN, 1, 1.0) == pytest.approx(FIRST_PAUSE / 2)


@pytest.mark.parametrize(
    "fault", [ProviderRefused("key"), ProviderBadInput("long"), ProviderTimeout("late"), ValueError()]
)
def test_what_another_try_does_not_mend(fault):
    assert pause(fault, 1, 0.0) is None


@pytest.mark.parametrize(
    ("asks_for", "waits"), [(None, SLOW_DOWN), (0.0, FIRST_PAUSE), (LONGEST_PAUSE, LONGEST_PAUSE), (30.0, None)]
)
def test_one_that_wants_to_be_left_alone_says_how_long(asks_for, waits):
    assert pause(ProviderThrottled("slow down", retry_after=asks_for), 1, 0.5 if waits is None else 0.0) == waits


@pytest.mark.parametrize(("asks_for", "waits"), [(None, FIRST_PAUSE), (1.5, 1.5), (30.0, None)])
def test_so_does_one_that_cannot_now(asks_for, waits):
    assert pause(ProviderOverloaded("503", retry_after=asks_for), 1, 0.0) == waits


def test_one_that_was_never_reached_was_not_asked_yet():
    assert pause(ProviderTimeout("no connection in time", stage="connect"), 1, 0.0) == FIRST_PAUSE


def test_nobody_is_left_alone_for_ever():
    assert asks_for(ProviderThrottled("429", retry_after=80_000)) == LONGEST_HOLD
    assert asks_for(ProviderOverloaded("503", retry_after=80_000)) == LONGEST_HOLD
    assert asks_for(DOWN) is None


def test_a_budget_is_a_tenth_of_the_requests_and_some_to_begin_with():
    budget = Budget()
    assert [budget.spend() for _ in range(4)] == [True, True, True, False]
    for _ in range(11):
        budget.earn()
    assert [budget.spend(), budget.spend()] == [True, False]


def test_what_is_saved_has_a_limit():
    budget = Budget()
    for _ in range(10_000):
        budget.earn()
    assert [budget.spend() for _ in range(4)] == [True, True, True, False]
