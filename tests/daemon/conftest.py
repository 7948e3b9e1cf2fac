"""A worker in its own process for each module, and houses of their own for tests that stop one."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the tests of this folder share `worker_house`

from worker_house import build

from voiced.config.flags import FLAGS


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A worker that takes calls, for all tests of the module."""
    built = build(tmp_path_factory.mktemp("house"))
    built.env |= dict.fromkeys(FLAGS, "")
    built.run().ready()
    yield built
    assert built.finish() == 0, built.log


@pytest.fixture
def own_house(tmp_path):
    """Build a house for this test alone; its worker does not outlive the test."""
    houses = []

    def make(**changes):
        houses.append(build(tmp_path / f"house{len(houses)}", **changes))
        houses[-1].env |= dict.fromkeys(FLAGS, "")
        return houses[-1]

    yield make
    for each in houses:
        if each.process is not None and each.process.poll() is None:
            each.process.kill()
            each.process.wait()
