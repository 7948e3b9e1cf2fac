"""Who may sign in to the administration."""

import pytest

from voiced.errors import BadInput
from voiced.store import passwords, users


@pytest.fixture
def claire(database):
    return users.add(database, "claire", "support", "hash", 100.0)


def test_a_user_is_found_by_name(database, claire):
    assert users.find(database, "claire") == claire
    assert users.find(database, "Claire") is None


def test_a_name_is_given_once(database, claire):
    with pytest.raises(BadInput, match="there is a user 'claire' already"):
        users.add(database, "claire", "admin", "hash", 200.0)


@pytest.mark.parametrize("name", ["", "Claire", "claire martin", "-x", "a" * 65, "é"])
def test_names_that_are_none(database, name):
    with pytest.raises(BadInput, match="is no user name"):
        users.add(database, name, "admin", "hash", 100.0)


def test_whoever_is_disabled_does_not_count(database, claire):
    assert users.any_user(database)
    users.change(database, "claire", 200.0, disabled_at=200.0)
    assert not users.any_user(database)
    assert users.find(database, "claire").changed_at == 200.0


def test_changing_nobody_is_told(database):
    with pytest.raises(BadInput, match="there is no user 'claire'"):
        users.change(database, "claire", 100.0, role="admin")


def test_signing_in_is_noted_and_ends_no_session(database, claire):
    users.seen(database, "claire", 300.0)
    found = users.find(database, "claire")
    assert (found.seen_at, found.changed_at) == (300.0, 100.0)


def test_a_user_shows_no_password(claire):
    assert "hash" not in repr(claire)


def test_only_the_right_password_matches():
    kept = passwords.hashed("une longue phrase")
    assert kept.startswith("$argon2id$")
    assert passwords.matches(kept, "une longue phrase")
    assert not passwords.matches(kept, "une longue phrasE")
    assert not passwords.matches(None, "une longue phrase")
    assert not passwords.matches(kept, "x" * 100_000)


def test_a_password_has_a_length():
    with pytest.raises(BadInput, match="has 11 characters"):
        passwords.hashed("x" * 11)
    assert len(passwords.generate()) == 16
