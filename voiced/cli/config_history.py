"""`voiced config history` and `diff`: every configuration that took effect, by whom, why, and what it changed."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import asdict

from voiced.cli.options import config_option, json_option, print_json

if TYPE_CHECKING:
    from voiced.config.bundle import Bundle
    from voiced.config.history import History


@click.command(epilog="Example: voiced config history --limit 5")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many, the newest first.")
@config_option
@json_option
def history(*, file: Path, limit: int, as_json: bool) -> None:
    """List the configurations that took effect: when, by whom and why. The first one is the newest."""
    entries = _history(file).versions()[: -limit - 1 : -1]
    if as_json:
        print_json([asdict(entry) for entry in entries])
        return
    if not entries:
        click.echo("no configuration took effect yet: start voiced")
    for entry in entries:
        when = datetime.fromtimestamp(entry.time).astimezone().isoformat(" ", "seconds")
        click.echo(f"{entry.version}  {when}  {entry.author:<12} {entry.reason}".rstrip())


@click.command(epilog="Example: voiced config diff 3f9c 81d2")
@click.argument("old")
@click.argument("new", required=False)
@config_option
def diff(*, file: Path, old: str, new: str | None) -> None:
    """Show what version NEW changed of version OLD; without NEW, what the files as they are now change of it."""
    from voiced.config import bundle  # noqa: PLC0415 - `--help` is quick

    recorded = _history(file)
    before = recorded.bundle(old)
    click.echo(bundle.diff(before, recorded.bundle(new) if new else _now(file)) or "nothing is different", nl=False)


def _history(file: Path) -> History:
    from voiced.config.history import History  # noqa: PLC0415 - `--help` is quick
    from voiced.daemon.project import data_dir_of  # noqa: PLC0415 - the same

    return History(data_dir_of(file) / "config")


def _now(file: Path) -> Bundle:
    """Return the files as they are, be they valid or not."""
    from voiced.config.bundle import read_bundle  # noqa: PLC0415 - `--help` is quick
    from voiced.config.reader import examine  # noqa: PLC0415 - the same
    from voiced.registry import discover  # noqa: PLC0415 - imports every plugin

    return read_bundle(file, examine(file, os.environ, discover()).flows)
