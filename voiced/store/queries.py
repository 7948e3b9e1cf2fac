"""Questions to the journal, answered in rows. Everything here blocks: call it in a thread."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

from peewee import Database

from voiced.store.models import Action, Call, Message, Summary
from voiced.store.rows import ActionRow, CallRow, MessageRow, SummaryRow

R = TypeVar("R", CallRow, MessageRow, ActionRow, SummaryRow)

Which = Literal["all", "open", "ended", "failed"]
"""Calls by how they stand; `open` ones are in progress, or nobody told their end."""


def call(database: Database, id: str) -> CallRow | None:
    """Return one call, None where there is none of that `id`."""
    found = _rows(database, Call.select().where(Call.id == id), CallRow)
    return found[0] if found else None


def messages(database: Database, call_id: str) -> list[MessageRow]:
    """Return what was said in a call, in order."""
    return _rows(database, Message.select().where(Message.call == call_id).order_by(Message.seq), MessageRow)


def actions(database: Database, call_id: str) -> list[ActionRow]:
    """Return what was done in a call, in order."""
    return _rows(database, Action.select().where(Action.call == call_id).order_by(Action.seq), ActionRow)


def summary(database: Database, call_id: str) -> SummaryRow | None:
    """Return the summary of a call, None where there is none (yet)."""
    found = _rows(database, Summary.select().where(Summary.call == call_id), SummaryRow)
    return found[0] if found else None


def recent_calls(database: Database, limit: int = 50) -> list[CallRow]:
    """Return the `limit` calls that began last, the newest first."""
    return _rows(database, Call.select().order_by(Call.started_at.desc(), Call.id).limit(limit), CallRow)


def calls_page(database: Database, which: Which, limit: int, offset: int = 0) -> list[CallRow]:
    """Return at most `limit` of the calls that are `which`, from the newest on, without the first `offset`."""
    query = Call.select().order_by(Call.started_at.desc(), Call.id).limit(limit).offset(offset)
    if which == "open":
        query = query.where(Call.ended_at.is_null())
    elif which == "ended":
        query = query.where(~Call.ended_at.is_null(), Call.outcome != "failed")
    elif which == "failed":
        query = query.where(Call.outcome == "failed")
    return _rows(database, query, CallRow)


def delete_call(database: Database, id: str) -> bool:
    """Erase a call with all that was said and done in it; return whether there was anything."""
    with database.connection_context(), database.atomic():
        gone = [
            Message.delete().where(Message.call == id).execute(database),
            Action.delete().where(Action.call == id).execute(database),
            Summary.delete().where(Summary.call == id).execute(database),
            Call.delete().where(Call.id == id).execute(database),
        ]
    return any(gone)


def _rows(database: Database, query: Any, kind: type[R]) -> list[R]:
    with database.connection_context():
        return [
            kind(**{name: getattr(found, name) for name in kind.__struct_fields__}) for found in query.execute(database)
        ]
