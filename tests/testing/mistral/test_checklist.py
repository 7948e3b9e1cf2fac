"""Every item of the emulator's checklist has its test, and the page says which."""

from pathlib import Path

from voiced.testing.mistral.checklist import CHECKLIST


def test_every_item_is_shown():
    assert CHECKLIST.missing(Path(__file__).parent) == []


def test_the_list_is_whole():
    assert len(CHECKLIST.items) == 25
