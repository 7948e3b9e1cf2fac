"""`voiced plugins`: what is installed, whether it works, what it can be told."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Any

import click

from voiced.cli.options import config_option, json_option, print_json

KINDS = ("telco", "stt", "tts", "llm", "vad", "tool")
"""Kinds of providers; written out, so that help is quick (a test compares them)."""


@click.group(
    invoke_without_command=True,
    epilog="Example: voiced plugins --json | jq '.[] | select(.status != \"enabled\")'",
)
@config_option
@json_option
@click.pass_context
def plugins(context: click.Context, *, file: Path, as_json: bool) -> None:
    """List the plugins and what became of each.

    Statuses: enabled, available (installed, not in use), load_error, invalid, duplicate, option_error, build_error,
    missing (named in the configuration, not installed).
    """
    context.obj = file
    if context.invoked_subcommand is not None:
        return
    listed = _listing(file)
    if as_json:
        print_json(listed)
        return
    for plugin in listed:
        click.echo(f"{plugin['name']:<14} {plugin['status']:<12} {', '.join(plugin['providers']) or '-'}")
        click.echo(f"    {plugin['reason'] or plugin['about']}")
        for option in plugin["options"]:
            click.echo(f"    - {option['name']}: {option['about']}")


@plugins.command(epilog="Example: voiced plugins show twilio")
@click.argument("name")
@json_option
@click.pass_obj
def show(file: Path, *, name: str, as_json: bool) -> None:
    """Show one plugin: its status, providers, models and options."""
    listed = _listing(file)
    found = next((plugin for plugin in listed if plugin["name"] == name), None)
    if found is None:
        raise click.UsageError(f"there is no plugin {name!r}; there is {', '.join(each['name'] for each in listed)}")
    if as_json:
        print_json(found)
        return
    for key in ("name", "status", "reason", "origin", "about"):
        click.echo(f"{key + ':':<11}{found[key] or '-'}")
    for key in ("providers", "models"):
        click.echo(f"{key + ':':<11}{', '.join(found[key]) or '-'}")
    click.echo("options:" + ("" if found["options"] else "   -"))
    for option in found["options"]:
        default = "required" if option["required"] else f"default {option['default']}"
        click.echo(f"  {option['name']} ({option['type']}, {default}): {option['about']}")


@plugins.command(epilog="Example: voiced plugins new morse --kind tts")
@click.argument("name")
@click.option("--kind", required=True, type=click.Choice(KINDS), help="What its provider is.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Where to; voiced-NAME by default.")
def new(*, name: str, kind: str, folder: Path | None) -> None:
    """Start a plugin of your own: a project with a provider that works, and the test of its contract."""
    from voiced.testing.template import project  # noqa: PLC0415 - only this command needs it

    try:
        files = project(name, kind)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    target = folder or Path(f"voiced-{name}")
    there = [path for path in files if (target / path).exists()]
    if there:
        raise click.UsageError(f"{target} already has {', '.join(there)}")
    for path, text in files.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_text(text, encoding="utf-8")
        click.echo(f"wrote {target / path}")
    click.echo(
        f"Next: pip install {target if target.is_absolute() else f'./{target}'}, then python -m pytest {target}."
    )


def _listing(file: Path) -> list[dict[str, Any]]:
    from voiced.config.describe import describe  # noqa: PLC0415 - only this command needs it
    from voiced.config.reader import examine  # noqa: PLC0415 - only this command needs it
    from voiced.config.schema import options_schema  # noqa: PLC0415 - only this command needs it
    from voiced.registry import discover, states  # noqa: PLC0415 - imports every plugin

    found = discover()
    reading = examine(file, os.environ, found)
    listed = []
    for state in states(found, reading.enabled, reading.plugin_faults):
        spec = found[state.name].spec if state.name in found else None
        options = describe(options_schema(spec.options, spec.about)) if spec else []
        listed.append(dataclasses.asdict(state) | {"options": [dataclasses.asdict(option) for option in options]})
    return listed
