"""The queue: a job stays until it is done, whoever dies meanwhile."""

import threading
from dataclasses import replace

import pytest

from voiced.jobs import queue
from voiced.jobs.queue import HOLD, LONGEST, TRIES, JobRow

NAMES = ("summary", "purge")


def take(database, holder="jobs-1", now=100.0):
    return queue.claim(database, NAMES, holder, now)


def test_a_job_is_taken_held_and_gone_when_it_is_done(database):
    added = queue.add(database, "summary", "c-1", now=100.0, key="c-1")
    taken = take(database, now=101.0)
    assert taken == JobRow(
        added, "summary", ["c-1"], "running", 100.0, 1, 100.0, 101.0, "jobs-1", 101.0 + HOLD
    )  # fmt: skip
    assert take(database, "jobs-2", 102.0) is None
    queue.finish(database, added, "jobs-1")
    assert queue.listed(database) == []


def test_a_job_of_the_same_key_is_added_once_until_it_is_done(database):
    first = queue.add(database, "summary", "c-1", now=100.0, key="c-1")
    assert first == "summary-c-1"
    assert queue.add(database, "summary", "c-1", now=101.0, key="c-1") is None
    take(database)
    assert queue.add(database, "summary", "c-1", now=102.0, key="c-1") is None
    queue.finish(database, first, "jobs-1")
    assert queue.add(database, "summary", "c-1", now=103.0, key="c-1") == first


def test_jobs_without_a_key_are_all_different(database):
    assert queue.add(database, "purge", now=1.0) != queue.add(database, "purge", now=1.0)


def test_the_one_that_is_due_first_comes_first(database):
    for second in (3.0, 1.0, 2.0):
        queue.add(database, "summary", second, now=second)
    assert [take(database).arguments for _ in range(3)] == [[1.0], [2.0], [3.0]]


def test_what_is_not_due_yet_waits(database):
    queue.add(database, "purge", now=200.0)
    assert take(database, now=199.0) is None
    assert take(database, now=200.0) is not None


def test_what_nobody_here_knows_is_left_to_who_does(database):
    queue.add(database, "export", now=1.0)
    assert take(database) is None
    assert queue.claim(database, ("export",), "newer", 100.0).name == "export"


def test_the_job_of_a_process_that_died_goes_to_another(database):
    added = queue.add(database, "purge", now=100.0)
    take(database, "killed", 100.0)
    assert take(database, "jobs-2", 100.0 + HOLD) is None
    again = take(database, "jobs-2", 100.0 + HOLD + 1)
    assert (again.id, again.holder, again.tries) == (added, "jobs-2", 2)
    queue.finish(database, added, "killed")  # it was only slow
    assert queue.find(database, added) == again


def test_a_process_that_lives_keeps_its_jobs_for_as_long_as_is_sensible(database):
    queue.add(database, "purge", now=0.0)
    began = take(database, now=0.0).started_at
    for second in range(30, int(LONGEST), 30):
        queue.hold(database, "jobs-1", float(second))
        assert take(database, "jobs-2", second + 29.0) is None
    queue.hold(database, "jobs-1", began + LONGEST + 1)
    assert take(database, "jobs-2", began + LONGEST + HOLD + 1) is not None


def test_a_job_that_failed_waits_longer_after_each_try(database):
    queue.add(database, "purge", now=0.0)
    now, waits = 0.0, []
    for _ in range(TRIES):
        taken = take(database, now=now)
        queue.note(database, taken.id, "jobs-1", {"type": "OperationalError"}, final=False)
        queue.postpone(database, taken.id, "jobs-1", now)
        [row] = queue.listed(database)
        waits.append(row.due - now)
        assert (row.state, row.error) == ("waiting", {"type": "OperationalError"})
        now = row.due
    assert waits == [10.0, 40.0, 160.0, 640.0, 2560.0]
    assert queue.pause(40) == 3600.0


def test_a_job_that_kills_its_process_is_parked_in_the_end(database):
    added = queue.add(database, "purge", now=0.0)
    queue.add(database, "summary", "c-1", now=1.0)
    now = 0.0
    for _ in range(TRIES):
        assert take(database, now=now).id == added
        now += HOLD + 1
    assert take(database, now=now).name == "summary"  # the others get their turn
    parked = queue.find(database, added)
    assert (parked.state, parked.tries, parked.error["type"]) == ("parked", TRIES, "Died")


@pytest.fixture
def parked(database):
    added = queue.add(database, "purge", now=0.0, key="daily")
    take(database)
    queue.note(database, added, "jobs-1", {"type": "ValueError"}, final=True)
    return added


def test_a_parked_job_is_not_run_until_someone_says_so(database, parked):
    assert take(database, now=1e9) is None
    assert queue.retry(database, parked, 2e9)
    taken = take(database, now=2e9)
    assert (taken.id, taken.tries, taken.error) == (parked, 1, {"type": "ValueError"})


def test_what_is_due_each_day_is_tried_again_though_it_is_parked(database, parked):
    assert queue.add(database, "purge", now=5.0, key="daily") is None
    assert queue.add(database, "purge", now=5.0, key="daily", revive=True) == parked
    assert queue.add(database, "purge", now=5.0, key="daily", revive=True) is None
    assert queue.find(database, parked).state == "waiting"


def test_a_job_can_be_dropped_unless_it_runs(database, parked):
    assert queue.drop(database, parked)
    assert not queue.drop(database, parked)
    running = queue.add(database, "purge", now=0.0)
    take(database)
    assert not queue.drop(database, running)
    assert not queue.retry(database, running, 1.0)
    assert queue.find(database, running).state == "running"


def test_who_leaves_gives_its_jobs_back_as_if_it_had_not_begun(database):
    queue.add(database, "purge", now=0.0, key="daily")
    before = queue.listed(database)
    take(database, now=1.0)
    queue.give_back(database, "jobs-1", 2.0)
    [after] = queue.listed(database)
    assert replace(after, started_at=None, due=0.0) == before[0]
    assert take(database, "jobs-2", 2.0) is not None


def test_threads_that_take_at_the_same_time_never_take_the_same(database):
    for number in range(40):
        queue.add(database, "summary", number, now=0.0)
    taken = []

    def work(holder):
        while (row := take(database, holder)) is not None:
            taken.append(row.arguments[0])
            queue.finish(database, row.id, holder)

    threads = [threading.Thread(target=work, args=(f"jobs-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(taken) == list(range(40))
    assert queue.listed(database) == []
