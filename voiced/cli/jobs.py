"""`voiced jobs`: work after calls: what waits, what failed, what runs when; and jobs done by hand."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voiced.cli.options import config_option, json_option, print_json

if TYPE_CHECKING:
    from peewee import Database

    from voiced.daemon.project import Project
    from voiced.jobs.queue import JobRow


@click.group(epilog="Example: voiced jobs list")
def jobs() -> None:
    """Look after the work after calls: what waits, what failed, what runs when."""


@jobs.command("list", epilog="Example: voiced jobs list --json | jq '.[] | select(.state == \"parked\")'")
@config_option
@json_option
def list_jobs(*, file: Path, as_json: bool) -> None:
    """List the jobs that are not done: waiting, running, scheduled (for later), parked (failed too often)."""
    from voiced.jobs import queue  # noqa: PLC0415 - `--help` is quick

    with _open(file) as (_, database):
        found = queue.listed(database)
    now = time.time()
    if as_json:
        print_json([_as_data(row, now) for row in found])
        return
    for row in found:
        failed = f"  failed of {row.error['type']}" if row.error else ""
        click.echo(f"{row.id:<32} {_state(row, now):<10} due {_at(row.due)}  tries {row.tries}{failed}")
    if not found:
        click.echo("nothing waits")


@jobs.command(epilog="Example: voiced jobs show purge-periodic")
@click.argument("id")
@config_option
@json_option
def show(*, id: str, file: Path, as_json: bool) -> None:
    """Show one job: what it is told, who is at it, what its last try failed of."""
    from voiced.jobs import queue  # noqa: PLC0415 - `--help` is quick

    with _open(file) as (_, database):
        row = queue.find(database, id)
    if row is None:
        raise _unknown(id)
    data = _as_data(row, time.time())
    if as_json:
        print_json(data)
        return
    for name, value in data.items():
        told = _at(value) if name in {"due", "created_at", "started_at", "held_until"} and value else value
        click.echo(f"{name + ':':<12} {'-' if told is None or told == [] else told}")


@jobs.command(epilog="Example: voiced jobs retry purge-periodic")
@click.argument("id")
@config_option
def retry(*, id: str, file: Path) -> None:
    """Let a job that is parked, or waits for its next try, run now."""
    from voiced.jobs import queue  # noqa: PLC0415 - `--help` is quick

    with _open(file) as (_, database):
        if not queue.retry(database, id, time.time()):
            raise _unknown(id, "runs, ")
    click.echo(f"{id} runs as soon as a jobs process takes it")


@jobs.command(epilog="Example: voiced jobs drop warm-1a2b3c4d5e6f")
@click.argument("id")
@config_option
def drop(*, id: str, file: Path) -> None:
    """Give a job up that does not run. What is periodic comes again when it is due."""
    from voiced.jobs import queue  # noqa: PLC0415 - `--help` is quick

    with _open(file) as (_, database):
        if not queue.drop(database, id):
            raise _unknown(id, "runs, ")
    click.echo(f"{id} is dropped")


@jobs.command(epilog="Example: voiced jobs run purge")
@click.argument("name")
@click.argument("arguments", nargs=-1)
@click.option("--trust-clock", is_flag=True, help="purge: the clock is right, however far it has moved.")
@config_option
@json_option
def run(*, name: str, arguments: tuple[str, ...], trust_clock: bool, file: Path, as_json: bool) -> None:
    """Do a job now, in this process: purge, sweep, warm, summary with the id of a call, or recordings with calls.

    `purge` erases what is older than privacy.data_ttl_days, `warm` makes the fixed sentences of the flows in use into
    sound, `summary` summarises a call whose caller agreed, `sweep` queues the summaries that were missed.
    `recordings` has the carrier erase what it recorded of calls, each named as `twilio/CA...`: it, and its own id.
    """
    from voiced.daemon.jobs_work import JOBS, Work  # noqa: PLC0415 - `--help` is quick

    if name not in JOBS:
        raise click.UsageError(f"there is no job {name!r}; there is {', '.join(JOBS)}")
    if len(arguments) != (name == "summary") and not (name == "recordings" and all("/" in each for each in arguments)):
        raise click.UsageError(
            "summary takes the id of one call, recordings takes calls such as twilio/CA1, the other jobs take nothing"
        )
    with _open(file) as (project, database):
        facts = _do(Work(project, database, trusted=trust_clock), name, arguments)
    if as_json:
        print_json(facts)
        return
    click.echo(f"{name}: done ({', '.join(f'{key} {value}' for key, value in facts.items())})")


@jobs.command(epilog="Example: voiced jobs schedule")
@config_option
@json_option
def schedule(*, file: Path, as_json: bool) -> None:
    """Show what runs when, and which process keeps the timetable."""
    from voiced.jobs import schedule as timetable  # noqa: PLC0415 - `--help` is quick

    now = time.time()
    with _open(file) as (_, database):
        planned, held = timetable.planned(database, now), timetable.scheduler(database, now)
    if as_json:
        jobs = [dataclasses.asdict(each) for each in planned]
        print_json({"scheduler": held.holder if held else None, "jobs": jobs})
        return
    for each in planned:
        click.echo(f"{each.name:<10} {each.times:<24} last {_at(each.last):<26} next {_at(each.next)}")
    click.echo(f"kept by {held.holder}" if held else "kept by nobody: no jobs process runs")


def _do(work: Any, name: str, arguments: tuple[str, ...]) -> Mapping[str, Any]:
    import trio  # noqa: PLC0415 - `--help` is quick

    async def go() -> Mapping[str, Any]:
        facts: Mapping[str, Any] = await trio.to_thread.run_sync(work.handlers()[name], *arguments)
        return facts

    return trio.run(go)


@contextmanager
def _open(file: Path) -> Iterator[tuple[Project, Database]]:
    from voiced.daemon.project import open_project  # noqa: PLC0415 - `--help` is quick
    from voiced.store import db  # noqa: PLC0415 - the same

    project = open_project(file)
    project.settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = db.open(project.settings.store.url)
    try:
        yield project, database
    finally:
        db.close(database)


def _unknown(id: str, how: str = "") -> click.UsageError:
    return click.UsageError(f"job {id!r} {how}is done, or never was; see `voiced jobs list`")


def _state(row: JobRow, now: float) -> str:
    return "scheduled" if row.state == "waiting" and row.due > now else row.state


def _as_data(row: JobRow, now: float) -> dict[str, Any]:
    return {**dataclasses.asdict(row), "state": _state(row, now)}


def _at(seconds: float | None) -> str:
    """Return a point in time as the reader's clock shows it."""
    return "never" if seconds is None else datetime.fromtimestamp(seconds).astimezone().isoformat(" ", "seconds")
