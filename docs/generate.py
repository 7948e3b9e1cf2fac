"""Writes the pages and schemas that are made from the code: `python -m docs.generate` (`make docs`).

A page is prose with generated parts between `<!-- begin NAME -->` and `<!-- end NAME -->`; the schemas are made whole.
Only the house's own plugins are described, whatever else is installed.
"""  # noqa: INP001 - a folder of pages, not a package

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import click

from voiced.cli.main import COMMANDS, program
from voiced.config.catalogue import Plugins, specs
from voiced.config.describe import Described, describe
from voiced.config.flags import FLAGS
from voiced.config.register import schema as register_schema
from voiced.config.schema import editor_schema, options_schema, schema
from voiced.dialog import reference, turn_diagram
from voiced.dialog.reader import schema as flow_schema
from voiced.observe.alerts import ALERTS, rules
from voiced.observe.metrics import DECLARED
from voiced.registry import discover
from voiced.testing import faults
from voiced.testing.checklists import CHECKLISTS
from voiced.testing.scenario import schema as scenario_schema

HERE = Path(__file__).parent
TESTS = HERE.parent / "tests" / "testing"


def house() -> Plugins:
    """Return the plugins that come with voiced."""
    return {name: found for name, found in discover().items() if found.origin.split()[0] == "voiced"}


def settings() -> str:
    """Return a table of the settings for each section of voiced.yaml."""
    sections: dict[str, list[Described]] = {}
    for each in describe(schema({})):
        sections.setdefault(each.name.partition(".")[0] if "." in each.name else "At the top", []).append(each)
    return "\n\n".join(f"### {section}\n\n{_table(rows)}" for section, rows in sections.items())


def plugin_options() -> str:
    """Return a table of the options of each plugin."""
    parts = []
    for name, spec in specs(house()).items():
        rows = describe(options_schema(spec.options, spec.about))
        parts.append(f"### plugins.{name}\n\n{spec.about}\n\n{_table(rows) if rows else 'No options.'}")
    return "\n\n".join(parts)


def flags() -> str:
    """Return a table of the environment variables that decide over the file."""
    rows = [f"| `{name}` | `{'.'.join(path)}` |" for name, path in FLAGS.items()]
    return "\n".join(["| variable | setting |", "| --- | --- |", *rows])


def commands() -> str:
    """Return a section for each command."""
    context = click.Context(program, info_name="voiced")
    made = [(name, program.get_command(context, name)) for name in sorted(COMMANDS)]
    return "\n\n".join(part for name, command in made if command for part in _command(command, name, context))


def _command(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    about = inspect.cleandoc(command.help or "")
    example = (command.epilog or "").removeprefix("Example: ")
    options = [_parameter(parameter, context) for parameter in command.params if isinstance(parameter, click.Option)]
    table = "\n".join(["| option | what it does |", "| --- | --- |", *options]) + "\n\n" if options else ""
    yield f"## {context.command_path}\n\n{about}\n\n```sh\n{usage}\n```\n\n{table}Example: `{example}`"
    for below, subcommand in getattr(command, "commands", {}).items():
        yield from _command(subcommand, below, context)


def _parameter(option: click.Option, context: click.Context) -> str:
    names, about = option.get_help_record(context) or ("", "")
    return f"| `{names}` | {_cell(about)} |"


def _table(rows: list[Described]) -> str:
    head = "| setting | type | default | what it is |\n| --- | --- | --- | --- |\n"
    return head + "\n".join(
        f"| `{row.name}` | {_cell(row.type)} | {'required' if row.required else f'`{_cell(row.default)}`'} "
        f"| {_cell(row.about)} |"
        for row in rows
    )


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def turn_machine() -> str:
    """Return the turn machine's diagram, fenced."""
    return f"```mermaid\n{turn_diagram.diagram()}\n```"


def metrics() -> str:
    """Return a table of the metrics."""
    rows = [
        f"| `{each.name}` | {each.kind} | {', '.join(f'`{label}`' for label in each.labels)} | {_cell(each.about)} |"
        for each in DECLARED.values()
    ]
    return "\n".join(["| metric | type | labels | what it is |", "| --- | --- | --- | --- |", *rows])


def alerts() -> str:
    """Return a table of the alerts."""
    rows = [
        f"| {each.name} | {each.severity} | `{_cell(each.expr)}` for {each.lasts} | {_cell(each.about)} |"
        for each in ALERTS
    ]
    return "\n".join(["| alert | | when | what to do |", "| --- | --- | --- | --- |", *rows])


def checklist(emulator: str) -> str:
    """Return the table of what an emulator does like its provider."""
    return CHECKLISTS[emulator].table(TESTS / emulator).strip()


PARTS: dict[str, dict[str, Callable[[], str]]] = {
    "cli.md": {"commands": commands},
    "flows.md": {
        "steps": reference.steps,
        "parts": reference.parts,
        "values": reference.values,
        "intents": reference.intents,
    },
    "scenarios.md": {"keys": lambda: reference.tables(scenario_schema()["$defs"])},
    "turns.md": {"diagram": turn_machine, "triggers": turn_diagram.triggers},
    "metrics.md": {"metrics": metrics, "alerts": alerts},
    **{f"emulators/{name}.md": {"checklist": partial(checklist, name)} for name in CHECKLISTS},
    "emulators/faults.md": {"meanings": faults.meanings, "faults": lambda: faults.table(TESTS.parent)},
    "preflight.md": {"keys": lambda: reference.tables(register_schema()["$defs"])},
    "configuration.md": {"settings": settings, "plugins": plugin_options, "flags": flags},
}
SCHEMAS: dict[str, Callable[[], Any]] = {
    "schema/voiced.schema.json": lambda: editor_schema(house()),
    "schema/flow.schema.json": flow_schema,
    "schema/scenario.schema.json": scenario_schema,
    "schema/subprocessors.schema.json": register_schema,
    "alerts.rules.json": rules,
}


def page(name: str) -> str:
    """Return what the file `name` below docs should hold."""
    if name in SCHEMAS:
        return _json(SCHEMAS[name]())
    text = (HERE / name).read_text(encoding="utf-8")
    for part, make in PARTS[name].items():
        begin, end = f"<!-- begin {part} -->", f"<!-- end {part} -->"
        before, rest = text.split(begin)
        text = before + begin + "\n\n" + make() + "\n\n" + end + rest.split(end)[1]
    return text


def main() -> None:
    """Write them all."""
    for name in (*PARTS, *SCHEMAS):
        text = page(name)
        (HERE / name).parent.mkdir(exist_ok=True)
        (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
