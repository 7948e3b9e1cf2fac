"""The breaker: when it opens, what it lets through, when it closes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiced.resilience.breaker import Breaker, Limits

LIMITS = Limits()


def fail(breaker, times, at=0.0):
    for _ in range(times):
        breaker.failed(breaker.admit(at), at)


@pytest.fixture
def breaker():
    return Breaker()


@pytest.fixture
def open_breaker(breaker):
    """A breaker that opened at 0."""
    fail(breaker, LIMITS.failures)
    return breaker


def test_a_failure_or_two_open_nothing(breaker):
    fail(breaker, LIMITS.failures - 1)
    assert breaker.state(0.0) == "closed"


def test_failures_that_keep_coming_open_it(open_breaker):
    assert open_breaker.state(0.0) == "open"
    assert open_breaker.admit(LIMITS.pause - 0.1) is None
    assert open_breaker.opens_in(2.0) == LIMITS.pause - 2.0


def test_failures_among_many_successes_do_not(breaker):
    for at in range(20):
        breaker.succeeded(breaker.admit(float(at)))
    fail(breaker, LIMITS.failures, 20.0)
    assert breaker.state(20.0) == "closed"


def test_requests_that_hang_weigh_like_the_others(breaker):
    """Counted before they are sent: ten under way and four failures are not half."""
    for _ in range(10):
        breaker.admit(0.0)
    fail(breaker, 4)
    assert breaker.state(0.0) == "closed"
    assert breaker.counts(0.0) == (14, 4)


def test_failures_long_ago_are_forgotten(breaker):
    fail(breaker, LIMITS.failures - 1)
    fail(breaker, 1, LIMITS.window + 1)
    assert breaker.state(LIMITS.window + 1) == "closed"


def test_a_long_stream_that_fails_counts_though_its_request_is_forgotten(breaker):
    permits = [breaker.admit(0.0) for _ in range(3)]
    for permit in permits:
        breaker.failed(permit, 600.0)
    assert breaker.state(600.0) == "open"


def test_half_open_lets_one_probe_through_and_no_other(open_breaker):
    assert open_breaker.state(LIMITS.pause) == "half-open"
    assert open_breaker.admit(LIMITS.pause).probe
    assert open_breaker.admit(LIMITS.pause) is None
    assert not open_breaker.ready(LIMITS.pause)


def test_a_probe_that_works_closes_it_for_good(open_breaker):
    open_breaker.succeeded(open_breaker.admit(LIMITS.pause))
    assert open_breaker.state(LIMITS.pause) == "closed"
    fail(open_breaker, LIMITS.failures - 1, LIMITS.pause)
    assert open_breaker.state(LIMITS.pause) == "closed"


def test_a_probe_that_fails_opens_it_for_longer_each_time_up_to_a_limit(open_breaker):
    at, pauses = 0.0, []
    for _ in range(6):
        at += open_breaker.opens_in(at)
        open_breaker.failed(open_breaker.admit(at), at)
        pauses.append(open_breaker.opens_in(at))
    assert pauses == [10.0, 20.0, 40.0, 60.0, 60.0, 60.0]


def test_a_probe_that_nobody_waited_for_leaves_the_place_to_another(open_breaker):
    open_breaker.abandoned(open_breaker.admit(LIMITS.pause))
    assert open_breaker.admit(LIMITS.pause).probe


def test_late_news_of_requests_sent_before_it_opened_decide_nothing(breaker):
    early = breaker.admit(0.0)
    other = breaker.admit(0.0)
    fail(breaker, LIMITS.failures)
    breaker.succeeded(early)
    assert breaker.state(1.0) == "open"
    breaker.failed(other, 4.9)
    assert breaker.state(LIMITS.pause) == "half-open"


@given(st.lists(st.tuples(st.sampled_from(["ok", "fails", "abandoned"]), st.floats(0.0, 20.0)), max_size=60))
def test_whatever_happens_it_never_stays_open_for_good(history):
    breaker, now = Breaker(), 0.0
    for outcome, wait in history:
        now += wait
        permit = breaker.admit(now)
        if permit is None:
            continue
        if outcome == "ok":
            breaker.succeeded(permit)
        elif outcome == "fails":
            breaker.failed(permit, now)
        else:
            breaker.abandoned(permit)
    assert breaker.ready(now + LIMITS.longest_pause)
