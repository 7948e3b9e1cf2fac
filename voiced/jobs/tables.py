"""The tables of the jobs, for peewee. A change here needs a migration in `voiced/store/migrations`.

Points in time are seconds since 1970.
"""

from __future__ import annotations

from peewee import DoubleField, IntegerField, Model, TextField

from voiced.store.models import JsonField


class Job(Model):
    """A job that is not done yet; one that is done has no row."""

    id = TextField(primary_key=True)
    name = TextField()
    arguments = JsonField()
    state = TextField()
    due = DoubleField()
    tries = IntegerField()
    created_at = DoubleField()
    started_at = DoubleField(null=True)
    holder = TextField(null=True)
    held_until = DoubleField(null=True)
    error = JsonField(null=True)

    class Meta:
        """Where it is kept."""

        table_name = "jobs"
        indexes = ((("state", "due"), False),)


class Lease(Model):
    """Who holds what only one process may do, until when."""

    name = TextField(primary_key=True)
    holder = TextField()
    held_until = DoubleField()

    class Meta:
        """Where it is kept."""

        table_name = "leases"


class JobRun(Model):
    """The last slot of the timetable for which a periodic job was queued."""

    name = TextField(primary_key=True)
    slot = DoubleField()
    queued_at = DoubleField()

    class Meta:
        """Where it is kept."""

        table_name = "job_runs"


class Purge(Model):
    """The proof of one erasure: when, of what was older than when, and how much."""

    at = DoubleField(index=True)
    before = DoubleField()
    calls = IntegerField()
    messages = IntegerField()
    actions = IntegerField()
    summaries = IntegerField()

    class Meta:
        """Where it is kept."""

        table_name = "purges"


TABLES: tuple[type[Model], ...] = (Job, Lease, JobRun, Purge)
