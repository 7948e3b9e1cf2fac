"""A server and its clients over a real Unix socket."""

import importlib.util
import os
import signal
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio

from voiced.errors import ProviderBadInput, ProviderOverloaded, ProviderProtocol, ProviderThrottled, Unavailable
from voiced.inference import Inference, serve

SCRIPT = Path(__file__).with_name("toys.py")
_spec = importlib.util.spec_from_file_location("inference_toys", SCRIPT)
toys = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(toys)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "i.sock"


@asynccontextmanager
async def running(path, models, threads=2, log=None, preload=()):
    """Serve `models` and yield a connected client."""
    log = log or toys.Ledger()
    client = Inference(path, log)
    async with trio.open_nursery() as nursery:
        await nursery.start(
            lambda task_status: serve(models, path, log=log, threads=threads, preload=preload, task_status=task_status)
        )
        await nursery.start(client.run)
        yield client
        nursery.cancel_scope.cancel()


async def test_a_call_returns_what_the_model_returns(path):
    async with running(path, {"parrot": toys.Parrot}) as client:
        assert await client.call("parrot", "say", b"\xff\x7f", 2) == [b"\xff\x7f", b"\xff\x7f"]
        assert await client.call("parrot", "say", {"é": [1, None]}) == [{"é": [1, None]}]


async def test_a_model_is_loaded_once_whoever_asks_first(path):
    loads = []

    def load():
        loads.append(1)
        return toys.Parrot()

    async with running(path, {"parrot": load}) as client, trio.open_nursery() as nursery:
        for value in range(10):
            nursery.start_soon(client.call, "parrot", "say", value)
    assert loads == [1]


async def test_failures_keep_their_meaning_and_spill_no_words(path):
    async with running(path, {"parrot": toys.Parrot, "absent": toys.missing}) as client:
        with pytest.raises(ProviderOverloaded, match=r"^the model failed: ValueError$"):
            await client.call("parrot", "broken")
        with pytest.raises(ProviderThrottled):
            await client.call("parrot", "throttled")
        with pytest.raises(Unavailable) as absent:
            await client.call("absent", "say", 1)
        assert absent.value.fix == "fetch them"
        with pytest.raises(Unavailable):
            await client.call("unknown", "say", 1)
        with pytest.raises(ProviderBadInput):
            await client.call("parrot", "_secret", 1)
        with pytest.raises(ProviderProtocol):
            await client.call("parrot", "strange")
        assert await client.call("parrot", "say", "still here") == ["still here"]


async def test_a_model_that_cannot_be_loaded_says_why_and_how_to_mend_it(path):
    log = toys.Ledger()
    models = {"absent": toys.missing, "broken": toys.broken, "parrot": toys.Parrot}
    async with running(path, models, log=log, preload=("absent", "broken")) as client:
        await client.load("parrot")
        with pytest.raises(Unavailable, match="no weights"):
            await client.load("absent")
        with pytest.raises(Unavailable, match="'broken' cannot be loaded: RuntimeError: unexpected end of file"):
            await client.load("broken")
        told = [
            (facts["model"], facts["reason"], facts["fix"]) for event, facts in log.events if event == "model_missing"
        ]
    assert told[0] == ("absent", "no weights", "fetch them")
    assert told[1][1:] == ("the model 'broken' cannot be loaded: RuntimeError: unexpected end of file",
                           "see the page of the plugin that brings it")  # fmt: skip


async def test_who_waits_to_be_understood_comes_before_who_speaks(path):
    gate = toys.Gate()
    async with running(path, {"gate": lambda: gate}, threads=1) as client, trio.open_nursery() as nursery:
        nursery.start_soon(client.call, "gate", "embed", "first")
        await trio.to_thread.run_sync(gate.entered.wait)
        for method in ("speak", "embed", "transcribe"):
            nursery.start_soon(client.call, "gate", method, method)
        await trio.testing.wait_all_tasks_blocked(0.05)
        gate.opened.set()
    assert gate.ran == ["first", "transcribe", "embed", "speak"]


async def test_a_cancelled_call_never_starts_and_one_that_runs_is_let_finish(path):
    gate = toys.Gate()
    async with running(path, {"gate": lambda: gate}, threads=1) as client:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(client.call, "gate", "transcribe", "running")
            await trio.to_thread.run_sync(gate.entered.wait)
            nursery.start_soon(client.call, "gate", "transcribe", "waiting")
            await trio.testing.wait_all_tasks_blocked(0.05)
            nursery.cancel_scope.cancel()
        await trio.testing.wait_all_tasks_blocked(0.2)  # the server has read the cancellation
        gate.opened.set()
        assert await client.call("gate", "speak", "later") == "later"
    assert gate.ran == ["running", "later"]


async def test_a_worker_that_leaves_takes_its_waiting_requests_with_it(path):
    gate = toys.Gate()
    async with running(path, {"gate": lambda: gate}, threads=1) as stayer:
        leaver = Inference(path, toys.Ledger())
        async with trio.open_nursery() as nursery:
            await nursery.start(leaver.run)
            nursery.start_soon(leaver.call, "gate", "embed", "running")
            await trio.to_thread.run_sync(gate.entered.wait)
            nursery.start_soon(leaver.call, "gate", "embed", "orphan")
            await trio.testing.wait_all_tasks_blocked(0.05)
            nursery.cancel_scope.cancel()
        gate.opened.set()
        await stayer.call("gate", "speak", "mine")
    assert gate.ran == ["running", "mine"]


async def test_no_process_means_unavailable_at_once(path):
    client = Inference(path, toys.Ledger())
    async with trio.open_nursery() as nursery:
        await nursery.start(client.run)
        assert not client.connected
        with pytest.raises(Unavailable, match="not there"):
            await client.call("parrot", "say", 1)
        nursery.cancel_scope.cancel()


async def test_one_socket_has_one_server(path):
    async with running(path, {}):
        with pytest.raises(Unavailable, match="another inference process"):
            await serve({}, path, log=toys.Ledger())
    assert not path.exists()


async def test_a_folder_that_cannot_be_used_is_said_so(tmp_path):
    with pytest.raises(Unavailable, match="cannot listen"):
        await serve({}, tmp_path / "no" / "such" / "folder.sock", log=toys.Ledger())


async def start_process(path):
    return await trio.lowlevel.open_process([sys.executable, str(SCRIPT), str(path), str(os.getpid())])


async def test_a_killed_process_fails_its_calls_and_the_next_one_is_found(path):
    client = Inference(path, toys.Ledger())
    with trio.fail_after(20):
        first = await start_process(path)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(client.run)
            await client.ready()
            assert await client.call("parrot", "pid") == first.pid
            async with trio.open_nursery() as calls:
                calls.start_soon(expect_overload, client)
                await trio.testing.wait_all_tasks_blocked(0.05)
                first.send_signal(signal.SIGKILL)
            await first.wait()
            second = await start_process(path)
            await client.ready()
            assert await client.call("parrot", "pid") == second.pid
            nursery.cancel_scope.cancel()
        second.terminate()
        await second.wait()


async def expect_overload(client):
    with pytest.raises(ProviderOverloaded, match="went away"):
        await client.call("gate", "embed", "never answered")


async def test_the_process_ends_when_its_parent_does(path):
    parent = (
        "import subprocess, sys, os;"
        f"subprocess.Popen([sys.executable, {str(SCRIPT)!r}, {str(path)!r}, str(os.getpid())]);"
        "sys.stdin.read()"
    )
    with trio.fail_after(20):
        process = await trio.lowlevel.open_process([sys.executable, "-c", parent], stdin=subprocess.PIPE)
        async with trio.open_nursery() as nursery:
            client = Inference(path, toys.Ledger())
            nursery.start_soon(client.run)
            await client.ready()
            await process.stdin.aclose()
            await process.wait()
            await expect_overload(client)
            nursery.cancel_scope.cancel()
