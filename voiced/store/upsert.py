"""Rows into tables, in one transaction: each row replaces the one with its primary key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import structs
from peewee import Database, DataError, IntegrityError, ProgrammingError

from voiced.store.models import KEYS, MODELS, Action, Message, Summary
from voiced.store.rows import EraseRow, Row

ROWS_FAULT = (IntegrityError, DataError, ProgrammingError, TypeError, ValueError, OverflowError)
"""Errors by which a database refuses what a row holds; another try cannot help. All others are the database's own."""


def upsert(database: Database, rows: Sequence[Row]) -> list[tuple[Row, Exception]]:
    """Write `rows`, in one transaction where all are sound; return those that the database refuses, and why.

    Blocks. Raises `peewee.PeeweeException` when the database fails; nothing of the transaction was kept then.
    """
    with database.connection_context():
        try:
            _transact(database, rows)
        except ROWS_FAULT as error:
            if _is_servers_own(error):
                raise
            return [refusal for row in rows for refusal in _alone(database, row)]
    return []


def _is_servers_own(error: Exception) -> bool:
    """Return whether PostgreSQL itself says that a table or a right is missing (class 42); drivers blame values so."""
    told = getattr(error, "orig", None)
    return isinstance(error, ProgrammingError) and getattr(told, "pgcode", None) is not None


def _alone(database: Database, row: Row) -> Iterable[tuple[Row, Exception]]:
    try:
        _transact(database, [row])
    except ROWS_FAULT as error:
        return [(row, error)]
    return []


def _transact(database: Database, rows: Sequence[Row]) -> None:
    # The last row of each key counts; PostgreSQL takes no key twice in one statement.
    kept = [row for row in rows if not isinstance(row, EraseRow)]
    latest = {(type(row), *(getattr(row, name) for name in KEYS[type(row)])): row for row in kept}
    with database.atomic():
        for kind, model in MODELS.items():
            values = [structs.asdict(row) for row in latest.values() if type(row) is kind]
            if values:
                keys = KEYS[kind]
                others = [name for name in kind.__struct_fields__ if name not in keys]
                insert = model.insert_many(values).on_conflict(conflict_target=list(keys), preserve=others)
                insert.execute(database)
        for row in rows:
            if isinstance(row, EraseRow):
                _erase(database, row.call)


def _erase(database: Database, call: str) -> None:
    """Remove the words of a call. Rows of it in the same batch were written just before, and go too."""
    Message.delete().where(Message.call == call).execute(database)
    Summary.delete().where(Summary.call == call).execute(database)
    Action.update(arguments=None).where(Action.call == call).execute(database)
