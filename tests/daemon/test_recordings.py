"""Calls that are erased, and what their carrier recorded of them: a purge, the job that it leaves, Twilio emulated."""

import time
from contextlib import asynccontextmanager

import pytest
import trio
from worker_house import build

from voiced.call.feed import Feed
from voiced.daemon.after_calls import AfterCalls
from voiced.daemon.jobs_work import Work
from voiced.daemon.project import judge
from voiced.errors import ProviderOverloaded, Unavailable
from voiced.jobs import queue, recordings
from voiced.registry import discover
from voiced.store import CallRow, db, queries
from voiced.store.upsert import upsert
from voiced.testing.twilio import Callee, Options, RestFaults, Twilio, open_rest

PERSON = "+33199000001"
ORDER = {"To": PERSON, "From": "+33912345678", "Record": "true", "Twiml": "<Response><Pause/></Response>"}
LONG_AGO = 120 * 86_400.0


@pytest.fixture
def database(tmp_path):
    opened = db.open(f"sqlite:///{tmp_path}/kept.db")
    yield opened
    db.close(opened)


@pytest.fixture
def of_account(tmp_path, database, monkeypatch):
    """Give the work of a jobs process whose carrier's API is at `url`."""

    def make(url):
        secrets = {"account_sid": "${TWILIO_ACCOUNT_SID}", "auth_tokens": ["${TWILIO_AUTH_TOKEN}"]}
        house = build(
            tmp_path / "house",
            plugins={"twilio": {**secrets, "url": url}, "troupe": {}, "local": {}, "audiosocket": {}},
        )
        monkeypatch.syspath_prepend(tmp_path / "house" / "site")
        project = judge(house.config, house.env, discover()).project
        return Work(project, database, trusted=True)

    return make


@asynccontextmanager
async def recorded(calls=1):
    """Give the emulated account, and its ids of calls that are over and were recorded by it."""
    twilio = Twilio("http://127.0.0.1:9/voice/inbound", options=Options(callees={PERSON: Callee()}))
    async with open_rest(twilio) as double:
        sids = [double.calls.create(ORDER).json["sid"] for _ in range(calls)]
        with trio.fail_after(20):
            for sid in sids:
                await twilio.legs[sid].settled.wait()
        assert left(double) == calls
        yield double, sids


def left(double):
    """How many recordings the account has."""
    return sum(len(leg.recordings) for leg in double.twilio.legs.values())


def old(sid, number=0):
    at = time.time() - LONG_AGO
    return CallRow(f"c-{number}", provider="twilio", carrier_call_id=sid, started_at=at, ended_at=at)


async def do(work, name, *arguments):
    return await trio.to_thread.run_sync(work.handlers()[name], *arguments)


async def test_what_is_purged_here_is_erased_at_the_carrier(of_account, database):
    async with recorded(calls=2) as (double, sids):
        work = of_account(double.url)
        upsert(database, [old(sid, number) for number, sid in enumerate(sids)])
        assert (await do(work, "purge"))["calls"] == 2
        [job] = queue.listed(database)
        assert (job.name, sorted(job.arguments)) == ("recordings", sorted(f"twilio/{sid}" for sid in sids))
        assert left(double) == 2
        assert await do(work, "recordings", *job.arguments) == {"calls": 2, "erased": 2}
        assert left(double) == 0
        assert await do(work, "recordings", *job.arguments) == {"calls": 2, "erased": 0}


async def test_an_api_that_is_down_fails_the_job_which_comes_again(of_account):
    async with recorded() as (double, [sid]):
        work = of_account(double.url)
        for operation in ("telco.recordings", "telco.erase"):
            work.breakers.gate(operation, "twilio").budget.left = 0.0
        double.faults = RestFaults(outage=503)
        with pytest.RaisesGroup(ProviderOverloaded):
            await do(work, "recordings", f"twilio/{sid}")
        assert work.breakers.listed()[1]["failures"] == 1
        double.faults = RestFaults()
        assert await do(work, "recordings", f"twilio/{sid}") == {"calls": 1, "erased": 1}


async def test_one_call_that_fails_keeps_no_other_from_being_erased(of_account):
    async with recorded() as (double, [sid]):
        work = of_account(double.url)
        with pytest.RaisesGroup(Unavailable):
            await do(work, "recordings", "gone/1", f"twilio/{sid}")
        assert left(double) == 0


async def test_a_carrier_without_an_api_keeps_nothing_that_we_could_reach(of_account):
    assert await do(of_account("http://127.0.0.1:9"), "recordings", "audiosocket/1") == {"calls": 1, "erased": 0}


@pytest.mark.parametrize(
    ("last", "left"), [("granted", "summary-c-0"), ("withdrawn", "recordings-c-0"), ("refused", "")]
)
async def test_what_is_left_of_a_call_goes_by_the_last_word_of_its_caller(database, last, left):
    class Writer:
        async def flush(self):
            await trio.lowlevel.checkpoint()

    upsert(database, [old("CA1")])
    feed = Feed()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(AfterCalls(feed, Writer(), database, trio.to_thread.run_sync).run)
        await trio.testing.wait_all_tasks_blocked()
        for decision in ("granted", last):
            feed.publish({"event": "consent", "call_id": "c-0", "decision": decision})
        feed.publish({"event": "call.ended", "call_id": "c-0"})
        feed.close()
    assert [job.id for job in queue.listed(database)] == [left] * bool(left)
    if last == "withdrawn":
        [job] = queue.listed(database)
        assert job.arguments == ["twilio/CA1"]
        assert job.due == pytest.approx(time.time() + recordings.SETTLED, abs=30)


def test_a_call_of_which_the_carrier_s_id_is_not_known_leaves_nothing(database):
    upsert(database, [CallRow("c-0", started_at=1.0)])
    assert recordings.forget(database, "c-0", time.time()) is None
    assert recordings.forget(database, "c-1", time.time()) is None
    assert queries.call(database, "c-0") is not None
