"""Work after calls: jobs that wait, who schedules them, what was erased, and the summaries of calls."""

from typing import Any

from peewee import Database, DoubleField, IntegerField, Model, TextField


def up(_migrator: Any, db: Database) -> None:
    """Make the tables."""
    db.create_tables([_job(db), _lease(db), _job_run(db), _purge(db), _summary(db)])


def _job(db: Database) -> type[Model]:
    class Job(Model):
        id = TextField(primary_key=True)
        name = TextField()
        arguments = TextField()
        state = TextField()
        due = DoubleField()
        tries = IntegerField()
        created_at = DoubleField()
        started_at = DoubleField(null=True)
        holder = TextField(null=True)
        held_until = DoubleField(null=True)
        error = TextField(null=True)

        class Meta:
            database = db
            table_name = "jobs"
            indexes = ((("state", "due"), False),)

    return Job


def _lease(db: Database) -> type[Model]:
    class Lease(Model):
        name = TextField(primary_key=True)
        holder = TextField()
        held_until = DoubleField()

        class Meta:
            database = db
            table_name = "leases"

    return Lease


def _job_run(db: Database) -> type[Model]:
    class JobRun(Model):
        name = TextField(primary_key=True)
        slot = DoubleField()
        queued_at = DoubleField()

        class Meta:
            database = db
            table_name = "job_runs"

    return JobRun


def _purge(db: Database) -> type[Model]:
    class Purge(Model):
        at = DoubleField(index=True)
        before = DoubleField()
        calls = IntegerField()
        messages = IntegerField()
        actions = IntegerField()
        summaries = IntegerField()

        class Meta:
            database = db
            table_name = "purges"

    return Purge


def _summary(db: Database) -> type[Model]:
    class Summary(Model):
        call = TextField(primary_key=True)
        text = TextField()
        made_at = DoubleField()

        class Meta:
            database = db
            table_name = "summaries"

    return Summary
