"""Summaries of calls that allowed it: one call's, and those that were missed. Everything here blocks."""

from __future__ import annotations

from collections.abc import Mapping

from peewee import Database, SqliteDatabase

from voiced.jobs import queue
from voiced.jobs.summary import summary
from voiced.store import CallRow, queries
from voiced.store.models import Call, Summary

LOOK_BACK = 2 * 86_400.0
"""Seconds for which calls without a summary are looked for."""
OVER = 4 * 3600.0
"""Seconds after which a call is over, though nobody told: the longest that a call may last."""
MOST = 500
"""Most calls that one sweep looks at."""


def allowed(call: CallRow) -> bool:
    """Return whether the caller agreed to the keeping of the call's text, and still does."""
    decisions = call.consent if isinstance(call.consent, list) else []
    return bool(decisions) and decisions[-1].get("decision") == "granted"


def summarise(database: Database, call_id: str, now: float, labels: Mapping[str, str] | None = None) -> bool:
    """Keep the summary of a call; return whether there is one: the call is there, and its caller agreed.

    The consent is looked at again as the summary is written, for it may have been withdrawn meanwhile.
    """
    call = queries.call(database, call_id)
    if call is None or not allowed(call):
        return False
    text = summary(call, queries.messages(database, call_id), queries.actions(database, call_id), labels)
    sqlite = isinstance(database, SqliteDatabase)
    query = Call.select().where(Call.id == call_id)
    with database.connection_context(), database.atomic(*(["IMMEDIATE"] if sqlite else [])):
        found = list((query if sqlite else query.for_update()).execute(database))
        if not found or not allowed(found[0]):
            return False
        row = Summary.insert(call=call_id, text=text, made_at=now)
        row.on_conflict(conflict_target=["call"], preserve=["text", "made_at"]).execute(database)
    return True


def sweep(database: Database, now: float) -> int:
    """Queue the summaries that were missed, those of calls whose worker was killed say; return how many."""
    added = [queue.add(database, "summary", call, now=now, key=call) for call in _missed(database, now)]
    return sum(each is not None for each in added)


def _missed(database: Database, now: float) -> list[str]:
    over = (~Call.ended_at.is_null()) | (Call.started_at < now - OVER)
    made = Summary.select(Summary.call)
    query = (
        Call.select(Call.id, Call.consent)
        .where(over & (Call.started_at > now - LOOK_BACK) & ~Call.consent.is_null() & Call.id.not_in(made))
        .order_by(Call.started_at)
        .limit(MOST)
    )
    with database.connection_context():
        return [row.id for row in query.execute(database) if allowed(row)]
