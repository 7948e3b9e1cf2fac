"""`voiced user`: who may sign in."""

import io
import json
import re
import sqlite3
from contextlib import closing

import pytest

from voiced.store import passwords


@pytest.fixture
def kept(project):
    """What is kept of a user."""

    def look(name):
        with closing(sqlite3.connect(project / "data/voiced.db")) as raw:
            return raw.execute("select password, disabled_at from users where name = ?", [name]).fetchone()

    return look


def test_a_password_is_made_and_shown_once(voiced, kept):
    out = voiced("user", "add", "claire", "--role", "support", "--generate").out
    assert "claire (support) may sign in" in out
    shown = re.search(r"password \(shown this once\): (\S+)", out)[1]
    assert passwords.matches(kept("claire")[0], shown)
    assert shown not in voiced("user", "list").out


def test_a_password_comes_from_a_script(voiced, kept, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("une longue phrase\n"))
    printed = voiced("user", "add", "claire", "--stdin")
    assert "une longue phrase" not in printed.out
    assert passwords.matches(kept("claire")[0], "une longue phrase")


def test_a_short_password_is_refused(voiced, project, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("court\n"))
    printed = voiced("user", "add", "claire", "--stdin")
    assert printed.code == 2
    assert "password: has 5 characters: from 12 to 1024 are needed" in printed.err


def test_a_user_is_disabled_and_enabled(voiced, kept):
    voiced("user", "add", "claire", "--generate")
    assert voiced("user", "disable", "claire").out == "claire may no longer sign in\n"
    assert kept("claire")[1] is not None
    assert json.loads(voiced("user", "list", "--json").out) == [
        {"name": "claire", "role": "admin", "disabled": True, "seen_at": None}
    ]
    voiced("user", "enable", "claire")
    assert re.match(r"claire +admin +active +last seen: never", voiced("user", "list").out)


def test_another_password(voiced, kept):
    voiced("user", "add", "claire", "--generate")
    before = kept("claire")
    assert "claire has another password" in voiced("user", "password", "claire", "--generate").out
    assert kept("claire") != before


def test_nobody_there(voiced, project):
    assert voiced("user", "list").out == "nobody may sign in yet: voiced user add NAME\n"
    printed = voiced("user", "password", "claire", "--generate")
    assert (printed.code, printed.out) == (2, "")
    assert "there is no user 'claire' — `voiced user list` names them" in printed.err
