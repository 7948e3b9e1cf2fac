"""What an account may do."""

import pytest

from voiced.resilience.account import BUSY, Account, Allowance


def test_without_limits_it_may_do_anything():
    account = Account(Allowance())
    for _ in range(1000):
        assert account.wait(0.0) == 0.0
        account.take(0.0)


def test_it_begins_with_a_burst_and_goes_on_at_its_rate():
    account = Account(Allowance(per_minute=30, burst=3))
    for _ in range(3):
        assert account.wait(10.0) == 0.0
        account.take(10.0)
    assert account.wait(10.0) == pytest.approx(2.0)
    assert account.wait(11.5) == pytest.approx(0.5)
    assert account.wait(12.0) == 0.0


def test_what_is_not_used_is_saved_up_to_the_burst():
    account = Account(Allowance(per_minute=60, burst=2))
    for _ in range(2):
        account.take(0.0)
    for _ in range(2):
        assert account.wait(3600.0) == 0.0
        account.take(3600.0)
    assert account.wait(3600.0) == pytest.approx(1.0)


def test_only_so_many_are_under_way():
    account = Account(Allowance(concurrent=1))
    account.take(0.0)
    assert account.wait(100.0) == BUSY
    account.give_back()
    assert account.wait(100.0) == 0.0


def test_workers_share_an_account_and_each_may_do_something():
    assert Allowance(per_minute=100, burst=8, concurrent=10).shared(4) == Allowance(25.0, 2, 2)
    assert Allowance(per_minute=100, burst=1, concurrent=2).shared(4) == Allowance(25.0, 1, 1)
    assert Allowance().shared(4) == Allowance()
