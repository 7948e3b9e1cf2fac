"""`voiced dev`: every vendor emulated on this machine, for those who integrate offline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from voiced.lab.dev.run import Order, Ready


@click.command(epilog="Example: voiced dev --write essai --profile slow --fault gladia=429")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--write", "new", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Make a project in DIR that uses the emulated vendors.")  # fmt: skip
@click.option("--force", is_flag=True, help="With --write: write over files that are there.")
@click.option("--providers", "choice", type=click.Choice(["cloud", "europe"]), default="cloud", show_default=True,
              help="Who serves first, the others standing in: Twilio, Gladia, Mistral and ElevenLabs (cloud), or "
              "Vonage, Speechmatics, Mistral and Acapela (europe).")  # fmt: skip
@click.option("--base-port", type=click.IntRange(0, 65000), default=8700, show_default=True,
              help="Port of the first vendor; each further one has the next. 0: any free ones.")  # fmt: skip
@click.option("--profile", "profiles", multiple=True, metavar="[VENDOR=]PROFILE",
              help="Delays: none, real (as published, the default) or slow (three times that).")  # fmt: skip
@click.option("--fault", "faults", multiple=True, metavar="VENDOR=FAULT",
              help="What goes wrong: an HTTP status such as 503, throttled, slow, cut, stall, silence, malformed, "
              "codec or idle; each vendor has some of them.")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed, the same delays.")
@click.option("--models/--no-models", default=True, show_default=True,
              help="Whether vendors hear, think and speak by the embedded models, if installed.")  # fmt: skip
@click.option("--line", "lines", multiple=True, metavar="TEXT",
              help="What callers are taken to say, one line an utterance, whatever they say. Repeatable.")  # fmt: skip
@click.option("--verbose", is_flag=True, help="Show what is heard and said, too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document a line: first where vendors answer.")
def dev(*, folder: Path | None, new: Path | None, force: bool, verbose: bool, as_json: bool, **wished: Any) -> None:
    """Emulate every vendor on this machine, until Ctrl-C.

    Twilio's, Vonage's, Gladia's, Speechmatics', Mistral's, OpenAI's, ElevenLabs', Acapela's and ReadSpeaker's APIs, at
    ports of this machine, so that the real plugins work without any account. Prints what voiced.yaml and .env must
    say, or makes a project that says it; then each request in one line. `voiced call` calls a worker that uses them.
    DIR is a project whose flows the embedded model learns ahead, so that no caller waits for it.
    """
    import trio  # noqa: PLC0415 - `--help` is quick

    from voiced.cli.starter import starter_files  # noqa: PLC0415 - the same
    from voiced.lab.dev.project import project, write  # noqa: PLC0415 - the same
    from voiced.lab.dev.run import run  # noqa: PLC0415 - the same
    from voiced.lab.dev.show import Show  # noqa: PLC0415 - the same
    from voiced.observe import configure  # noqa: PLC0415 - the same
    from voiced.registry import discover  # noqa: PLC0415 - imports every plugin

    configure("error")
    order = _order(_checked(folder, new, force=force), **wished)

    def on_ready(ready: Ready) -> None:
        if new:
            write(new, project(starter_files(), ready.told))
        if as_json:
            click.echo(json.dumps(ready.as_json(new and order.project), ensure_ascii=False))
        else:
            _say(ready, new and order.project)

    trio.run(run, order, discover(), Show(click.echo, words=verbose, as_json=as_json), on_ready)


def _checked(folder: Path | None, new: Path | None, *, force: bool) -> Path | None:
    """Return the configuration that there is, or will be; say at once what is wrong with either."""
    from voiced.cli.project import read_project  # noqa: PLC0415 - `--help` is quick
    from voiced.cli.starter import starter_files  # noqa: PLC0415 - the same
    from voiced.lab.dev.project import SETTINGS, refuse_old  # noqa: PLC0415 - the same

    if folder and new:
        raise click.UsageError("give a DIR that is there, or --write one that is not")
    if folder:
        read_project(folder / SETTINGS)
    if new and not force:
        refuse_old(new, starter_files())
    place = folder or new
    return place and place / SETTINGS


def _order(
    project: Path | None,
    *,
    models: bool,
    lines: tuple[str, ...],
    choice: str,
    base_port: int,
    profiles: tuple[str, ...],
    faults: tuple[str, ...],
    seed: int,
) -> Order:
    from platformdirs import user_cache_path  # noqa: PLC0415 - `--help` is quick

    from voiced.lab.dev.house import kept_key  # noqa: PLC0415 - the same
    from voiced.lab.dev.run import Order  # noqa: PLC0415 - the same
    from voiced.lab.dev.wishes import wishes  # noqa: PLC0415 - the same

    wished = wishes(base_port, profiles, faults, seed)
    key = kept_key(user_cache_path("voiced") / "dev" / "vonage.pem")
    return Order(wished, choice, key, models, lines, project)


def _say(ready: Ready, made: Path | None) -> None:
    for vendor, each in ready.opened.items():
        click.echo(f"{vendor:<13} {each.url}")
    click.echo()
    if made:
        click.echo(f"Made {made.parent}. Start a worker with it: voiced run --single --config {made}")
        click.echo(f'Then call it: voiced call --config {made} --say "Quels sont vos horaires ?"')
    else:
        click.echo(f"# voiced.yaml\n{ready.told.fragment}\n# .env\n{ready.told.variables}", nl=False)
    click.echo()
    for line in ready.minds.described:
        click.echo(line)
    click.echo("Ctrl-C ends it. What comes in:\n")
