"""`voiced user`: who may sign in to the administration."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voiced.cli.options import config_option, json_option, print_json

if TYPE_CHECKING:
    from peewee import Database

    from voiced.store.users import Role

generate_option = click.option("--generate", is_flag=True, help="Make a password, and show it once.")
stdin_option = click.option("--stdin", is_flag=True, help="Read the password from standard input, for scripts.")


@click.group(epilog="Example: voiced user add claire --role support --generate")
def user() -> None:
    """Say who may sign in to the administration."""


@user.command(epilog="Example: voiced user add admin --generate")
@click.argument("name")
@click.option("--role", type=click.Choice(["admin", "support"]), default="admin", show_default=True,
              help="admin: everything. support: calls and health, no settings.")  # fmt: skip
@generate_option
@stdin_option
@config_option
def add(*, name: str, role: Role, generate: bool, stdin: bool, file: Path) -> None:
    """Add a user."""
    from voiced.store import users  # noqa: PLC0415 - `--help` is quick

    given = _password(generate=generate, stdin=stdin)
    with _database(file) as database:
        users.add(database, name, role, given.hash, time.time())
    click.echo(f"{name} ({role}) may sign in")
    given.show()


@user.command("list", epilog="Example: voiced user list --json")
@config_option
@json_option
def list_users(*, file: Path, as_json: bool) -> None:
    """List the users: role, whether they may sign in, when they last did."""
    from voiced.store import users  # noqa: PLC0415 - `--help` is quick

    with _database(file) as database:
        found = users.every(database)
    if as_json:
        print_json([
            {"name": each.name, "role": each.role, "disabled": each.disabled_at is not None, "seen_at": each.seen_at}
            for each in found
        ])  # fmt: skip
        return
    for each in found:
        state = "disabled" if each.disabled_at is not None else "active"
        click.echo(f"{each.name:<24} {each.role:<8} {state:<9} last seen: {_when(each.seen_at)}")
    if not found:
        click.echo("nobody may sign in yet: voiced user add NAME")


@user.command(epilog="Example: voiced user disable claire")
@click.argument("name")
@config_option
def disable(*, name: str, file: Path) -> None:
    """Let a user no longer sign in; what is open in a browser ends with its next click."""
    from voiced.store import users  # noqa: PLC0415 - `--help` is quick

    with _database(file) as database:
        users.change(database, name, time.time(), disabled_at=time.time())
    click.echo(f"{name} may no longer sign in")


@user.command(epilog="Example: voiced user enable claire")
@click.argument("name")
@config_option
def enable(*, name: str, file: Path) -> None:
    """Let a user who was disabled sign in again, with the same password."""
    from voiced.store import users  # noqa: PLC0415 - `--help` is quick

    with _database(file) as database:
        users.change(database, name, time.time(), disabled_at=None)
    click.echo(f"{name} may sign in again")


@user.command(epilog="Example: voiced user password claire --generate")
@click.argument("name")
@generate_option
@stdin_option
@config_option
def password(*, name: str, generate: bool, stdin: bool, file: Path) -> None:
    """Give a user another password; what is open in a browser ends with its next click."""
    from voiced.store import users  # noqa: PLC0415 - `--help` is quick

    with _database(file) as database:
        if users.find(database, name) is None:
            users.change(database, name, time.time())  # says that there is none, before a password is asked for
        given = _password(generate=generate, stdin=stdin)
        users.change(database, name, time.time(), password=given.hash)
    click.echo(f"{name} has another password")
    given.show()


@contextmanager
def _database(file: Path) -> Iterator[Database]:
    from voiced.config.reader import read_settings  # noqa: PLC0415 - `--help` is quick
    from voiced.registry import discover  # noqa: PLC0415 - imports every plugin
    from voiced.store import db  # noqa: PLC0415 - the same

    settings = read_settings(file, os.environ, discover())
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = db.open(settings.store.url)
    try:
        yield database
    finally:
        db.close(database)


@dataclass(frozen=True, slots=True)
class _Given:
    """A password on its way in: its hash, and its text when nobody but this command knows it."""

    hash: str = field(repr=False)
    made: str = field(default="", repr=False)

    def show(self) -> None:
        if self.made:
            click.echo(f"password (shown this once): {self.made}")


def _password(*, generate: bool, stdin: bool) -> _Given:
    """Return the password that is generated, read or asked for."""
    from voiced.store import passwords  # noqa: PLC0415 - `--help` is quick

    if generate:
        made = passwords.generate()
        return _Given(passwords.hashed(made), made)
    if stdin:
        return _Given(passwords.hashed(sys.stdin.readline().rstrip("\r\n")))
    return _Given(passwords.hashed(click.prompt("Password", hide_input=True, confirmation_prompt=True)))


def _when(seconds: float | None) -> str:
    if seconds is None:
        return "never"
    return datetime.fromtimestamp(seconds).astimezone().isoformat(" ", "minutes")
