"""`voiced calls`: the calls in progress, and what a person does to them."""

from __future__ import annotations

import getpass
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voiced.cli.options import config_option, json_option, print_json

if TYPE_CHECKING:
    from voiced.fleet.control import Control, Workers

WIDE = 200
"""Columns of a table that no terminal shows."""
EVERY = 1.0
"""Seconds between two looks of `--watch`."""


@click.group(epilog="Example: voiced calls list --watch")
def calls() -> None:
    """Watch the calls in progress, and act on one: say, transfer, hang up, mute.

    Or have the carrier place one, to somebody who asked to be called back.
    """


@calls.command("list", epilog="Example: voiced calls list --json | jq '.calls[].call_id'")
@config_option
@json_option
@click.option("--watch", is_flag=True, help="Look again every second, until interrupted or nothing runs any more.")
def list_calls(*, file: Path, as_json: bool, watch: bool) -> None:
    """List the calls in progress, of all workers of this host."""
    if not watch:
        _show_list(file, as_json=as_json)
    while watch:
        if not as_json:
            click.clear()
        _show_list(file, as_json=as_json)
        time.sleep(EVERY)


def _show_list(file: Path, *, as_json: bool) -> None:
    from rich.console import Console  # noqa: PLC0415 - `--help` is quick

    from voiced.lab.calls import table  # noqa: PLC0415 - the same

    there = _workers(file)
    listed = [{**call, "worker": control.worker} for control in there for call in control.calls()]
    if as_json:
        print_json({"calls": listed, "workers": [each.worker for each in there], "silent": list(there.silent)})
        return
    terminal = Console()
    console = terminal if terminal.is_terminal else Console(width=WIDE)
    console.print(table(listed) if listed else "no call in progress")
    for number in there.silent:
        click.echo(f"worker {number} does not answer", err=True)


@calls.command(epilog="Example: voiced calls show c0123456789abcdef")
@click.argument("call_id", metavar="ID")
@config_option
@json_option
def show(*, call_id: str, file: Path, as_json: bool) -> None:
    """Show one call: where it stands, what is known, what was said so far. Numbers in it are masked."""
    from rich.console import Console  # noqa: PLC0415 - `--help` is quick

    from voiced.lab.calls import doing, masked, spoken_line  # noqa: PLC0415 - the same

    control = _find(file, call_id)
    call = control.call(call_id)
    if as_json:
        print_json({**call, "worker": control.worker} | masked({key: call[key] for key in ("values", "lines")}))
        return
    facts = {"worker": control.worker, "doing": doing(call)}
    facts |= {key: call[key] for key in ("flow", "step", "caller", "called", "consent", "config", "seconds")}
    for name, value in (facts | masked(call["values"])).items():
        click.echo(f"{name + ':':<10}{value}")
    for line in call["lines"]:
        Console(soft_wrap=True).print(spoken_line(line))


@calls.command(epilog="Example: voiced calls watch")
@click.argument("call_id", metavar="[ID]", default="")
@config_option
@json_option
def watch(*, call_id: str, file: Path, as_json: bool) -> None:
    """Show what happens in all calls as it happens, or in one until it is over. Numbers in it are masked."""
    from rich.console import Console  # noqa: PLC0415 - `--help` is quick

    from voiced.fleet.watching import happenings  # noqa: PLC0415 - the same
    from voiced.lab.calls import event_line, masked  # noqa: PLC0415 - the same

    events = _find(file, call_id).events(call_id) if call_id else happenings(_workers(file).answering)
    console = Console(soft_wrap=True)
    for event in events:
        if as_json:
            click.echo(json.dumps(masked(event), ensure_ascii=False))
        elif event["event"] != "watching" and (line := event_line(event, with_call=not call_id)) is not None:
            console.print(line)


@calls.command(epilog='Example: voiced calls say c0123456789abcdef "Un collègue prend le relais."')
@click.argument("call_id", metavar="ID")
@click.argument("text")
@click.option("--interrupt", is_flag=True, help="Instead of what the agent is saying or thinking, not after it.")
@config_option
def say(*, call_id: str, text: str, interrupt: bool, file: Path) -> None:
    """Say something to the caller, in the agent's voice."""
    _act(file, call_id, lambda control: control.say(call_id, text, interrupt=interrupt), "it will be said")


@calls.command(epilog="Example: voiced calls transfer c0123456789abcdef +33199000001")
@click.argument("call_id", metavar="ID")
@click.argument("number")
@config_option
def transfer(*, call_id: str, number: str, file: Path) -> None:
    """Hand the caller to a person, with the flow's words; when nobody answers the flow goes on as it does then."""
    _act(file, call_id, lambda control: control.transfer(call_id, number), "being transferred")


@calls.command(epilog='Example: voiced calls hangup c0123456789abcdef --say "Nous fermons. Au revoir."')
@click.argument("call_id", metavar="ID")
@click.option("--say", "text", default="", help="A last sentence, which the caller cannot cut.")
@config_option
def hangup(*, call_id: str, text: str, file: Path) -> None:
    """End the call."""
    _act(file, call_id, lambda control: control.hang_up(call_id, text), "being ended")


@calls.command(epilog="Example: voiced calls mute c0123456789abcdef")
@click.argument("call_id", metavar="ID")
@config_option
def mute(*, call_id: str, file: Path) -> None:
    """Make the agent be silent: it listens, and leaves the word to you and `say`."""
    _act(file, call_id, lambda control: control.mute(call_id), "the word is yours: `voiced calls say`")


@calls.command(epilog="Example: voiced calls unmute c0123456789abcdef")
@click.argument("call_id", metavar="ID")
@config_option
def unmute(*, call_id: str, file: Path) -> None:
    """Give the agent the word back: it asks again what it had asked."""
    _act(file, call_id, lambda control: control.mute(call_id, on=False), "the agent has the word again")


@calls.command(epilog="Example: voiced calls place +33612345678 --from +33939000100")
@click.argument("number")
@click.option(
    "--from", "caller_id", required=True, metavar="NUMBER", help="Which of our numbers is shown: its flow speaks."
)
@click.option("--ring", type=click.FloatRange(5, 120), default=25.0, show_default=True, help="Seconds it may ring.")
@config_option
@json_option
def place(*, number: str, caller_id: str, ring: float, file: Path, as_json: bool) -> None:
    """Call somebody who asked to be called back. Unsolicited calls by a machine are against the law."""
    placed = next(iter(_workers(file))).place(number, caller_id, ring)
    if as_json:
        print_json(placed)
    else:
        click.echo(f"{placed['provider']} calls: {placed['carrier_call_id']}")


@calls.command(epilog="Example: voiced calls drain --worker 1")
@click.option("--worker", type=click.IntRange(min=0), help="The worker that is to stop.")
@click.option("--all", "every", is_flag=True, help="All of them: no more calls are taken.")
@config_option
def drain(*, worker: int | None, every: bool, file: Path) -> None:
    """Let workers take no more calls, and stop when those in progress are over."""
    if every == (worker is not None):
        raise click.UsageError("give --worker or --all")
    told = [control for control in _workers(file) if every or control.worker == worker]
    if not told:
        raise click.UsageError(f"no worker {worker} answers")
    for control in told:
        click.echo(f"worker {control.worker} stops after {control.drain()['calls']} calls")


def _act(file: Path, call_id: str, act: Callable[[Control], Any], done: str) -> None:
    act(_find(file, call_id))
    click.echo(f"{call_id}: {done}")


def _workers(file: Path) -> Workers:
    """Return the workers of this host. Raises `Unavailable` when none answers."""
    from voiced.daemon.project import data_dir_of  # noqa: PLC0415 - `--help` is quick
    from voiced.errors import Unavailable  # noqa: PLC0415 - the same
    from voiced.fleet.control import workers  # noqa: PLC0415 - the same
    from voiced.fleet.rundir import run_dir  # noqa: PLC0415 - the same

    data_dir = data_dir_of(file)
    there = workers(data_dir, actor=getpass.getuser())
    if not there:
        raise Unavailable(f"no worker answers in {run_dir(data_dir)}", fix="start one with `voiced run`")
    return there


def _find(file: Path, call_id: str) -> Control:
    from voiced.daemon.project import data_dir_of  # noqa: PLC0415 - `--help` is quick
    from voiced.fleet.control import find_call  # noqa: PLC0415 - the same

    return find_call(data_dir_of(file), call_id, actor=getpass.getuser())
