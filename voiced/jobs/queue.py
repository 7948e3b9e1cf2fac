"""The queue: jobs are rows that stay until they are done, so that none is lost with the process that was at it.

waiting -- claim --> running -- finish --> (no row)
   ^                    |-- postpone: it failed, and is tried again later --> waiting
   |                    |-- park: it failed too often --> parked -- retry --> waiting
   `--------------------'   the holder died: its hold ran out

A job runs at least once: what it does must be the same when done twice. Its id is its key: a job of the same key that
is still there makes adding another one nothing. Everything blocks; `now` is the wall clock in seconds.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

from peewee import Database, IntegrityError, SqliteDatabase

from voiced.jobs.tables import Job

State = Literal["waiting", "running", "parked"]

TRIES = 5
"""Times that a job is begun before it is parked."""
HOLD = 60.0
"""Seconds that a process may not be heard of before its jobs are given to another."""
LONGEST = 3600.0
"""Seconds after which a job that still runs is not held any longer."""
DIED = {"type": "Died", "message": "the process that was at it died, each time"}
FIRST_PAUSE, LONGEST_PAUSE = 10.0, 3600.0
"""Seconds between tries; four times more after each."""


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job that is not done yet."""

    id: str
    name: str
    arguments: Sequence[Any] = ()
    state: State = "waiting"
    due: float = 0.0
    """When it may begin."""
    tries: int = 0
    """How often it was begun."""
    created_at: float = 0.0
    started_at: float | None = None
    holder: str | None = None
    """The process that is at it."""
    held_until: float | None = None
    error: Mapping[str, Any] | None = None
    """What the last try failed of: a type, places in the code, and a message only where voiced wrote it."""


def pause(tries: int) -> float:
    """Return the seconds to wait after the try number `tries`, counted from 1."""
    return float(min(FIRST_PAUSE * 4 ** (tries - 1), LONGEST_PAUSE))


def add(
    database: Database,
    name: str,
    *arguments: Any,
    now: float,
    key: str = "",
    after: float = 0.0,
    revive: bool = False,
) -> str | None:
    """Add a job, to begin in `after` seconds; return its id, or None where one of the same `key` is still there.

    `arguments` are JSON values. `revive` lets a parked one of that key run again, as for what is due each day.
    """
    given = f"{name}-{key or uuid.uuid4().hex[:12]}"
    row = JobRow(given, name, list(arguments), due=now + after, created_at=now)
    with database.connection_context():
        try:
            with database.atomic():
                Job.insert(**asdict(row)).execute(database)
        except IntegrityError:
            return given if revive and _again(database, given, now) else None
    return given


def add_within(database: Database, name: str, *arguments: Any, now: float) -> None:
    """Add a job in the transaction that is under way: it is there exactly when what it follows is."""
    row = JobRow(f"{name}-{uuid.uuid4().hex[:12]}", name, list(arguments), due=now, created_at=now)
    Job.insert(**asdict(row)).execute(database)


def claim(database: Database, names: Collection[str], holder: str, now: float) -> JobRow | None:
    """Take the job among `names` that has been due for longest, for `HOLD` seconds; None when there is none.

    Others are left to processes that know them: of another version, say. A job that took down its process as often as
    it may be tried is parked on the way.
    """
    with database.connection_context():
        if not _rows(database, _due(names, now)):
            return None  # without a write lock, every second
        while (taken := _take(database, names, holder, now)) is not None:
            if taken.tries <= TRIES:
                return taken
            _update(database, taken, state="parked", tries=TRIES, holder=None, held_until=None, error=DIED)
    return None


def hold(database: Database, holder: str, now: float) -> None:
    """Go on holding everything that `holder` runs, but for what has run for too long."""
    with database.connection_context():
        mine = (Job.state == "running") & (Job.holder == holder) & (Job.started_at > now - LONGEST)
        Job.update(held_until=now + HOLD).where(mine).execute(database)


def finish(database: Database, id: str, holder: str) -> None:
    """Remove a job that is done."""
    with database.connection_context():
        Job.delete().where(_held(id, holder)).execute(database)


def postpone(database: Database, id: str, holder: str, now: float) -> None:
    """Let a job that failed be tried again, after a pause that grows with its tries."""
    with database.connection_context():
        for row in _rows(database, Job.select().where(_held(id, holder))):
            _update(database, row, state="waiting", due=now + pause(row.tries), holder=None, held_until=None)


def note(database: Database, id: str, holder: str, error: Mapping[str, Any], *, final: bool) -> None:
    """Keep what a try failed of; `final` parks the job."""
    changes = {"error": error, **({"state": "parked", "held_until": None} if final else {})}
    with database.connection_context():
        Job.update(**changes).where(_held(id, holder)).execute(database)


def give_back(database: Database, holder: str, now: float) -> None:
    """Let others have at once what `holder` runs: it leaves."""
    with database.connection_context():
        mine = (Job.state == "running") & (Job.holder == holder)
        Job.update(state="waiting", due=now, holder=None, held_until=None, tries=Job.tries - 1).where(mine).execute(
            database
        )


def listed(database: Database) -> list[JobRow]:
    """Return every job that is not done, in the order of their turns."""
    with database.connection_context():
        return _rows(database, Job.select().order_by(Job.due, Job.id))


def find(database: Database, id: str) -> JobRow | None:
    """Return one job, None when it is done or never was."""
    with database.connection_context():
        found = _rows(database, Job.select().where(Job.id == id))
    return found[0] if found else None


def retry(database: Database, id: str, now: float) -> bool:
    """Let a parked job, or one that waits for its next try, run now as if it never had; return whether it is one."""
    with database.connection_context():
        return _again(database, id, now, "parked", "waiting")


def drop(database: Database, id: str) -> bool:
    """Remove a job that does not run; return whether it was there."""
    with database.connection_context():
        return bool(Job.delete().where((Job.id == id) & (Job.state != "running")).execute(database))


def _again(database: Database, id: str, now: float, *states: State) -> bool:
    which = (Job.id == id) & Job.state.in_(states or ("parked",))
    fresh = {"state": "waiting", "due": now, "tries": 0, "holder": None, "held_until": None}
    return bool(Job.update(**fresh).where(which).execute(database))


def _take(database: Database, names: Collection[str], holder: str, now: float) -> JobRow | None:
    sqlite = isinstance(database, SqliteDatabase)
    query = _due(names, now)
    with database.atomic(*(["IMMEDIATE"] if sqlite else [])):
        found = _rows(database, query if sqlite else query.for_update("FOR UPDATE SKIP LOCKED"))
        if not found:
            return None
        taken = replace(
            found[0], state="running", tries=found[0].tries + 1, started_at=now, holder=holder, held_until=now + HOLD
        )
        Job.update(**asdict(taken)).where(Job.id == taken.id).execute(database)
    return taken


def _due(names: Collection[str], now: float) -> Any:
    waits = (Job.state == "waiting") & (Job.due <= now)
    orphaned = (Job.state == "running") & (Job.held_until < now)
    return Job.select().where(Job.name.in_(list(names)) & (waits | orphaned)).order_by(Job.due, Job.id).limit(1)


def _held(id: str, holder: str) -> Any:
    return (Job.id == id) & (Job.holder == holder) & (Job.state == "running")


def _update(database: Database, row: JobRow, **changes: Any) -> None:
    Job.update(**changes).where(Job.id == row.id).execute(database)


def _rows(database: Database, query: Any) -> list[JobRow]:
    names = [field.name for field in fields(JobRow)]
    return [JobRow(**{name: getattr(found, name) for name in names}) for found in query.execute(database)]
