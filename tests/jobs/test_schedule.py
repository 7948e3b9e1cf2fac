"""The timetable and the one who keeps it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from voiced.jobs import lease, queue, schedule
from voiced.jobs.schedule import LEASE_SECONDS
from voiced.jobs.timetable import TIMETABLE, Daily, Every, due

PARIS = ZoneInfo("Europe/Paris")


def paris(*when):
    return datetime(*when, tzinfo=PARIS).timestamp()


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ((2026, 11, 24, 3, 30), (2026, 11, 24, 3, 30)),
        ((2026, 11, 24, 3, 29), (2026, 11, 23, 3, 30)),
        ((2026, 11, 24, 23, 59), (2026, 11, 24, 3, 30)),
        ((2026, 3, 29, 12, 0), (2026, 3, 29, 3, 30)),  # the day that has 23 hours
        ((2026, 3, 29, 1, 0), (2026, 3, 28, 3, 30)),
        ((2026, 10, 25, 12, 0), (2026, 10, 25, 3, 30)),  # the day that has 25
        ((2026, 10, 26, 2, 0), (2026, 10, 25, 3, 30)),
    ],
)
def test_a_daily_slot_is_at_its_hour_in_paris(now, slot):
    assert Daily(3, 30).slot(paris(*now)) == paris(*slot)


def test_the_slot_after_is_a_day_later_though_the_clocks_change():
    assert Daily(3, 30).after(paris(2026, 3, 28, 3, 30)) == paris(2026, 3, 29, 3, 30)
    assert Every(300).after(600.0) == 900.0


def test_what_was_missed_is_made_up_once():
    times = {"purge": Daily(3, 30)}
    now = paris(2026, 11, 24, 12, 0)
    slots = due({"purge": paris(2026, 11, 20, 3, 30)}, now, times)
    assert slots == {"purge": paris(2026, 11, 24, 3, 30)}
    assert due(slots, now, times) == {}


def test_a_clock_that_was_a_year_ahead_stops_nothing():
    ahead = due({}, paris(2027, 11, 24, 12, 0))
    assert set(due(ahead, paris(2026, 11, 24, 12, 0))) == set(TIMETABLE)


def test_a_lease_has_one_holder_until_it_runs_out(database):
    assert lease.acquire(database, "it", "a", 100.0, 30.0)
    assert not lease.acquire(database, "it", "b", 129.0, 30.0)
    assert lease.acquire(database, "it", "a", 129.0, 30.0)
    assert lease.held(database, "it", 158.0) == lease.Held("a", 159.0)
    assert lease.acquire(database, "it", "b", 159.0, 30.0)
    assert not lease.acquire(database, "it", "a", 160.0, 30.0)


def test_a_lease_that_was_given_up_is_free(database):
    lease.acquire(database, "it", "a", 100.0, 30.0)
    lease.release(database, "it", "b")
    assert lease.held(database, "it", 101.0).holder == "a"
    lease.release(database, "it", "a")
    assert lease.held(database, "it", 101.0) is None
    assert lease.acquire(database, "it", "b", 101.0, 30.0)


NOON = paris(2026, 11, 24, 12, 0)


def test_one_of_several_processes_queues_what_is_due_and_each_once(database):
    added = [schedule.tick(database, holder, NOON + second) for second in range(9) for holder in ("a", "b", "c")]
    assert [sorted(ids) for ids in added if ids] == [["purge-periodic", "sweep-periodic"]]
    assert schedule.scheduler(database, NOON + 9).holder == "a"


def test_another_takes_over_when_the_scheduler_dies(database):
    schedule.tick(database, "a", NOON)
    finish_all(database)
    assert schedule.tick(database, "b", NOON + LEASE_SECONDS - 1) == []
    assert schedule.tick(database, "b", NOON + 301) == ["sweep-periodic"]
    assert schedule.scheduler(database, NOON + 302).holder == "b"


def test_a_scheduler_that_leaves_is_followed_at_once(database):
    schedule.tick(database, "a", NOON)
    finish_all(database)
    schedule.resign(database, "a")
    schedule.tick(database, "b", NOON + 1)
    assert schedule.scheduler(database, NOON + 2).holder == "b"


def test_what_is_still_at_it_is_not_queued_again(database):
    schedule.tick(database, "a", NOON)
    assert schedule.tick(database, "a", NOON + 301) == []
    assert len(queue.listed(database)) == 2


def test_it_can_be_told_what_runs_when(database):
    assert [(each.last, each.next) for each in schedule.planned(database, NOON)] == [(None, NOON)] * 2
    schedule.tick(database, "a", NOON)
    told = {each.name: each for each in schedule.planned(database, NOON + 1)}
    assert told["purge"] == schedule.Planned(
        "purge", "daily at 03:30, Paris", paris(2026, 11, 24, 3, 30), paris(2026, 11, 25, 3, 30)
    )
    assert told["sweep"] == schedule.Planned("sweep", "every 5 min", NOON, NOON + 300)


def finish_all(database):
    for row in queue.listed(database):
        queue.finish(database, queue.claim(database, (row.name,), "x", 9e9).id, "x")
