"""The board of the workers, and who gets the next call."""

import subprocess
import sys

import pytest

from voiced.errors import Unavailable
from voiced.fleet.board import FRESH, SLOTS, Board, Record, least_busy

NOW = 1000.0


def record(calls=0, **changes):
    facts = {"pid": 1, "beat": NOW, "calls": calls, "capacity": 3, "ready": True, "draining": False, **changes}
    return Record(**facts)


def test_what_one_process_writes_another_reads(tmp_path):
    board = Board(tmp_path / "board")
    script = (
        "import sys; from pathlib import Path; from voiced.fleet.board import Board, Record; "
        "Board(Path(sys.argv[1])).write(63, Record(77, 12.5, 3, 20, True, False))"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "board")], check=True)
    assert board.records() == {63: Record(77, 12.5, 3, 20, ready=True, draining=False)}
    board.clear(63)
    assert board.read(63) is None


def test_every_worker_has_its_own_record(tmp_path):
    board = Board(tmp_path / "board")
    for number in range(SLOTS):
        board.write(number, record(number, pid=number + 1))
    assert [each.calls for each in Board(tmp_path / "board").records().values()] == list(range(SLOTS))


def test_a_board_that_cannot_be_opened_is_said(tmp_path):
    with pytest.raises(Unavailable, match="board"):
        Board(tmp_path / "nowhere" / "board")


@pytest.mark.parametrize(
    ("records", "chosen"),
    [
        ({0: record(2), 1: record(1), 2: record(2)}, 1),
        ({0: record(1), 1: record(1)}, 1),  # the one that has the connection
        ({0: record(0), 1: record(1)}, 0),
        ({0: record(3), 1: record(3)}, None),
        ({0: record(0, draining=True), 1: record(2)}, 1),
        ({0: record(0, ready=False), 1: record(2)}, 1),
        ({0: record(0, beat=NOW - FRESH), 1: record(2)}, 1),
        ({}, None),
    ],
)
def test_the_next_call_goes_to_the_worker_with_the_fewest(records, chosen):
    assert least_busy(records, NOW, prefer=1) == chosen
