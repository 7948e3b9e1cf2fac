"""The elected scheduler: whichever process holds the lease queues what the timetable says. Everything blocks."""

from __future__ import annotations

from dataclasses import dataclass

from peewee import Database

from voiced.jobs import lease, queue
from voiced.jobs.tables import JobRun
from voiced.jobs.timetable import TIMETABLE, due

LEASE = "scheduler"
LEASE_SECONDS = 30.0
"""Seconds after which another process takes over from a scheduler that died."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A periodic job: how often, the last slot it was queued for (None: never), and the next."""

    name: str
    times: str
    last: float | None
    next: float


def tick(database: Database, holder: str, now: float) -> list[str]:
    """Queue what is due, if `holder` is the scheduler or becomes it; return the ids of the jobs that were added.

    Call it every few seconds. Should two ever think that they are the scheduler, a job is still queued once: its key
    is its name. One that is still parked is tried again.
    """
    if not lease.acquire(database, LEASE, holder, now, LEASE_SECONDS):
        return []
    added = []
    for name, slot in due(_last(database), now).items():
        added.append(queue.add(database, name, now=now, key="periodic", revive=True))
        _queued(database, name, slot, now)
    return [each for each in added if each is not None]


def resign(database: Database, holder: str) -> None:
    """Let another process be the scheduler at once."""
    lease.release(database, LEASE, holder)


def scheduler(database: Database, now: float) -> lease.Held | None:
    """Return which process is the scheduler."""
    return lease.held(database, LEASE, now)


def planned(database: Database, now: float) -> list[Planned]:
    """Return what runs when."""
    last = _last(database)
    waits = due(last, now)
    return [
        Planned(name, str(times), last.get(name), now if name in waits else times.after(times.slot(now)))
        for name, times in TIMETABLE.items()
    ]


def _last(database: Database) -> dict[str, float]:
    with database.connection_context():
        return {run.name: run.slot for run in JobRun.select().execute(database)}


def _queued(database: Database, name: str, slot: float, now: float) -> None:
    row = JobRun.insert(name=name, slot=slot, queued_at=now)
    keep = row.on_conflict(conflict_target=["name"], preserve=["slot", "queued_at"])
    with database.connection_context():
        keep.execute(database)
