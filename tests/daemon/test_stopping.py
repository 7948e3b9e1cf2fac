"""Signals: a worker that is told to stop takes no new calls, lets the one in progress end, and leaves nothing."""

import os
import signal
import time
from pathlib import Path

import httpx2
import pytest
import trio
from worker_house import MENU_NUMBER, PATIENCE


async def gone(house):
    """Wait for the worker's end, off the loop; return its exit code."""
    with trio.fail_after(PATIENCE):
        return await trio.to_thread.run_sync(house.process.wait, PATIENCE)


def leftovers(house):
    """Return the sockets that lie in the data folder."""
    return [path for path in house.data.rglob("*") if path.is_socket()]


def children(pid):
    """Return the processes whose parent is `pid` (Linux)."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def stays(phone):
    await phone.wait_end()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_call_in_progress_ends_well_and_no_other_begins(own_house, number):
    house = own_house().run().ready()
    refused = []

    async def person(phone, heard):
        await heard("Que faire")
        house.tell(number)
        async with httpx2.AsyncClient() as client:
            with trio.fail_after(PATIENCE):
                while (await client.get(f"{house.url}/readyz")).json()["reasons"] != ["draining"]:
                    await trio.lowlevel.checkpoint()

        async def is_told(phone):
            await phone.wait_for_agent()

        refused.append(await house.carrier().call(is_told))
        phone.press("1")
        await heard("Nous sommes à Rennes.")
        await heard("Que faire")
        phone.press("0")
        await phone.wait_end()

    held = await house.call(person, MENU_NUMBER)
    assert await gone(house) == 0, house.log
    assert held.heard[-1] == "Au revoir."
    assert held.ended == "agent"
    assert held.report.journal.codes == [31921]  # the line that the agent closed; every webhook was still answered
    assert "Stream" not in {entry.data["name"] for entry in refused[0].journal.of("verb")}
    assert house.rows(held)[0].ended_by == "agent"
    assert leftovers(house) == []
    assert [line["event"] for line in house.lines[-1:]] == ["stopped"]


async def test_a_worker_without_calls_leaves_at_once(own_house):
    house = own_house(limits={"drain_seconds": 600}).run().ready()
    house.tell()
    assert await gone(house) == 0
    assert leftovers(house) == []


async def test_a_second_signal_ends_the_call_now(own_house):
    house = own_house(limits={"drain_seconds": 600}).run().ready()

    async def person(phone, heard):
        await heard("Que faire")
        house.tell()
        while not house.logged("draining"):
            await trio.lowlevel.checkpoint()
        house.tell()
        await phone.wait_end()

    await house.carrier_call(person, MENU_NUMBER)
    assert await gone(house) == 0
    [call] = house.all_rows()
    assert call.ended_at is not None
    assert leftovers(house) == []


async def test_a_call_that_lasts_too_long_is_ended_at_the_limit(own_house):
    house = own_house(limits={"drain_seconds": 1}).run().ready()

    async def person(phone, heard):
        await heard("Que faire")
        house.tell()
        await phone.wait_end()

    await house.carrier_call(person, MENU_NUMBER)
    assert await gone(house) == 0
    [call] = house.all_rows()
    assert call.ended_at is not None
    assert leftovers(house) == []


async def test_a_signal_during_the_start_leaves_nothing(own_house):
    house = own_house().run()
    while not house.control.exists():
        assert house.process.poll() is None
        time.sleep(0.01)
    house.tell()
    assert await gone(house) == 0, house.log
    assert leftovers(house) == []


async def test_the_inference_process_goes_with_its_worker(own_house):
    house = own_house(providers={"llm": "troupe-with-model"}).run().ready()
    [child] = children(house.process.pid)
    house.tell()
    assert await gone(house) == 0
    assert not Path(f"/proc/{child}").exists()
    assert leftovers(house) == []


async def test_the_inference_process_of_a_killed_worker_leaves_too(own_house):
    house = own_house(providers={"llm": "troupe-with-model"}).run().ready()
    [child] = children(house.process.pid)
    house.tell(signal.SIGKILL)
    await gone(house)
    limit = time.monotonic() + PATIENCE
    while Path(f"/proc/{child}").exists():
        assert time.monotonic() < limit
        await trio.sleep(0.05)


async def test_a_killed_inference_process_is_started_again_and_the_worker_goes_on(own_house):
    house = own_house(providers={"llm": "troupe-with-model"}).run().ready()
    [first] = children(house.process.pid)

    async def person(phone, heard):
        from worker_house import WHERE

        await heard("Que faire")
        await phone.say(WHERE)
        await heard("Nous sommes à Rennes.")
        await heard("Que faire")
        os.kill(first, signal.SIGKILL)
        while children(house.process.pid) in ([], [first]):
            await trio.sleep(0.05)
        async with httpx2.AsyncClient() as client:
            while (await client.get(f"{house.url}/readyz")).status_code != 200:
                await trio.sleep(0.05)
        await phone.say(WHERE)
        await heard("Nous sommes à Rennes.")
        await heard("Que faire")
        phone.press("0")
        await phone.wait_end()

    held = await house.call(person, MENU_NUMBER)
    assert held.heard[-1] == "Au revoir."
    assert "provider.failed" not in held.story
    [line] = house.logged("inference_died")
    assert line["code"] == -signal.SIGKILL
    assert house.finish() == 0
