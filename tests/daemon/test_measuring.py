"""A process without a control socket leaves its metrics for the administration."""

import trio

from voiced.daemon.measuring import EVERY, tell_measures
from voiced.fleet.measures import left


async def test_they_are_there_while_it_runs_and_gone_when_it_ends(tmp_path):
    async with trio.open_nursery() as nursery:
        nursery.start_soon(tell_measures, tmp_path, "jobs")
        with trio.fail_after(EVERY):
            while not left(tmp_path):  # noqa: ASYNC110 - a thread writes it
                await trio.sleep(0.01)
        assert b"process_cpu_seconds_total" in left(tmp_path)["jobs"]
        nursery.cancel_scope.cancel()
    assert left(tmp_path) == {}


async def test_a_folder_that_cannot_be_written_ends_nothing(tmp_path):
    (tmp_path / "run").write_text("in the way")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(tell_measures, tmp_path, "jobs")
        await trio.sleep(0.1)
        assert nursery.child_tasks
        nursery.cancel_scope.cancel()
