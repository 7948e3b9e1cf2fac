"""`voiced demo`: a whole French call on this machine, with no account and no key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from voiced.lab.cases import NAMES, Case, named

if TYPE_CHECKING:
    from voiced.lab.demo import Stage


@click.command(epilog="Example: voiced demo --out /tmp")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Where the recording is left."
)
@click.option(
    "--providers",
    "name",
    type=click.Choice(["embedded", "cloud", "europe"]),
    default="embedded",
    show_default=True,
    help="Whose ears, brain and voice: this machine's; or the emulated clouds of Twilio, Gladia, Mistral and "
    "ElevenLabs (cloud) or of Vonage, Speechmatics, Mistral and Acapela (europe).",
)
@click.option(
    "--chaos",
    is_flag=True,
    help="Hold the call again and again while a recogniser, a model, a voice or a carrier of emulated clouds dies or "
    "stalls in the middle of it. Leaves chaos-1.wav and so on.",
)
@click.option(
    "--case", "cases", multiple=True, metavar="NAME",
    help=f"With --chaos: only this. Repeatable. One of: {', '.join(NAMES)}.",
)  # fmt: skip
@click.option("--keep", is_flag=True, help="Keep the worker's folder (configuration, log, database), and say where.")
def demo(
    *, out: Path, name: Literal["embedded", "cloud", "europe"], chaos: bool, cases: tuple[str, ...], keep: bool
) -> int:
    """Place a whole French call to a worker of this machine.

    Shows it as it happens. Leaves demo-call.wav (both voices) and demo-call.json (the call's record). Exit code 0: the
    conversation went as its scenario demands; 1: it did not; 2: it could not be held.
    """
    import shutil  # noqa: PLC0415 - `--help` is quick
    import tempfile  # noqa: PLC0415 - the same

    import trio  # noqa: PLC0415 - the same
    from rich.console import Console  # noqa: PLC0415 - the same

    from voiced.lab.demo import demonstrate  # noqa: PLC0415 - the same
    from voiced.lab.voices import no_voice  # noqa: PLC0415 - the same

    chosen = _chosen(cases, chaos=chaos)
    console = Console()
    folder = Path(tempfile.mkdtemp(prefix="voiced-demo-"))
    try:
        _make(out)
        if chaos:
            from voiced.lab.survival import survive  # noqa: PLC0415 - the same

            return int(trio.run(survive, stages(folder), console, out.resolve(), chosen))
        code: int = trio.run(demonstrate, stages(folder)("."), no_voice, console, out.resolve(), name)
    finally:
        if keep:
            console.print(f"The worker's folder: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return code


def stages(folder: Path) -> Callable[[str], Stage]:
    """Return what lays out the starting project at a place below `folder`."""
    from platformdirs import user_cache_path  # noqa: PLC0415 - `--help` is quick

    from voiced.cli.starter import starter_files  # noqa: PLC0415 - the same
    from voiced.lab.demo import set_stage  # noqa: PLC0415 - the same

    files = starter_files()

    def stage_at(place: str) -> Stage:
        return set_stage(folder / place, files, user_cache_path("voiced") / "demo")

    return stage_at


def _chosen(cases: tuple[str, ...], *, chaos: bool) -> Sequence[Case]:
    if cases and not chaos:
        raise click.UsageError("--case chooses among what --chaos does: give both")
    try:
        return named(cases)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _make(folder: Path) -> None:
    from voiced.errors import BadInput, Problem  # noqa: PLC0415 - `--help` is quick

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"the folder cannot be made: {error.strerror}"
        raise BadInput([Problem(str(folder), 0, 0, reason, "give another by --out")]) from error
