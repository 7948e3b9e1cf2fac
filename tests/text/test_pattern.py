"""Patterns that are compiled when they are first used."""

import re

import pytest

from voiced.text.pattern import compile_the_rest, lazy


def test_it_is_a_pattern_once_it_is_used():
    found = lazy(r"(?P<year>\d{4})", re.IGNORECASE)
    assert found.pattern == r"(?P<year>\d{4})"
    assert found.search("en 2026")["year"] == "2026"
    assert found.sub("X", "en 2026") == "en X"
    assert found.groups == 1


def test_a_mistake_shows_at_the_first_use():
    broken = lazy("(")
    with pytest.raises(re.error):
        broken.search("x")
    with pytest.raises(re.error):
        compile_the_rest()


def test_the_rest_is_compiled_in_one_go():
    late = lazy("oui")
    compile_the_rest()
    assert late.search == re.compile("oui").search
