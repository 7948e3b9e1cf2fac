"""Every item of the emulator's checklist has a test, and the table says which."""

import re
from pathlib import Path

import pytest

from voiced.testing.twilio.checklist import ITEMS, TABLE, shown, table

HERE = Path(__file__).parent
MARKS = shown(HERE)
ROOT = HERE.parents[2]


def test_there_are_fifty_items():
    assert [item.id for item in ITEMS] == [f"twilio-{number}" for number in range(1, 51)]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_every_item_is_shown(item):
    assert MARKS.get(item.id), item.text


def test_no_test_names_an_unknown_item():
    assert set(MARKS) <= {item.id for item in ITEMS}


def test_what_is_uncertain_is_shown_both_ways():
    """An uncertain item has more than one test, or one with parameters."""
    sources = "\n".join(path.read_text() for path in HERE.glob("test_*.py"))
    for item in ITEMS:
        if "C" in item.tags:
            tests = [test.partition("::")[2] for test in MARKS[item.id]]
            parametrized = [t for t in tests if re.search(rf"parametrize\([^@]*?\n(async )?def {t}\(", sources)]
            assert len(tests) > 1 or parametrized, item.id


def test_the_table_is_up_to_date():
    assert (ROOT / TABLE).read_text() == table(HERE)
