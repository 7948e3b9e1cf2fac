"""Each emulated vendor fails in each way that it can, and a test shows it."""

from pathlib import Path
from textwrap import dedent

from voiced.testing.checklists import CHECKLISTS
from voiced.testing.faults import FAULTS, missing, shown, table

TESTS = Path(__file__).parents[1]


def test_every_fault_of_every_vendor_is_shown_or_cannot_occur():
    assert missing(TESTS) == []


def test_a_gap_a_contradiction_and_an_unknown_fault_are_told(tmp_path):
    (tmp_path / "test_acme.py").write_text(
        dedent("""
        import pytest


        @pytest.mark.fault("gladia", "401")
        @pytest.mark.fault("audiosocket", "401", "rain")
        def test_one(): ...
        """)
    )
    told = missing(tmp_path)
    assert "gladia has no test: 5xx" in told
    assert "audiosocket has a test, and a reason why it cannot occur: 401" in told
    assert "test_acme.py::test_one is marked audiosocket, rain, and there is no such fault" in told
    assert not [each for each in told if each == "gladia has no test: 401"]
    assert shown(tmp_path)["gladia", "401"] == ["test_acme.py::test_one"]


def test_the_page_has_a_row_for_each():
    page = table(TESTS)
    assert [page.count(f"\n| {fault} | ") for fault in FAULTS] == [len(CHECKLISTS)] * len(FAULTS)
