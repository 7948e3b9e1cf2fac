"""Leases: what only one process of all may do, such as keeping the timetable, by a row with an expiry.

A row works in every database and outlives no crash for longer than its time; an advisory lock is freed some
milliseconds after its holder died, but SQLite has none. Everything blocks; `now` is the wall clock in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

from peewee import Database, IntegrityError

from voiced.jobs.tables import Lease


@dataclass(frozen=True, slots=True)
class Held:
    """Who holds a lease, and until when."""

    holder: str
    until: float


def acquire(database: Database, name: str, holder: str, now: float, seconds: float) -> bool:
    """Take the lease `name`, or go on holding it, for `seconds` from now; return whether `holder` has it."""
    free = (Lease.name == name) & ((Lease.holder == holder) | (Lease.held_until <= now))
    with database.connection_context():
        if Lease.update(holder=holder, held_until=now + seconds).where(free).execute(database):
            return True
        try:
            with database.atomic():
                Lease.insert(name=name, holder=holder, held_until=now + seconds).execute(database)
        except IntegrityError:
            return False
    return True


def release(database: Database, name: str, holder: str) -> None:
    """Give the lease up, if `holder` has it."""
    with database.connection_context():
        Lease.delete().where((Lease.name == name) & (Lease.holder == holder)).execute(database)


def held(database: Database, name: str, now: float) -> Held | None:
    """Return who has the lease; None when nobody does."""
    with database.connection_context():
        found = list(Lease.select().where((Lease.name == name) & (Lease.held_until > now)).execute(database))
    return Held(found[0].holder, found[0].held_until) if found else None
