"""A host of several processes as callers and its operator meet it: one port, two workers, and what happens to them."""

import os
import signal

import pytest
import trio
import yaml
from host import host_at, is_there
from worker_house import PATIENCE, WHERE, until

from voiced.dialog.phrase import RECONNECTED


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    """Two workers that take two calls each, started by systemd's protocol."""
    built = host_at(tmp_path_factory.mktemp("host") / "h", limits={"calls": 2, "drain_seconds": 30})
    try:
        yield built.run(activated=True).ready()
    finally:
        built.kill()


class Ear:
    """Hears the agent in any call: one that is taken over has another id."""

    def __init__(self, happenings):
        self.happenings = happenings

    async def hear(self, words):
        start = len(self.happenings.events)
        wanted = lambda event: event["event"] == "agent.said" and words in event["text"]  # noqa: E731 - a screenplay's aside
        assert await self.happenings.wait_for(wanted, start, PATIENCE) is not None, (words, self.happenings.events)


async def test_calls_spread_over_the_workers_and_the_next_one_is_refused_at_once(host):
    here, go, reports = [], trio.Event(), []

    async def person(phone, heard):
        await heard("Que faire")
        here.append(phone)
        await go.wait()
        await host.end(phone)

    async with host.watching() as happenings, trio.open_nursery() as nursery:

        async def ring():
            reports.append(await host.call(happenings, person))

        for _ in range(4):
            nursery.start_soon(ring)
        await until(lambda: len(here) == 4)
        assert [(await host.health(number))["calls"] for number in (0, 1)] == [2, 2]
        refused = await host.refused(happenings)
        go.set()
    assert "Stream" not in refused
    assert {report.status for report in reports} == {"completed"}
    assert [failure for report in reports for failure in report.failures] == []
    await until(lambda: len([event for event in happenings.of("call.ended") if event["by"] == "agent"]) == 4)


async def two_calls(host, happens):
    """Hold a call on each worker; `happens(worker)` happens to the one of the first call, which then goes on."""
    placed, done = trio.Event(), trio.Event()
    async with host.watching() as happenings, trio.open_nursery() as nursery:

        async def first(phone, heard):
            await heard("Que faire")
            await until(lambda: sum(record.calls for record in host.records().values()) == 1)
            [worker] = [number for number, record in host.records().items() if record.calls]
            placed.set()
            await done.wait()
            ear = Ear(happenings)
            happens(worker, phone)
            await ear.hear(RECONNECTED)
            await ear.hear("Que faire")
            await host.end(phone)

        async def second(phone, heard):
            await heard("Que faire")
            done.set()
            await phone.wait(1.0)
            phone.press("1")
            await heard("Nous sommes à Rennes.")
            await host.end(phone)

        nursery.start_soon(host.call, happenings, first)
        await placed.wait()
        await host.call(happenings, second)


async def test_a_brain_that_was_switched_on_just_now_answers_the_next_call(host):
    """Its models need a process that nothing needed before; the change is not kept waiting for it, nor refused."""
    config = host.house.config
    before = config.read_text("utf-8")
    document = yaml.safe_load(before)
    document["providers"]["llm"] = "thinker"
    document["plugins"]["thinker"] = {}
    config.write_text(yaml.safe_dump(document), "utf-8")
    await until(lambda: len(host.logged("config_taken")) == 2)

    async def person(phone, heard):
        await heard("Que faire")
        await phone.say(WHERE)
        await heard("Nous sommes à Rennes")
        await host.end(phone)

    async with host.watching() as happenings:
        await host.call(happenings, person)
    config.write_text(before, "utf-8")
    await until(lambda: len(host.logged("config_taken")) == 4)
    assert host.logged("config_refused") == []


async def test_the_call_of_a_worker_that_is_killed_goes_on_with_another(host):
    before = host.pids()

    def kill(worker, _phone):
        os.kill(before[worker], signal.SIGKILL)

    await two_calls(host, kill)
    assert [line["code"] for line in host.logged("process_died")] == [-signal.SIGKILL]
    host.ready()
    assert len(set(before.values()) & set(host.pids().values())) == 1  # the other worker noticed nothing
    assert len(host.logged("call_taken_over")) == 1


async def test_a_worker_whose_loop_is_blocked_tells_where_and_is_started_anew(host):
    before = host.pids()

    def block(_worker, phone):
        (host.house.data / "plugins" / "troupe").mkdir(parents=True, exist_ok=True)
        (host.house.data / "plugins" / "troupe" / "tool.stuck").touch()
        phone.press("1")

    await two_calls(host, block)
    [blocked] = host.logged("worker_blocked")
    assert "troupe" in host.house.log.partition("Fatal Python error: Aborted")[2]
    host.ready()
    assert blocked["pid"] not in host.pids().values()
    assert len(set(before.values()) & set(host.pids().values())) == 1


async def test_calls_of_a_host_without_its_supervisor_go_on_and_the_next_one_waits_for_their_end(host):
    before = list(host.pids().values())

    async def person(phone, heard):
        await heard("Que faire")
        host.process.kill()
        host.process.wait()
        await until(lambda: host.logged("parent_gone"))
        host.run()
        await until(lambda: host.logged("waiting_for_workers"))
        phone.press("1")
        await heard("Nous sommes à Rennes.")
        await host.end(phone)

    async with host.watching() as happenings:
        report = await host.call(happenings, person)
    assert report.failures == []
    host.ready()
    assert not set(before) & set(host.pids().values())
    assert [pid for pid in before if is_there(pid)] == []


async def test_told_to_stop_it_lets_calls_end_and_leaves_nothing(host):
    refused, drained = [], len(host.logged("draining"))

    async def person(phone, heard):
        await heard("Que faire")
        host.manager.lines()  # it has room for few
        host.process.send_signal(signal.SIGTERM)
        await until(lambda: {line["process"] for line in host.logged("draining")[drained:]} == {"worker-0", "worker-1"})
        refused.append(await host.refused(happenings))
        phone.press("1")
        await heard("Nous sommes à Rennes.")
        await host.end(phone)

    async with host.watching() as happenings:
        report = await host.call(happenings, person)
    assert report.failures == []
    assert "Stream" not in refused[0]
    with trio.fail_after(2 * PATIENCE):
        assert await trio.to_thread.run_sync(host.process.wait) == 0
    assert [pid for pid in host.children() if is_there(pid)] == []
    assert host.leftovers() == ["control.token"]
    heard = host.manager.lines()
    assert heard.index("READY=1") < heard.index("STOPPING=1")
    assert "WATCHDOG=1" in heard
