"""What a worker leaves when a call is over, and what becomes of it: real workers, real jobs processes."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from worker_house import NAME, OUI, PATIENCE, until

from voiced.jobs import queue
from voiced.store import CallRow, MessageRow, db, queries
from voiced.store.upsert import upsert

DAY = 86_400.0
GRANTED = [{"decision": "granted"}]


class JobsProcess:
    """`voiced run --only jobs` for one house."""

    def __init__(self, house, name="jobs"):
        self.path = house.folder / f"{name}.log"
        command = [sys.executable, "-m", "voiced", "run", "--only", "jobs", "--config", str(house.config)]
        with self.path.open("wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **house.env}
            )

    def logged(self, event, **facts):
        lines = [json.loads(line) for line in self.path.read_text("utf-8").splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == event and facts.items() <= line.items()]

    def stop(self):
        """Stop it; return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@pytest.fixture
def jobs():
    """Start jobs processes for a house; none outlives the test."""
    started = []

    def start(house, name="jobs"):
        started.append(JobsProcess(house, name))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.wait()


@pytest.fixture
def url(request, tmp_path):
    """A database in SQLite, or in PostgreSQL where a test says so."""
    wanted = getattr(request, "param", "sqlite")
    return f"sqlite:///{tmp_path}/kept.db" if wanted == "sqlite" else request.getfixturevalue("postgres_url")


@pytest.fixture
def kept(url):
    """The database that the house keeps its data in."""
    opened = db.open(url)
    yield opened
    db.close(opened)


def wants(name, consent=GRANTED, **facts):
    """Return the rows of a call that is over."""
    call = CallRow(name, started_at=time.time() - 90, ended_at=time.time(), ended_by="caller", consent=consent)
    return [CallRow(**{**{k: getattr(call, k) for k in call.__slots__}, **facts}),
            MessageRow(name, 0, "caller", "Je voudrais un rendez-vous")]  # fmt: skip


async def test_a_call_is_summarised_when_it_is_over_if_its_caller_agreed(own_house, kept, url, jobs):
    house = own_house(store={"url": url}).run().ready()

    async def agrees(phone, heard):
        await heard("Gardons-nous le texte ?")
        await phone.say(OUI)
        await heard("Votre nom ?")
        await phone.say(NAME)
        await heard("Au revoir.")
        await phone.wait_end()

    held = await house.call(agrees)
    await until(lambda: queue.find(kept, f"summary-{held.call_id}"))
    process = jobs(house)
    await until(lambda: queries.summary(kept, held.call_id))
    assert queries.summary(kept, held.call_id).text.splitlines() == [
        "Demande : « je m'appelle Zéphyrine Quatrevents »",
        "Fin : la conversation est allée à son terme.",
    ]
    assert house.finish() == 0
    assert process.stop() == 0
    assert "Zéphyrine" not in process.path.read_text("utf-8")


async def test_a_call_whose_caller_refused_leaves_nothing_to_do(own_house, jobs):
    house = own_house().run().ready()

    async def hangs_up(phone, heard):
        await heard("Gardons-nous le texte ?")
        phone.hang_up()
        await phone.wait_end()

    await house.call(hangs_up)
    assert house.finish() == 0
    database = db.open(f"sqlite:///{house.data}/voiced.db")
    assert queue.listed(database) == []
    db.close(database)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_a_killed_jobs_process_loses_nothing(own_house, kept, url, jobs):
    house = own_house(store={"url": url}, jobs={"threads": 4})
    names = [f"c-{number}" for number in range(60)]
    upsert(kept, [row for name in names for row in wants(name)])
    for name in names:
        queue.add(kept, "summary", name, now=time.time(), key=name)
    first = jobs(house, "first")
    await until(lambda: len(first.logged("job_done", job="summary")) > 5)
    first.process.kill()
    first.process.wait(PATIENCE)
    with kept.connection_context():  # a minute goes by: what it held is free
        kept.execute_sql("update jobs set held_until = 0 where state = 'running'")
        kept.execute_sql("update leases set held_until = 0")
    second = jobs(house, "second")
    await until(lambda: queue.listed(kept) == [])
    assert [name for name in names if queries.summary(kept, name) is None] == []
    assert second.stop() == 0


async def test_what_nobody_left_is_found_and_what_is_too_old_erased_at_the_start(own_house, kept, url, jobs):
    house = own_house(store={"url": url})
    upsert(kept, [*wants("missed"), *wants("old", started_at=time.time() - 91 * DAY, ended_at=None)])
    process = jobs(house)
    await until(lambda: queries.summary(kept, "missed") and queries.call(kept, "old") is None)
    await until(lambda: process.logged("job_done", job="purge", calls=1, messages=1))
    assert process.stop() == 0
    assert [line["event"] for line in process.logged("stopped")] == ["stopped"]


async def test_edits_take_effect_without_a_restart_unless_they_are_broken(own_house, kept, url, jobs):
    house = own_house(store={"url": url})
    upsert(kept, wants("old", ended_at=time.time() - 2 * DAY))
    process = jobs(house)
    await until(lambda: process.logged("job_done", job="purge"))
    whole = house.config.read_text("utf-8")
    house.config.write_text(whole + "privacy: {data_ttl_days: never}\n", "utf-8")
    await until(lambda: process.logged("configuration_refused", problems=1))
    house.config.write_text(whole + "privacy: {data_ttl_days: 1}\n", "utf-8")
    await until(lambda: process.logged("job_done", job="warm"))  # the sentences of the new version
    await until(lambda: queue.add(kept, "purge", now=time.time(), key="periodic"))
    await until(lambda: process.logged("job_done", job="purge", days=1, calls=1))
    assert queries.call(kept, "old") is None
    assert process.stop() == 0


async def test_a_voice_that_is_down_is_tried_again_later(own_house, kept, url, jobs):
    house = own_house(store={"url": url})
    house.break_down("tts")
    queue.add(kept, "warm", now=time.time(), key="by-hand")
    process = jobs(house)
    await until(lambda: process.logged("job_failed", job="warm"))
    house.mend("tts")
    await until(lambda: queue.retry(kept, "warm-by-hand", time.time()))
    await until(lambda: process.logged("job_done", job="warm"))
    assert process.stop() == 0
