"""The tables, for peewee. They are not bound to a database: every query is executed on the one it is given.

Times are doubles: PostgreSQL keeps a `FloatField` in four bytes, which is minutes off. There are no foreign keys: a
message must be kept even where its call's row was not, and erasing a call is one transaction in
`voiced.store.queries`. A change here needs a migration in `voiced/store/migrations`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from peewee import BooleanField, CompositeKey, DoubleField, IntegerField, Model, TextField

from voiced.store.rows import ActionRow, CallRow, MessageRow, Row, SummaryRow


class JsonField(TextField):
    """A JSON value, kept as text, which every database can hold."""

    def db_value(self, value: Any) -> str | None:
        """Return the text to keep."""
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)

    def python_value(self, value: Any) -> Any:
        """Return the JSON value."""
        return None if value is None else json.loads(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not a JSON value")


class Call(Model):
    """See `CallRow`."""

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
    consent = JsonField(null=True)
    latency = JsonField(null=True)
    error = TextField()
    providers = JsonField(null=True)

    class Meta:
        """Where it is kept."""

        table_name = "calls"


class Message(Model):
    """See `MessageRow`."""

    call = TextField()
    seq = IntegerField()
    role = TextField()
    text = TextField()
    started = DoubleField()
    ended = DoubleField(null=True)
    heard = TextField(null=True)
    interrupted = BooleanField()
    confidence = DoubleField(null=True)
    latency = JsonField(null=True)

    class Meta:
        """Where it is kept."""

        table_name = "messages"
        primary_key = CompositeKey("call", "seq")


class Action(Model):
    """See `ActionRow`."""

    call = TextField()
    seq = IntegerField()
    name = TextField()
    arguments = JsonField(null=True)
    outcome = JsonField(null=True)
    ok = BooleanField(null=True)
    started = DoubleField()
    ended = DoubleField(null=True)
    idempotency_key = TextField(null=True, unique=True)

    class Meta:
        """Where it is kept."""

        table_name = "actions"
        primary_key = CompositeKey("call", "seq")


class Summary(Model):
    """See `SummaryRow`."""

    call = TextField(primary_key=True)
    text = TextField()
    made_at = DoubleField()

    class Meta:
        """Where it is kept."""

        table_name = "summaries"


KEYS: Mapping[type[Row], tuple[str, ...]] = {
    CallRow: ("id",),
    MessageRow: ("call", "seq"),
    ActionRow: ("call", "seq"),
    SummaryRow: ("call",),
}
"""The primary key of each kind of row."""

MODELS: Mapping[type[Row], type[Model]] = {
    CallRow: Call,
    MessageRow: Message,
    ActionRow: Action,
    SummaryRow: Summary,
}
"""The table of each kind of row."""
