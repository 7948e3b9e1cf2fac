"""`voiced config`: the settings as they take effect, their schema for editors, their changes and their history."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import click

from voiced.cli.config_history import diff, history
from voiced.cli.config_set import rollback, set_, unset
from voiced.cli.config_status import status
from voiced.cli.options import config_option, json_option, print_json


@click.group(epilog="Example: voiced config show")
def config() -> None:
    """Show, check and change the settings, and look into their history."""


for each in (status, set_, unset, history, diff, rollback):
    config.add_command(each)


@config.command(epilog="Example: STT_PROVIDER=gladia voiced config show")
@config_option
@json_option
def show(*, file: Path, as_json: bool) -> None:
    """Show the settings as they take effect: defaults, file and environment together, secrets masked."""
    from voiced.config.effective import effective  # noqa: PLC0415 - only this command needs it
    from voiced.config.reader import read_settings  # noqa: PLC0415 - only this command needs it
    from voiced.registry import discover  # noqa: PLC0415 - imports every plugin

    found = discover()
    lines = effective(read_settings(file, os.environ, found), found)
    if as_json:
        print_json([dataclasses.asdict(line) for line in lines])
        return
    for line in lines:
        value = json.dumps(line.value, ensure_ascii=False)
        click.echo(f"{line.name}: {value}" + ("" if line.source == "file" else f"   # {line.source}"))


@config.command(epilog="Example: voiced config schema --output voiced.schema.json")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write to; standard output without it.")
def schema(*, output: Path | None) -> None:
    """Write the JSON Schema of voiced.yaml, options of the installed plugins included.

    Editors complete and check the file by it: name it in the first line as
    `# yaml-language-server: $schema=voiced.schema.json`.
    """
    from voiced.config.schema import editor_schema  # noqa: PLC0415 - only this command needs it
    from voiced.registry import discover  # noqa: PLC0415 - imports every plugin

    text = json.dumps(editor_schema(discover()), ensure_ascii=False, indent=2) + "\n"
    if output is None:
        click.echo(text, nl=False)
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(text, encoding="utf-8")
    click.echo(f"wrote {output}")
