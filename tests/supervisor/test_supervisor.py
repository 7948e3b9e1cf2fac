"""The supervisor with small processes of its own, in fast time: crash loops, reload, stubborn processes."""

import signal
import sys
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
import trio
from trio.testing import MockClock

from voiced.cli.starter import starter_files
from voiced.config.reader import read_settings
from voiced.daemon.notify import Manager
from voiced.errors import Unavailable
from voiced.fleet.board import Board, Record
from voiced.fleet.rundir import board_path, run_dir
from voiced.registry import discover
from voiced.supervisor.children import Child, wanted
from voiced.supervisor.post import take_post
from voiced.supervisor.supervise import Supervisor
from voiced.testing.twilio import ACCOUNT_SID, AUTH_TOKEN

DEADLINE = 60 * 30  # of fast seconds
ENV = {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": AUTH_TOKEN, "PUBLIC_URL": "http://127.0.0.1"}
WORKER, OTHER = Child("worker", 0), Child("jobs")


@pytest.fixture
def mock_clock():
    """Backoffs pass quickly; the processes are real."""
    return MockClock(rate=30.0)


def python(script):
    return [sys.executable, "-S", "-c", script]


def lives(tmp_path, name):
    """A process that notes that it began, and each SIGHUP."""
    return python(
        "import signal\n"
        f"note = lambda *_: open({str(tmp_path / name)!r}, 'a').write('x')\n"
        "signal.signal(signal.SIGHUP, note); note()\n"
        "while True: signal.pause()"
    )


def dies(tmp_path, name, code=3, after=0.0):
    note = f"open({str(tmp_path / name)!r}, 'a').write('x')"
    return python(f"import time; {note}; time.sleep({after}); raise SystemExit({code})")


def noted(tmp_path, name):
    path = tmp_path / name
    return len(path.read_text()) if path.exists() else 0


async def until(comes_true):
    with trio.fail_after(DEADLINE):
        while not comes_true():  # noqa: ASYNC110 - another process does it
            await trio.sleep(0.5)


class Run:
    """A supervisor that runs: `tell` it signals, `code` is what it returned."""

    def __init__(self, tell):
        self.tell = tell
        self.code = None
        self.over = trio.Event()

    async def end(self):
        with trio.fail_after(DEADLINE):
            await self.over.wait()
        return self.code


@asynccontextmanager
async def running(tmp_path, children, drain_seconds=0.0, *, ready=True):
    tell, signals = trio.open_memory_channel(10)
    board = Board(tmp_path / "board")
    supervisor = Supervisor(children, board, drain_seconds=drain_seconds)
    it = Run(tell)

    async def beat():
        """Beat for the worker: it is not one that can."""
        while not it.over.is_set():
            for keeper in supervisor._workers:
                if keeper.pid is not None:
                    board.write(0, Record(keeper.pid, trio.current_time(), 0, 1, ready=ready, draining=False))
            await trio.sleep(0.5)

    async def run():
        it.code = await supervisor.run(aiter(signals), Manager(""))
        it.over.set()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(run)
        nursery.start_soon(beat)
        yield it
        if not it.over.is_set():
            await tell.send(signal.SIGTERM)


async def test_what_keeps_dying_is_given_up_and_the_others_go_on(tmp_path, mock_clock, measured):
    async with running(tmp_path, {WORKER: lives(tmp_path, "worker"), OTHER: dies(tmp_path, "jobs")}) as it:
        await until(lambda: noted(tmp_path, "jobs") == 6)
        await trio.sleep(60)
        assert (noted(tmp_path, "jobs"), noted(tmp_path, "worker")) == (6, 1)
        assert measured("voiced_process_restarts_total", kind="jobs") == 6
        assert measured("voiced_process_restarts_total", kind="worker") == 0
        await it.tell.send(signal.SIGTERM)
        assert await it.end() == 0


async def test_when_no_worker_can_be_kept_running_it_ends_with_1(tmp_path, mock_clock):
    async with running(tmp_path, {WORKER: dies(tmp_path, "worker"), OTHER: lives(tmp_path, "jobs")}) as it:
        assert await it.end() == 1
    assert noted(tmp_path, "worker") == 6


async def test_when_no_worker_will_start_it_ends_at_once_with_what_they_said(tmp_path, mock_clock):
    children = {WORKER: dies(tmp_path, "worker", code=2), OTHER: lives(tmp_path, "jobs")}
    async with running(tmp_path, children, ready=False) as it:
        assert await it.end() == 2
    assert noted(tmp_path, "worker") < 6


async def test_once_calls_were_taken_a_worker_that_will_not_start_is_tried_again(tmp_path, mock_clock):
    children = {WORKER: dies(tmp_path, "worker", code=2, after=0.2), OTHER: lives(tmp_path, "jobs")}
    async with running(tmp_path, children) as it:
        assert await it.end() == 1
    assert noted(tmp_path, "worker") == 6


async def test_a_reload_is_passed_on_and_gives_what_was_given_up_another_try(tmp_path, mock_clock):
    async with running(tmp_path, {WORKER: lives(tmp_path, "worker"), OTHER: dies(tmp_path, "jobs")}) as it:
        await until(lambda: noted(tmp_path, "jobs") == 6 and noted(tmp_path, "worker") == 1)
        await trio.sleep(30)
        await it.tell.send(signal.SIGHUP)
        await until(lambda: noted(tmp_path, "worker") == 2 and noted(tmp_path, "jobs") > 6)


async def test_a_process_that_will_not_stop_is_killed(tmp_path, mock_clock):
    stubborn = python(
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"open({str(tmp_path / 'jobs')!r}, 'w').write('x')\n"
        "while True: signal.pause()"
    )
    async with running(tmp_path, {WORKER: lives(tmp_path, "worker"), OTHER: stubborn}) as it:
        await until(lambda: noted(tmp_path, "jobs"))
        await it.tell.send(signal.SIGTERM)
        assert await it.end() == 0


async def test_a_second_signal_reaches_the_workers_and_the_others_end_after_them(tmp_path, mock_clock):
    patient = python(
        "import signal, sys\n"
        f"note = lambda *_: open({str(tmp_path / 'worker')!r}, 'a').write('x')\n"
        f"leave = lambda *_: (open({str(tmp_path / 'order')!r}, 'a').write('w'), sys.exit())\n"
        "signal.signal(signal.SIGTERM, lambda *_: (note(), signal.signal(signal.SIGTERM, leave))); note()\n"
        "while True: signal.pause()"
    )
    other = python(
        "import signal, sys\n"
        f"leave = lambda *_: (open({str(tmp_path / 'order')!r}, 'a').write('j'), sys.exit())\n"
        f"signal.signal(signal.SIGTERM, leave); open({str(tmp_path / 'jobs')!r}, 'a').write('x')\n"
        "while True: signal.pause()"
    )
    async with running(tmp_path, {WORKER: patient, OTHER: other}, drain_seconds=1e6) as it:
        await until(lambda: noted(tmp_path, "worker") == 1 and noted(tmp_path, "jobs") == 1)
        await it.tell.send(signal.SIGTERM)
        await until(lambda: noted(tmp_path, "worker") == 2)
        assert not (tmp_path / "order").exists()
        await it.tell.send(signal.SIGTERM)
        assert await it.end() == 0
    assert (tmp_path / "order").read_text() == "wj"


async def test_there_is_one_supervisor_for_each_data_folder(tmp_path):
    async with take_post(tmp_path, 1.0):
        with pytest.raises(Unavailable, match="runs already"):
            async with take_post(tmp_path, 1.0):
                pytest.fail("two supervisors")
    assert list(run_dir(tmp_path).iterdir()) == []
    async with take_post(tmp_path, 1.0):
        pass


async def test_workers_that_nobody_supervises_keep_a_supervisor_from_starting(tmp_path, mock_clock):
    run_dir(tmp_path).mkdir()
    board = Board(board_path(tmp_path))
    board.write(0, Record(1, 1e12, 0, 1, ready=True, draining=False))
    with pytest.raises(Unavailable, match="runs already"):
        async with take_post(tmp_path, 60.0):
            pytest.fail("it has workers already")


def test_the_models_process_is_there_before_anything_needs_it(tmp_path):
    """An edit may turn to an installed plugin's models at any time, whatever is switched on now."""
    file = tmp_path / "voiced.yaml"
    for name, content in starter_files().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    settings = replace(read_settings(file, ENV, discover()), plugins={})
    assert [child.kind for child in wanted(settings, discover())].count("inference") == 1
    assert "inference" not in {child.kind for child in wanted(settings, {})}
