"""The providers that a call was given: calls.providers."""

from typing import Any

from peewee import Database, TextField


def up(migrator: Any, _db: Database) -> None:
    """Add the column."""
    migrator.migrate(migrator.add_column("calls", "providers", TextField(null=True)))
