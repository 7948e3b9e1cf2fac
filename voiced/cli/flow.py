"""`voiced flow`: look at flows, check them, draw them, get their sentences ready."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voiced.cli.options import config_option, json_option, print_json

if TYPE_CHECKING:
    from voiced.cli.project import Project

out_option = click.option(
    "-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; standard output without it."
)


@click.group(epilog="Example: voiced flow lint && voiced flow draw accueil --out accueil.mmd")
def flow() -> None:
    """Look at flows, check them, draw them, get their sentences ready."""


@flow.command("list", epilog="Example: voiced flow list --json")
@config_option
@json_option
def list_flows(*, file: Path, as_json: bool) -> None:
    """List the flows, with the numbers that lead to each."""
    from voiced.cli.project import read_project  # noqa: PLC0415 - `--help` is quick

    project = read_project(file)
    listed = [_listed(project, name) for name in project.flows]
    if as_json:
        print_json(listed)
        return
    for each in listed:
        click.echo(f"{each['name']:<16} {each['title']}")
        click.echo(
            f"{'':<16} {each['steps']} steps, version {each['version']}, {', '.join(each['numbers']) or 'no number'}"
        )


def _listed(project: Project, name: str) -> dict[str, Any]:
    flow = project.flows[name]
    numbers = [number for number, route in project.settings.numbers.items() if route.flow == name]
    return {"name": name, "title": flow.title, "steps": len(flow.steps), "version": flow.version, "numbers": numbers}


@flow.command(epilog="Example: voiced flow lint flows/accueil.yaml")
@config_option
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def lint(*, file: Path, files: tuple[Path, ...]) -> None:
    """Check flow files, all of the project's without FILES.

    Each fault is one line, `file:line:column: reason`. Exit code 0: none; 2: some.
    """
    from voiced.cli.project import read_around  # noqa: PLC0415 - `--help` is quick
    from voiced.config.settings import flow_constants  # noqa: PLC0415 - the same
    from voiced.dialog.reader import SUFFIX, read_file, read_flows  # noqa: PLC0415 - the same
    from voiced.errors import BadInput, Problem  # noqa: PLC0415 - the same

    settings, _, tools = read_around(file)
    constants = flow_constants(settings)
    problems: list[Problem] = []
    for path in files:
        try:
            read_file(path, constants, tools)
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    good = files or [settings.flows / f"{name}{SUFFIX}" for name in read_flows(settings.flows, constants, tools)]
    for path in good:
        click.echo(f"{path}: good")


@flow.command(epilog="Example: voiced flow draw accueil --out accueil.mmd")
@config_option
@click.argument("name")
@out_option
def draw(*, file: Path, name: str, out: Path | None) -> None:
    """Draw a flow as a Mermaid flowchart."""
    from voiced.cli.project import read_project  # noqa: PLC0415 - `--help` is quick
    from voiced.dialog.draw import draw as drawn  # noqa: PLC0415 - the same

    flows = read_project(file).flows
    if name not in flows:
        raise click.UsageError(f"there is no flow {name!r}; there is {', '.join(sorted(flows))}")
    _give(drawn(flows[name]) + "\n", out)


@flow.command(epilog="Example: voiced flow schema --out flow.schema.json")
@out_option
def schema(*, out: Path | None) -> None:
    """Write the JSON Schema of flow files, by which editors complete and check them."""
    import json  # noqa: PLC0415 - `--help` is quick

    from voiced.dialog.reader import schema as flow_schema  # noqa: PLC0415 - the same

    _give(json.dumps(flow_schema(), ensure_ascii=False, indent=2) + "\n", out)


@flow.command(epilog="Example: voiced flow warm && systemctl restart voiced")
@config_option
def warm(*, file: Path) -> int:
    """Synthesise the fixed sentences of all flows, so that they play at once and outlive an outage of the voice.

    Only what is missing is made; a worker does the same when it starts.
    """
    import trio  # noqa: PLC0415 - `--help` is quick

    from voiced.cli.project import read_project  # noqa: PLC0415 - the same
    from voiced.observe.log import configure  # noqa: PLC0415 - the same

    project = read_project(file)
    configure("error")
    return trio.run(_warm, project)


async def _warm(project: Project) -> int:
    from rich.progress import Progress  # noqa: PLC0415 - the same

    from voiced.call.warm import warm as make  # noqa: PLC0415 - the same
    from voiced.daemon.standalone import open_providers  # noqa: PLC0415 - the same
    from voiced.dialog.phrase import fixed_texts  # noqa: PLC0415 - the same
    from voiced.text.pronunciations import Pronunciations  # noqa: PLC0415 - the same

    wanted: dict[Pronunciations, dict[str, None]] = {}
    for flow in project.flows.values():
        wanted.setdefault(Pronunciations.of(flow.pronunciations), {}).update(dict.fromkeys(fixed_texts(flow)))
    every, made = sum(map(len, wanted.values())), 0
    async with open_providers(project) as (plan, providers):
        with Progress(transient=True) as progress:
            task = progress.add_task("sentences", total=every)
            for said, texts in wanted.items():
                book = plan.book(providers).saying(said)
                made += await make(providers.tts, book, list(texts), lambda _text, _made: progress.advance(task))
    click.echo(f"{every} sentences are ready, {made} of them new.")
    return 0


def _give(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    out.write_text(text, encoding="utf-8")
    click.echo(f"wrote {out}")
