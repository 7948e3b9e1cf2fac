"""Room on the disk."""

import pytest

from voiced.preflight.machine import judged_room


@pytest.mark.parametrize(("free", "level"), [(80.0, "ok"), (4.0, "warning"), (0.2, "error")])
def test_room_for_calls(free, level, tmp_path):
    finding = judged_room(free, tmp_path)
    assert (finding.level, bool(finding.fix)) == (level, level != "ok")
