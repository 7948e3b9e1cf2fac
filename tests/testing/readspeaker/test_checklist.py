"""Each item of the list is shown by a test."""

from pathlib import Path

from voiced.testing.readspeaker import CHECKLIST


def test_every_item_is_shown():
    assert CHECKLIST.missing(Path(__file__).parent) == []


def test_the_list_is_whole():
    assert len(CHECKLIST.items) == 22
