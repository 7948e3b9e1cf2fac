"""Signals: a worker that is told to stop takes no new calls, lets the one in progress end, and leaves nothing."""

import os
import signal
from pathlib import Path

import httpx2
import trio
from worker_house import MENU_NUMBER, PATIENCE, WHERE, until

from voiced.audio import MULAW_8K, write_wav
from voiced.plugin import WebResponse
from voiced.testing.emulator import serving
from voiced.web.router import Router


async def gone(house):
    """Wait for the worker's end, off the loop; return its exit code."""
    with trio.fail_after(PATIENCE):
        return await trio.to_thread.run_sync(house.process.wait, PATIENCE)


def leftovers(house):
    """Return the sockets that lie in the data folder."""
    return [path for path in house.data.rglob("*") if path.is_socket()]


def children(pid):
    """Return the processes whose parent is `pid` (Linux)."""
    return [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]


def is_there(pid):
    """Return whether process `pid` lives (Linux)."""
    return Path(f"/proc/{pid}").exists()


async def is_apologised_to(phone):
    """Stay until the carrier's voice speaks, and hear that it is our apology."""
    await until(lambda: "Say" in [entry.data["name"] for entry in phone.journal.of("verb")])
    answers = [entry.data["body"].decode() for entry in phone.journal.of("http.response")]
    assert "problème technique" in [answer for answer in answers if "<Response" in answer][-1]


async def test_the_call_in_progress_ends_well_and_no_other_begins(own_house):
    house = own_house().run().ready()
    refused = []

    async def person(phone, heard):
        await heard("Que faire")
        house.tell()
        await until(lambda: house.logged("draining"))
        async with httpx2.AsyncClient() as client:
            assert (await client.get(f"{house.url}/readyz")).json()["reasons"] == ["draining"]

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
    house.tell(signal.SIGINT)
    assert await gone(house) == 0
    assert leftovers(house) == []


async def test_a_second_signal_ends_the_call_now(own_house):
    house = own_house(limits={"drain_seconds": 600}).run().ready()

    async def person(phone, heard):
        await heard("Que faire")
        house.tell()
        await until(lambda: house.logged("draining"))
        house.tell()
        await is_apologised_to(phone)

    await house.carrier_call(person, MENU_NUMBER)
    assert await gone(house) == 0
    [call] = house.all_rows()
    assert (call.ended_by, call.outcome) == ("agent", "stopped")
    assert leftovers(house) == []


async def test_a_recorded_apology_is_played_where_there_is_one(own_house, tmp_path):
    sound = tmp_path / "pardon.wav"
    write_wav(sound, b"\x8f\x0f" * 2000, MULAW_8K)

    async def recording(_request):
        return WebResponse(body=sound.read_bytes(), content_type="audio/x-wav")

    async with serving(Router({"/pardon.wav": {"GET": recording}})) as elsewhere:
        account = {"account_sid": "${TWILIO_ACCOUNT_SID}", "auth_tokens": ["${TWILIO_AUTH_TOKEN}"]}
        plugins = {"twilio": {**account, "apology_recording": f"{elsewhere.url}/pardon.wav"}}
        house = own_house(limits={"drain_seconds": 600}, plugins=plugins).run().ready()

        async def person(phone, heard):
            await heard("Que faire")
            house.tell()
            await until(lambda: house.logged("draining"))
            house.tell()
            await until(lambda: "Hangup" in [entry.data["name"] for entry in phone.journal.of("verb")])
            assert [entry.data["name"] for entry in phone.journal.of("verb")][-2:] == ["Play", "Hangup"]
            assert not {11200, 12300} & set(phone.journal.codes)

        await house.carrier_call(person, MENU_NUMBER)
    assert await gone(house) == 0


async def test_a_call_that_lasts_too_long_is_ended_at_the_limit(own_house):
    house = own_house(limits={"drain_seconds": 1}).run().ready()

    async def person(phone, heard):
        await heard("Que faire")
        house.tell()
        await is_apologised_to(phone)

    await house.carrier_call(person, MENU_NUMBER)
    assert await gone(house) == 0
    [call] = house.all_rows()
    assert (call.ended_by, call.outcome) == ("agent", "stopped")
    assert leftovers(house) == []


async def test_a_signal_during_the_start_leaves_nothing(own_house):
    house = own_house().run()
    await until(house.control.exists)
    house.tell()
    assert await gone(house) == 0, house.log
    assert leftovers(house) == []


async def test_the_inference_process_of_a_killed_worker_leaves_too(own_house):
    house = own_house(providers={"llm": "thinker"}, plugins={"thinker": {}}).run().ready()
    [child] = children(house.process.pid)
    house.tell(signal.SIGKILL)
    await gone(house)
    await until(lambda: not is_there(child))


async def test_a_killed_inference_process_is_started_again_and_the_worker_goes_on(own_house):
    house = own_house(providers={"llm": "thinker"}, plugins={"thinker": {}}).run().ready()
    [first] = children(house.process.pid)

    async def person(phone, heard):
        await heard("Que faire")
        await phone.say(WHERE)
        await heard("Nous sommes à Rennes.")
        await heard("Que faire")
        os.kill(first, signal.SIGKILL)
        await until(lambda: len(house.logged("inference_connected")) == 2)
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
    [second] = children(house.process.pid)
    assert house.finish() == 0
    assert not is_there(second)
    assert leftovers(house) == []
