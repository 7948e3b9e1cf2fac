"""Who may sign in to the administration."""

from typing import Any

from peewee import Database, DoubleField, Model, TextField


def up(_migrator: Any, db: Database) -> None:
    """Make the table."""
    db.create_tables([_user(db)])


def _user(db: Database) -> type[Model]:
    class User(Model):
        name = TextField(primary_key=True)
        role = TextField()
        password = TextField()
        created_at = DoubleField()
        changed_at = DoubleField()
        disabled_at = DoubleField(null=True)
        seen_at = DoubleField(null=True)

        class Meta:
            database = db
            table_name = "users"

    return User
