"""`voiced config status`: what the files say now, and what each worker runs."""

from __future__ import annotations

import getpass
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from voiced.cli.options import config_option, json_option, print_json
from voiced.errors import Problem, VoicedError


@click.command(epilog="Example: voiced config status --json")
@config_option
@json_option
def status(*, file: Path, as_json: bool) -> int:
    """Show whether the files are valid, with every problem, and which version each worker of this host runs.

    Exit code 0: the files are valid, and every worker runs them; 2: not so.
    """
    found = _files(file) | _workers(file)
    well = not found["problems"] and not found["silent"] and all(_runs(each, found) for each in found["workers"])
    if as_json:
        print_json({"ok": well, **found})
    else:
        _show(found)
    return 0 if well else 2


def _files(file: Path) -> dict[str, Any]:
    """Return the version of the files as they are now and what is wrong with them; "" when they cannot be read."""
    from voiced.config.judge import judge  # noqa: PLC0415 - `--help` is quick
    from voiced.registry import discover  # noqa: PLC0415 - imports every plugin

    judged = judge(file, os.environ, discover())
    version = judged.project.bundle.version if judged.project else ""
    return {"version": version, "problems": [_told(problem) for problem in judged.problems]}


def _workers(file: Path) -> dict[str, Any]:
    """Return what the workers say of their configuration, and the numbers of those that do not answer."""
    from voiced.daemon.project import data_dir_of  # noqa: PLC0415 - `--help` is quick
    from voiced.fleet.control import workers  # noqa: PLC0415 - the same

    there = workers(data_dir_of(file), actor=getpass.getuser())
    told, silent = [], list(there.silent)
    for control in there:
        try:
            told.append({"worker": control.worker, **control.get("/v1/config")})
        except VoicedError:
            silent.append(control.worker)
    return {"workers": told, "silent": sorted(silent)}


def _runs(worker: dict[str, Any], files: dict[str, Any]) -> bool:
    return bool(worker["version"] == files["version"] and not worker["problems"])


def _told(problem: Problem) -> dict[str, Any]:
    return {name: getattr(problem, name) for name in ("file", "line", "column", "reason", "fix")}


def _show(found: dict[str, Any]) -> None:
    problems = [Problem(**each) for each in found["problems"]]
    number = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
    click.echo(f"files     {number if problems else 'valid, version ' + found['version']}")
    for problem in problems:
        click.echo(f"          {problem}")
    for worker in found["workers"]:
        _show_worker(worker, found)
    for number in found["silent"]:
        click.echo(f"worker {number}  does not answer")
    if not found["workers"] and not found["silent"]:
        click.echo("no worker runs")


def _show_worker(worker: dict[str, Any], found: dict[str, Any]) -> None:
    since = datetime.fromtimestamp(worker["taken_at"]).astimezone().isoformat(" ", "seconds")
    words = "the last good version, " if worker["source"] == "history" else ""
    click.echo(f"worker {worker['worker']}  {words}version {worker['version']}, since {since}")
    told = {_same(problem) for problem in found["problems"]}
    for problem in worker["problems"]:
        if _same(problem) not in told:
            click.echo(f"          refused: {Problem(**problem)}")
    if worker["restart_needed"]:
        click.echo(f"          takes effect at the next start: {', '.join(worker['restart_needed'])}")


def _same(problem: dict[str, Any]) -> tuple[Any, ...]:
    """Return what two processes say alike of one problem: not the path, which may be relative to another folder."""
    return Path(problem["file"]).name, problem["line"], problem["column"], problem["reason"]
