"""Every item of the emulator's checklist is shown."""

from pathlib import Path

from voiced.testing.twilio.checklist import CHECKLIST


def test_every_item_is_shown():
    assert CHECKLIST.missing(Path(__file__).parent) == []


def test_the_list_is_whole():
    assert len(CHECKLIST.items) == 50
