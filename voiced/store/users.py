"""Who may sign in to the administration: the table, and what is done with it. Everything here blocks.

A user is never removed: what was changed bears a name, and a name must not come to mean somebody else.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from peewee import Database, DoubleField, IntegrityError, Model, TextField

from voiced.errors import BadInput, Problem

Role = Literal["admin", "support"]
"""`admin`: everything. `support`: calls and health; no settings, no history."""
ROLES: tuple[Role, ...] = get_args(Role)

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


@dataclass(frozen=True, slots=True)
class UserRow:
    """One user. Times are seconds since 1970."""

    name: str
    role: Role
    password: str
    """Its hash (argon2id), which names its own parameters."""
    created_at: float
    changed_at: float
    """When the password, the role or the access changed last; sessions from before are over."""
    disabled_at: float | None = None
    seen_at: float | None = None
    """The last time of signing in."""

    def __repr__(self) -> str:
        return f"UserRow(name={self.name!r}, role={self.role!r})"


class User(Model):
    """See `UserRow`."""

    name = TextField(primary_key=True)
    role = TextField()
    password = TextField()
    created_at = DoubleField()
    changed_at = DoubleField()
    disabled_at = DoubleField(null=True)
    seen_at = DoubleField(null=True)

    class Meta:
        """Where it is kept."""

        table_name = "users"


def find(database: Database, name: str) -> UserRow | None:
    """Return the user of that name, None where there is none."""
    return next(iter(_rows(database, User.select().where(User.name == name))), None)


def every(database: Database) -> list[UserRow]:
    """Return all users, by name."""
    return _rows(database, User.select().order_by(User.name))


def any_user(database: Database) -> bool:
    """Return whether anybody may sign in."""
    return bool(_rows(database, User.select().where(User.disabled_at.is_null()).limit(1)))


def add(database: Database, name: str, role: Role, password: str, now: float) -> UserRow:
    """Add a user with the hash `password`. Raises `BadInput` when the name is no name, or is taken."""
    if not _NAME.fullmatch(name):
        fix = "use small letters, digits, dots, dashes, underscores and @; 64 at most"
        raise BadInput([Problem("user", 0, 0, f"'{name}' is no user name", fix)])
    row = UserRow(name, role, password, created_at=now, changed_at=now)
    try:
        with database.connection_context(), database.atomic():
            User.insert(**asdict(row)).execute(database)
    except IntegrityError as error:
        fix = "choose another name, or `voiced user password` for a new password"
        raise BadInput([Problem("user", 0, 0, f"there is a user '{name}' already", fix)]) from error
    return row


def change(database: Database, name: str, now: float, **values: Any) -> None:
    """Change `password`, `role` or `disabled_at` of a user; sessions end. Raises `BadInput` when there is none."""
    with database.connection_context(), database.atomic():
        changed = User.update(changed_at=now, **values).where(User.name == name).execute(database)
    if not changed:
        raise BadInput([Problem("user", 0, 0, f"there is no user '{name}'", "`voiced user list` names them")])


def seen(database: Database, name: str, now: float) -> None:
    """Note that a user signed in."""
    with database.connection_context(), database.atomic():
        User.update(seen_at=now).where(User.name == name).execute(database)


def _rows(database: Database, query: Any) -> list[UserRow]:
    names = [field.name for field in fields(UserRow)]
    with database.connection_context():
        return [UserRow(**{name: getattr(found, name) for name in names}) for found in query.execute(database)]
