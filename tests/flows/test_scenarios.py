"""The shipped flows, played in virtual time: every scenario beside them goes as it demands."""

from pathlib import Path

import pytest

from voiced.testing.stage import perform
from voiced.testing.stage.repertory import find, read

ROOT = Path(__file__).parents[2]
PIECES = read(find([ROOT / "flows"]))


@pytest.mark.parametrize("piece", PIECES, ids=[piece.file.stem for piece in PIECES])
def test_it_goes_as_its_scenario_demands(piece):
    performance = perform(piece.scenario, piece.flow)
    transcript = "\n".join(f"{entry.at:7.2f} {entry.who}: {entry.text}" for entry in performance.entries)
    assert performance.failures == [], transcript
