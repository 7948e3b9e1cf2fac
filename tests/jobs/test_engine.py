"""What runs jobs: tries, retries, gives up, and says so."""

import pickle

import pytest

from voiced.errors import Unavailable
from voiced.jobs import queue
from voiced.jobs.engine import Engine, JsonSerializer
from voiced.jobs.queue import TRIES


class Fails:
    """A job that fails so many times."""

    def __init__(self, times):
        self.times = times
        self.ran = 0

    def __call__(self, *_):
        self.ran += 1
        if self.ran <= self.times:
            raise Unavailable("the disk is full", fix="free some space")
        return {"count": self.ran}


@pytest.fixture
def clock():
    """Virtual time: whatever waits is waited for."""
    return [1000.0]


@pytest.fixture
def engine(database, clock):
    def make(handler, holder="jobs-1"):
        return Engine(database, {"purge": handler}, holder, lambda: clock[0])

    return make


def run_all(database, engine, clock):
    """Run what is due, and what comes to be due, until nothing waits any more."""
    while waits := [row.due for row in queue.listed(database) if row.state == "waiting"]:
        clock[0] = max(clock[0], min(waits))
        engine.run(engine.take())


def test_a_job_runs_with_its_arguments_and_is_done(database, engine, clock, log):
    seen = []

    def purge(*arguments):
        seen.append(arguments)
        return {"calls": 3}

    queue.add(database, "purge", "c-1", 90, now=clock[0])
    run_all(database, engine(purge), clock)
    assert seen == [("c-1", 90)]
    assert queue.listed(database) == []
    assert [(line["event"], line["job"], line["calls"]) for line in log()] == [("job_done", "purge", 3)]


def test_nothing_to_do_is_nothing(engine):
    assert engine(Fails(0)).take() is None


def test_a_failure_is_tried_again_until_it_works(database, engine, clock, log, measured):
    added = queue.add(database, "purge", now=clock[0])
    fails = Fails(2)
    run_all(database, engine(fails), clock)
    assert fails.ran == 3
    assert queue.find(database, added) is None
    assert [line["event"] for line in log()] == ["job_failed", "job_failed", "job_done"]
    assert clock[0] == 1000.0 + 10 + 40
    assert measured("voiced_jobs_total", job="purge", outcome="failed") == 2
    assert measured("voiced_jobs_total", job="purge", outcome="done") == 1


def test_a_job_that_never_works_is_parked_with_what_it_failed_of(database, engine, clock, log, measured):
    added = queue.add(database, "purge", now=clock[0])
    fails = Fails(99)
    run_all(database, engine(fails), clock)
    assert fails.ran == TRIES
    parked = queue.find(database, added)
    assert (parked.state, parked.tries, parked.error["type"]) == ("parked", TRIES, "Unavailable")
    assert parked.error["message"] == "the disk is full — free some space"
    assert [line["event"] for line in log()] == ["job_failed"] * (TRIES - 1) + ["job_parked"]
    assert measured("voiced_jobs_total", job="purge", outcome="parked") == 1


def test_what_a_library_says_of_its_failure_is_kept_nowhere(database, engine, clock, log):
    def purge():
        raise ValueError("Zéphyrine Quatrevents, 06 12 34 56 78")

    added = queue.add(database, "purge", now=clock[0])
    run_all(database, engine(purge), clock)
    assert queue.find(database, added).error["type"] == "ValueError"
    assert "Zéphyrine" not in str(queue.find(database, added)) + str(log())


def test_a_job_whose_process_was_killed_counts_that_try(database, engine, clock, log):
    queue.add(database, "purge", now=clock[0])
    assert engine(Fails(0), "killed").take() is not None
    clock[0] += queue.HOLD + 1
    fails = Fails(99)
    run_all_of = engine(fails, "jobs-2")
    run_all_of.run(run_all_of.take())
    run_all(database, run_all_of, clock)
    assert fails.ran == TRIES - 1


def test_a_job_whose_outcome_cannot_be_written_comes_again(database, engine, clock, log):
    def rename(before, after):
        with database.connection_context():
            database.execute_sql(f"alter table {before} rename to {after}")

    fails = Fails(1)

    def purge():
        if fails.ran == 0:
            rename("jobs", "elsewhere")
        return fails()

    queue.add(database, "purge", now=clock[0])
    runner = engine(purge)
    runner.run(runner.take())
    assert "job_left_held" in [line["event"] for line in log()]
    rename("elsewhere", "jobs")
    assert runner.take() is None
    clock[0] += queue.HOLD + 1
    runner.run(runner.take())
    assert fails.ran == 2
    assert queue.listed(database) == []


def test_a_message_is_json_and_never_pickle():
    with pytest.raises(ValueError, match="codec"):
        JsonSerializer().deserialize(pickle.dumps({"id": "purge-1"}))
