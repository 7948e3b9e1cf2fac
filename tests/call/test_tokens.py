"""One-shot tokens."""

import pytest

from voiced.call.tokens import LIFE, Tokens

NOW = 1_000_000.0


def test_a_token_opens_its_call_once():
    tokens = Tokens()
    token = tokens.issue("c1", NOW)
    assert tokens.redeem(token, NOW + 1) == "c1"
    assert tokens.redeem(token, NOW + 1) is None


def test_a_token_lives_for_a_minute():
    tokens = Tokens()
    token = tokens.issue("c1", NOW)
    assert tokens.redeem(token, NOW + LIFE + 1) is None
    assert tokens.redeem(tokens.issue("c1", NOW), NOW + LIFE) == "c1"


def test_two_tokens_of_a_call_differ():
    tokens = Tokens()
    assert tokens.issue("c1", NOW) != tokens.issue("c1", NOW)


@pytest.mark.parametrize("change", [0, 5, -1])
def test_a_token_that_was_changed_opens_nothing(change):
    tokens = Tokens()
    token = tokens.issue("c1", NOW)
    letters = list(token)
    letters[change] = "A" if letters[change] != "A" else "B"
    assert tokens.redeem("".join(letters), NOW) is None
    assert tokens.redeem(token, NOW) == "c1"


@pytest.mark.parametrize("token", ["", ".", "...", "c1", "c1.99999999999.x.y", "é.9.x.ü", "\ud800.1.x.y"])
def test_garbage_opens_nothing(token):
    assert Tokens().redeem(token, NOW) is None


def test_another_process_s_token_opens_nothing():
    assert Tokens().redeem(Tokens().issue("c1", NOW), NOW) is None


def test_used_tokens_are_forgotten_once_they_have_expired():
    tokens = Tokens(key=b"k" * 32)
    for number in range(50):
        tokens.redeem(tokens.issue("c1", NOW + number * 10), NOW + number * 10)
    assert len(tokens._used) <= LIFE / 10 + 1
