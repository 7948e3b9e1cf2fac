"""Opening the database: by URL, brought up to date under a lock, so that several processes may start at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from peewee import Database, PeeweeException, SqliteDatabase
from playhouse.migrations import Runner  # type: ignore[import-untyped]  # peewee ships types for its core only
from playhouse.pool import PooledSqliteDatabase  # type: ignore[import-untyped]  # the same

from voiced.errors import Unavailable

MIGRATIONS = Path(__file__).parent / "migrations"
CONNECTIONS = 16
"""Most connections at once: one for the writer, the others for readers' threads."""

_BUSY_MS = 10_000
_LOCK = 0x766F6963  # "voic": the advisory lock that PostgreSQL knows us by


def open(url: str) -> Database:  # noqa: A001 - read as `db.open`
    """Open the database at `url` and bring its tables up to date; blocks, for seconds where another process does so.

    `sqlite:///relative`, `sqlite:////absolute` (the caller resolves what is relative), `postgresql://user@host/name`.
    The result may be used from any thread, inside `with database.connection_context()`; `close` it in the end. Raises
    `Unavailable` when it cannot be reached, or a newer voiced has changed it.
    """
    database = _sqlite(url) if url.startswith("sqlite:") else _postgres(url)
    try:
        _migrate(database)
    except PeeweeException as error:
        close(database)
        fix = "check that its folder exists and is writable, or that its server runs"
        raise Unavailable(f"the database cannot be opened: {_reason(error)}", fix=fix) from error
    except Unavailable:
        close(database)
        raise
    return database


def close(database: Database) -> None:
    """Close every connection; no thread may be using one."""
    cast("Any", database).close_all()


def _sqlite(url: str) -> Database:
    path = url.removeprefix("sqlite:///")
    if path == url or path in ("", ":memory:"):
        raise Unavailable("this database URL names no file", fix="write sqlite:///path/to/voiced.db")
    # The wait for locks comes first: turning to WAL needs one. WAL with NORMAL loses at most the last moment's rows
    # when the power fails, and nothing when the process dies (sqlite.org/pragma.html#pragma_synchronous).
    # What is deleted is overwritten: an erased call must not be read in the file's free pages.
    pragmas = (
        ("busy_timeout", _BUSY_MS),
        ("journal_mode", "wal"),
        ("synchronous", "normal"),
        ("secure_delete", "on"),
    )
    made = PooledSqliteDatabase(path, max_connections=CONNECTIONS, timeout=30, pragmas=pragmas, check_same_thread=False)
    return cast("Database", made)


def _postgres(url: str) -> Database:
    from playhouse import db_url  # type: ignore[import-untyped]  # noqa: PLC0415 - the drivers of all databases

    scheme, _, rest = url.partition("://")
    if scheme not in ("postgres", "postgresql"):
        raise Unavailable(f"databases of the kind '{scheme}' are not supported", fix="use sqlite:/// or postgresql://")
    try:
        made = db_url.connect(
            f"{scheme}+pool://{rest}", unquote_password=True, unquote_user=True, max_connections=CONNECTIONS, timeout=30
        )
    except ValueError as error:
        raise Unavailable("this database URL cannot be read", fix="write postgresql://user@host/name") from error
    return cast("Database", made)


def _migrate(database: Database) -> None:
    sqlite = isinstance(database, SqliteDatabase)
    with database.connection_context(), database.atomic(*(["IMMEDIATE"] if sqlite else [])):
        if not sqlite:
            cast("Any", database).execute_sql("select pg_advisory_xact_lock(%s)", (_LOCK,))
        runner = Runner(database, str(MIGRATIONS))
        if any(step.path is None for step in runner.status()):
            raise Unavailable("the database was changed by a newer voiced", fix="install that version again")
        runner.up()


def _reason(error: PeeweeException) -> str:
    """Return the first line of what the driver said; it holds no data, and no password."""
    return next(iter(str(error).splitlines()), type(error).__name__)
