import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
import trio
from playhouse.schema_diff import diff_models

from voiced.errors import Unavailable
from voiced.jobs.tables import TABLES
from voiced.store import CallRow, db, queries
from voiced.store.models import MODELS
from voiced.store.upsert import upsert
from voiced.store.users import User


def columns(path):
    with closing(sqlite3.connect(path)) as raw:
        tables = raw.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite%'")
        return {name: [row[1] for row in raw.execute(f"pragma table_info({name})")] for (name,) in tables}


def test_an_empty_file_becomes_todays_tables(sqlite, tmp_path):
    assert set(columns(tmp_path / "voiced.db")) == {
        "calls", "messages", "actions", "summaries", "users", "jobs", "leases", "job_runs", "purges", "schema_migration"
    }  # fmt: skip


def test_the_migrations_end_where_the_models_are(database):
    with database.connection_context():
        diff = diff_models(database, [*MODELS.values(), *TABLES, User])
    assert not diff, str(diff)


def test_rows_and_models_have_the_same_fields():
    for kind, model in MODELS.items():
        assert list(kind.__struct_fields__) == list(model._meta.fields)


def test_points_in_time_are_doubles_in_every_database():
    for model in MODELS.values():
        assert "FLOAT" not in {field.field_type for field in model._meta.sorted_fields}


def test_opening_again_keeps_what_is_there(database_url):
    first = db.open(database_url)
    upsert(first, [CallRow("c-1")])
    db.close(first)
    again = db.open(database_url)
    assert queries.call(again, "c-1") == CallRow("c-1")
    db.close(again)


def test_the_providers_of_a_call_are_kept_as_they_were_chosen(database):
    chosen = {"llm": {"name": "brain", "why": "canary", "stand_ins": ["local"]}}
    upsert(database, [CallRow("c-1", providers=chosen)])
    assert queries.call(database, "c-1").providers == chosen


def test_sqlite_writes_ahead_waits_for_locks_and_overwrites_what_it_deletes(sqlite):
    with sqlite.connection_context():
        assert sqlite.execute_sql("pragma journal_mode").fetchone() == ("wal",)
        assert sqlite.execute_sql("pragma synchronous").fetchone() == (1,)
        assert sqlite.execute_sql("pragma busy_timeout").fetchone() == (10_000,)
        assert sqlite.execute_sql("pragma secure_delete").fetchone() == (1,)


async def test_any_thread_may_use_it(database):
    def write(number):
        upsert(database, [CallRow(f"c-{number}")])

    async with trio.open_nursery() as nursery:
        for number in range(12):
            nursery.start_soon(trio.to_thread.run_sync, write, number)
    assert len(queries.recent_calls(database)) == 12


OPENS = """
import sys
from voiced.store import db, queries
opened = db.open(sys.argv[1])
print(len(queries.recent_calls(opened)))
db.close(opened)
"""


def test_processes_that_start_together_migrate_once(empty_database_url):
    command = [sys.executable, "-c", OPENS, empty_database_url]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    ended = [(process.communicate(timeout=60), process.returncode) for process in started]
    assert ended == [((b"0\n", b""), 0)] * 4
    opened = db.open(empty_database_url)
    with opened.connection_context():
        steps = opened.execute_sql("select name from schema_migration order by name").fetchall()
    db.close(opened)
    assert [name for (name,) in steps] == sorted(path.stem for path in db.MIGRATIONS.glob("0*.py"))


def test_a_database_of_a_newer_version_is_left_alone(database, database_url):
    with database.connection_context():
        database.execute_sql("insert into schema_migration (name, applied) values ('9999_future', '2030-01-01')")
    with pytest.raises(Unavailable, match=r"changed by a newer voiced — install that version again"):
        db.open(database_url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            "sqlite:///{folder}/none/voiced.db",
            "the database cannot be opened: unable to open database file",
        ),
        ("sqlite:///{folder}/noise.db", "the database cannot be opened: file is not a database — check that"),
        ("sqlite:///", "this database URL names no file — write sqlite:///path/to/voiced.db"),
        ("sqlite:///:memory:", "this database URL names no file — write sqlite:///path/to/voiced.db"),
        ("sqlite:voiced.db", "this database URL names no file — write sqlite:///path/to/voiced.db"),
        ("mysql://root@db/voiced", "databases of the kind 'mysql' are not supported — use sqlite:/// or postgresql://"),
    ],
)
def test_what_cannot_be_opened_says_why(tmp_path, url, said):
    (tmp_path / "noise.db").write_bytes(b"this is not a database at all" * 100)
    with pytest.raises(Unavailable) as caught:
        db.open(url.format(folder=tmp_path))
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize("url", ["postgresql://voiced:s3cret@127.0.0.1:9/voiced", "postgresql://voiced:s3cret@db"])
def test_a_postgresql_that_cannot_be_reached_is_unavailable_and_keeps_the_password(url):
    with pytest.raises(Unavailable) as caught:
        db.open(url)
    assert "s3cret" not in str(caught.value)
