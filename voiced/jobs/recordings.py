"""Recordings that a carrier may keep of calls: it is asked to erase them when the calls are erased.

voiced asks no carrier to record. But a carrier may do it by a setting of its own account, and what is erased here must
not live on there. The carrier is asked by a job, which is tried again until it has done so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peewee import Database

from voiced.jobs import queue
from voiced.store.models import Call

JOB = "recordings"
SETTLED = 60.0
"""Seconds after a call's end in which the carrier is done with what it recorded."""


def of(provider: str | None, carrier_call_id: str | None) -> str:
    """Return how the job names a call: the carrier and its own id of it; "" where that is not known."""
    return f"{provider}/{carrier_call_id}" if provider and carrier_call_id else ""


def forget_within(database: Database, ids: Sequence[str], now: float) -> None:
    """Queue the erasure of what carriers recorded of these calls, in the transaction that erases them."""
    query = Call.select(Call.provider, Call.carrier_call_id).where(Call.id.in_(ids))
    named = [name for row in query.execute(database) if (name := of(row.provider, row.carrier_call_id))]
    if named:
        queue.add_within(database, JOB, *named, now=now)


def forget(database: Database, id: str, now: float) -> Any:
    """Queue the erasure of what the carrier recorded of a call that has just ended; return the job's id, if any."""
    with database.connection_context():
        found = list(Call.select(Call.provider, Call.carrier_call_id).where(Call.id == id).execute(database))
    name = of(found[0].provider, found[0].carrier_call_id) if found else ""
    return queue.add(database, JOB, name, now=now, key=id, after=SETTLED) if name else None
