"""The journal of calls: calls, messages, actions."""

from typing import Any

from peewee import BooleanField, CompositeKey, Database, DoubleField, IntegerField, Model, TextField


def up(_migrator: Any, db: Database) -> None:
    """Make the three tables."""
    db.create_tables([_call(db), _message(db), _action(db)])


def _call(db: Database) -> type[Model]:
    class Call(Model):
        id = TextField(primary_key=True)
        provider = TextField()
        carrier_call_id = TextField()
        caller_masked = TextField()
        called = TextField()
        flow = TextField()
        flow_version = TextField()
        config_version = TextField()
        started_at = DoubleField(index=True)
        answered_at = DoubleField(null=True)
        ended_at = DoubleField(null=True)
        ended_by = TextField()
        outcome = TextField()
        consent = TextField(null=True)
        latency = TextField(null=True)
        error = TextField()

        class Meta:
            database = db
            table_name = "calls"

    return Call


def _message(db: Database) -> type[Model]:
    class Message(Model):
        call = TextField()
        seq = IntegerField()
        role = TextField()
        text = TextField()
        started = DoubleField()
        ended = DoubleField(null=True)
        heard = TextField(null=True)
        interrupted = BooleanField()
        confidence = DoubleField(null=True)
        latency = TextField(null=True)

        class Meta:
            database = db
            table_name = "messages"
            primary_key = CompositeKey("call", "seq")

    return Message


def _action(db: Database) -> type[Model]:
    class Action(Model):
        call = TextField()
        seq = IntegerField()
        name = TextField()
        arguments = TextField(null=True)
        outcome = TextField(null=True)
        ok = BooleanField(null=True)
        started = DoubleField()
        ended = DoubleField(null=True)
        idempotency_key = TextField(null=True, unique=True)

        class Meta:
            database = db
            table_name = "actions"
            primary_key = CompositeKey("call", "seq")

    return Action
