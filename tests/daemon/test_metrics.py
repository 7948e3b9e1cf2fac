"""What a real worker tells of itself, while a call goes on and when it is over."""

import os

import httpx2
import trio
from prometheus_client.parser import text_string_to_metric_families
from worker_house import Wire

from voiced.fleet.control import workers
from voiced.fleet.measures import joined, leave, take_back
from voiced.fleet.rundir import token_beside
from voiced.observe.metrics import DECLARED, exposition


def read(text):
    """The samples of an exposition: name and labels to value."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


async def measures(house):
    (worker,) = await trio.to_thread.run_sync(workers, house.data)
    return read(await trio.to_thread.run_sync(worker.metrics))


async def test_a_call_is_seen_while_it_goes_on_and_counted_when_it_is_over(house):
    during = {}

    async def caller(phone, _happenings):
        await phone.wait_for_agent()
        during.update(await measures(house))

    held = await house.call(caller)
    house.rows(held)
    assert during["voiced_calls",] == 1
    assert during["voiced_media_sockets",] == 1
    assert during["voiced_calls_capacity",] > 1
    after = await measures(house)
    assert after["voiced_calls",] == after["voiced_media_sockets",] == 0
    assert after["voiced_journal_rows_waiting",] == 0
    assert after["voiced_calls_admitted_total", ("carrier", "twilio")] == 1
    assert after["voiced_webhooks_total", ("carrier", "twilio"), ("status", "200")] >= 1
    assert after["voiced_journal_rows_written_total",] > 0
    assert after["voiced_loop_lateness_seconds_count",] > 0
    assert after["process_resident_memory_bytes",] > 0


async def test_a_webhook_that_was_refused_is_counted_as_such(house):
    before = await measures(house)
    await Wire(house).post("/voice/inbound", signature="wrong")
    after = await measures(house)
    key = ("voiced_webhooks_total", ("carrier", "twilio"), ("status", "403"))
    assert after[key] == before.get(key, 0) + 1


async def test_only_who_has_the_token_reads_it(house):
    shown = {"authorization": f"Bearer {token_beside(house.control)}"}
    transport = httpx2.AsyncHTTPTransport(uds=str(house.control))
    async with httpx2.AsyncClient(transport=transport) as client:
        assert (await client.get("http://control/v1/metrics")).status_code == 401
        answer = await client.get("http://control/v1/metrics", headers=shown)
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert {name for name, declared in DECLARED.items() if not declared.labels} <= {
        family.name + ("_total" if family.type == "counter" else "")
        for family in text_string_to_metric_families(answer.text)
    }


async def test_all_processes_are_read_at_once(house):
    leave(house.data, "jobs")
    (house.data / "run" / "old.prom").write_bytes(b"")
    os.utime(house.data / "run" / "old.prom", (1, 1))
    told = read(await trio.to_thread.run_sync(joined, house.data, {"admin": exposition()}))
    up = {labels[0][1]: value for (name, *labels), value in told.items() if name == "voiced_up"}
    assert up == {"worker-0": 1, "jobs": 1, "admin": 1, "old": 0}
    take_back(house.data, "jobs")
    take_back(house.data, "old")
    told = read(await trio.to_thread.run_sync(joined, house.data, {}))
    assert {labels[0][1] for (name, *labels) in told if name == "voiced_up"} == {"worker-0"}
