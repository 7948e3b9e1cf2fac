"""Erasure of what is older than it may be: calls, with all that was said and done in them.

A wrong clock must not erase what is young, so the time is doubted first; who knows that it is right says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from peewee import Database, SqliteDatabase, fn

from voiced.errors import Unavailable
from voiced.jobs import recordings
from voiced.jobs.tables import Purge
from voiced.store.models import Action, Call, Message, Summary

DAY = 86_400.0
BATCH = 200
"""Most calls that one transaction erases: the worker's rows get their turn in between."""
SKEW = 600.0
"""Seconds by which clocks may be set."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What one purge erased: everything of calls that were over before `before`."""

    before: float
    calls: int = 0
    messages: int = 0
    actions: int = 0
    summaries: int = 0


def sensible_gap(days: int) -> float:
    """Return the seconds that may well lie between two purges, or the newest call and now, if data lives for `days`.

    A purge runs each day. A longer gap is a machine that was off for long, or a clock that is wrong: that is for a
    person to say.
    """
    return min(30.0, max(3.0, days / 3)) * DAY


def doubt(now: float, newest: float | None, days: int, moved: float = 0.0) -> str:
    """Return why the clock is not to be trusted; "" if it is. Pure.

    `newest` is the last time that the database knows of (None: it is empty), `moved` the seconds by which the clock was
    set while this process ran.
    """
    if abs(moved) > SKEW:
        return f"the clock was set by {moved:+.0f} seconds since this process started"
    if newest is None:
        return ""
    if now < newest - SKEW:
        return f"the clock is {newest - now:.0f} seconds behind what the database knows of"
    if now > newest + sensible_gap(days):
        return f"nothing happened for {(now - newest) / DAY:.0f} days, or the clock is ahead"
    return ""


def purge(database: Database, days: int, now: float, *, moved: float = 0.0, trusted: bool = False) -> Erased:
    """Erase what is older than `days`, keep the proof, and return it. May be interrupted, and run again.

    Raises `Unavailable` when the clock is doubtful, unless it is `trusted`.
    """
    reason = "" if trusted else doubt(now, _newest(database), days, moved)
    if reason:
        fix = "set the clock right; if it is, run `voiced jobs run purge --trust-clock`"
        raise Unavailable(f"nothing was erased: {reason}", fix=fix)
    erased = Erased(now - days * DAY)
    while ids := _old(database, erased.before) or _orphans(database):
        erased = _erase(database, ids, erased, now)
    _prove(database, erased, now)
    return erased


def _newest(database: Database) -> float | None:
    with database.connection_context():
        times = [
            Purge.select(fn.MAX(Purge.at)).scalar(database),
            Call.select(fn.MAX(Call.started_at)).scalar(database),
            Call.select(fn.MAX(Call.ended_at)).scalar(database),
        ]
    return max((time for time in times if time is not None), default=None)


def _old(database: Database, before: float) -> list[str]:
    """Return some calls that were over before `before`; one whose end nobody told counts from its beginning."""
    old = Call.select(Call.id).where(fn.COALESCE(Call.ended_at, Call.started_at) < before).limit(BATCH)
    with database.connection_context():
        return [row.id for row in old.execute(database)]


def _orphans(database: Database) -> list[str]:
    """Return some calls that are not there, but something of them is: written after an erasure, by a call in progress.

    A call's row is always written before what is said in it.
    """
    with database.connection_context():
        for table in (Message, Action, Summary):
            known: Any = Call.select(Call.id).where(Call.id == table.call)
            query = table.select(table.call).where(~fn.EXISTS(known)).distinct().limit(BATCH)
            if found := [row.call for row in query.execute(database)]:
                return found
    return []


def _erase(database: Database, ids: Sequence[str], so_far: Erased, now: float) -> Erased:
    with database.connection_context(), database.atomic():
        recordings.forget_within(database, ids, now)
        gone = [table.delete().where(table.call.in_(ids)).execute(database) for table in (Message, Action, Summary)]
        calls = Call.delete().where(Call.id.in_(ids)).execute(database)
    return Erased(
        so_far.before,
        so_far.calls + calls,
        so_far.messages + gone[0],
        so_far.actions + gone[1],
        so_far.summaries + gone[2],
    )


def _prove(database: Database, erased: Erased, now: float) -> None:
    with database.connection_context():
        Purge.insert(at=now, **asdict(erased)).execute(database)
        if isinstance(database, SqliteDatabase) and erased.calls:
            # What was erased still stands in the write-ahead log, until that is written over.
            cast("Any", database).execute_sql("pragma wal_checkpoint(truncate)")
