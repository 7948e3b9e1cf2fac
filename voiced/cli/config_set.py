"""`voiced config set`, `unset`, `rollback`: changes of the operator's files, each with its author and reason."""

from __future__ import annotations

import getpass
import os
from pathlib import Path
from typing import Any

import click

from voiced.cli.options import config_option

reason_option = click.option("--reason", default="", help="Why: it stands in the history.")


@click.command("set", epilog='Example: voiced config set privacy.data_ttl_days 30 --reason "advice of our DPO"')
@click.argument("name")
@click.argument("value")
@reason_option
@config_option
def set_(*, file: Path, name: str, value: str, reason: str) -> None:
    """Set the setting NAME in voiced.yaml to VALUE: a word, a number, true, or a list as [a, b].

    Comments and order of the file stay. What would not be valid is refused, as is a literal secret (write
    '${ITS_NAME}'), and a setting that an environment variable decides.
    """
    from voiced.registry import discover  # noqa: PLC0415 - imports every plugin

    plugins = discover()
    _change(file, name, _value(value, name, plugins), plugins, reason)


@click.command(epilog="Example: voiced config unset canary.tts")
@click.argument("name")
@reason_option
@config_option
def unset(*, file: Path, name: str, reason: str) -> None:
    """Take the setting NAME out of voiced.yaml, so that its default holds."""
    from voiced.registry import discover  # noqa: PLC0415 - imports every plugin
    from voiced.yamlfile import DELETE  # noqa: PLC0415 - `--help` is quick

    _change(file, name, DELETE, discover(), reason)


@click.command(epilog='Example: voiced config rollback 3f9c --reason "callers heard the wrong hours"')
@click.argument("version")
@reason_option
@click.option("--force", is_flag=True, help="Write over files that never took effect, or with what is not valid now.")
@config_option
def rollback(*, file: Path, version: str, reason: str, force: bool) -> None:
    """Write the files of VERSION (or its first digits) over voiced.yaml and the flows.

    `voiced config history` lists the versions. Refused when the files as they are now never took effect, because they
    would be lost.
    """
    from voiced.config.edit import rollback as go_back  # noqa: PLC0415 - `--help` is quick
    from voiced.config.history import History  # noqa: PLC0415 - the same
    from voiced.daemon.project import data_dir_of  # noqa: PLC0415 - the same
    from voiced.registry import discover  # noqa: PLC0415 - imports every plugin

    history = History(data_dir_of(file) / "config")
    author = getpass.getuser()
    whole = go_back(history, file, version, os.environ, discover(), author=author, reason=reason, force=force)
    click.echo(f"{file} and the flows are those of version {whole} again")


def _change(file: Path, name: str, value: Any, plugins: Any, reason: str) -> None:
    from voiced.config.edit import edit, save  # noqa: PLC0415 - `--help` is quick
    from voiced.config.restart import waits  # noqa: PLC0415 - the same
    from voiced.yamlfile import DELETE  # noqa: PLC0415 - the same

    draft = edit(file, {name: value}, os.environ, plugins)
    changed = draft.after != draft.before
    version = save(draft, author=getpass.getuser(), reason=reason)
    if not changed:
        click.echo(f"{file} says so already; version {version}")
        return
    click.echo(f"{file}: {name} {'has its default' if value is DELETE else 'is set'}; version {version}")
    if waits(name):
        click.echo(f"{name} takes effect at the next start of voiced")


def _value(text: str, name: str, plugins: Any) -> Any:
    """Return what `text` means where a setting is text; elsewhere as voiced.yaml would read it."""
    from voiced.config.schema import child, schema  # noqa: PLC0415 - `--help` is quick
    from voiced.yamlfile import loads  # noqa: PLC0415 - the same

    node = schema(plugins)
    for key in name.split("."):
        node = child(node, key)
    return text if node.get("type") == "string" else loads(text, "VALUE").data
