"""The `voiced` command: its groups, and what becomes of errors.

A command is one line in `COMMANDS`; its module is imported when the command runs, so that `voiced --help` is quick.
Exit codes: 0 done; 1 a fault of voiced itself; 2 what was asked or written is wrong; 130 interrupted.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

import click

from voiced import __version__
from voiced.errors import VoicedError

COMMANDS = {
    "bench": ("voiced.cli.bench:bench", "Measure: the worker's own cost, the recogniser, the intents."),
    "call": ("voiced.cli.call:call", "Place a call to the worker that runs with this configuration."),
    "calls": ("voiced.cli.calls:calls", "Watch the calls in progress, and act on one: say, transfer, hang up, mute."),
    "chat": ("voiced.cli.chat:chat", "Talk to a flow by keyboard: its real model and tools, no sound."),
    "check": ("voiced.cli.check:check", "Check that this installation can take calls."),
    "config": ("voiced.cli.config:config", "Show, check and change the settings, and look into their history."),
    "demo": ("voiced.cli.demo:demo", "Place a whole French call to a worker of this machine."),
    "dev": ("voiced.cli.dev:dev", "Emulate every vendor on this machine, until Ctrl-C."),
    "flow": ("voiced.cli.flow:flow", "Look at flows, check them, draw them, get their sentences ready."),
    "init": ("voiced.cli.init:init", "Start a project in a new folder."),
    "jobs": ("voiced.cli.jobs:jobs", "Look after the work after calls: what waits, what failed, what runs when."),
    "number": ("voiced.cli.number:number", "Find, buy and wire the numbers that callers dial."),
    "plugins": ("voiced.cli.plugins:plugins", "List the plugins and what became of each."),
    "run": ("voiced.cli.run:run", "Answer calls until told to stop."),
    "test": ("voiced.cli.test:test", "Play the scenarios of flows in virtual time, with scripted speech and tools."),
    "tunnel": ("voiced.cli.tunnel:tunnel", "Make a public address for this machine, until Ctrl-C."),
    "user": ("voiced.cli.user:user", "Say who may sign in to the administration."),
}
"""Command -> where it is, and its summary (a test holds it to the beginning of the command's help)."""


INTERNAL = {"inference": "voiced.cli.run:inference"}
"""Commands that other commands start; they are not listed."""


class LazyGroup(click.Group):
    """A group whose commands are imported only when they run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the command `cmd_name`."""
        place = COMMANDS[cmd_name][0] if cmd_name in COMMANDS else INTERNAL.get(cmd_name)
        if place is None:
            return None
        module, name = place.split(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: voiced check --config voiced.yaml",
)
@click.version_option(__version__, prog_name="voiced")
@click.option("--debug", is_flag=True, help="Show the traceback of an unexpected error.")
def program(*, debug: bool) -> None:
    """Run the phone agent that a French business can put on its number and trust."""


def main() -> None:
    """Run the command line, and exit with its code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run `voiced` with `arguments`; return the exit code. Every error ends here, as one message on standard error."""
    try:
        outcome: Any = program.main(args=list(arguments), prog_name="voiced", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return 130
    except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - the one place where every error is shown
        return _report(error, debug="--debug" in arguments)
    return outcome if isinstance(outcome, int) else 0


def _report(error: BaseException, *, debug: bool) -> int:
    """Say what happened, in as few words as do, and return the exit code."""
    causes = list(_causes(error))
    if any(isinstance(cause, KeyboardInterrupt) for cause in causes):
        return 130
    if debug:
        traceback.print_exception(error)
    ours = [cause for cause in causes if isinstance(cause, VoicedError)]
    if len(ours) == len(causes):
        click.echo("\n".join(dict.fromkeys(str(cause) for cause in ours)), err=True)
        return 2
    strange = next(cause for cause in causes if not isinstance(cause, VoicedError))
    click.echo(f"voiced: unexpected {type(strange).__name__}: {strange}", err=True)
    if not debug:
        click.echo("Run it again as `voiced --debug ...` to see where.", err=True)
    return 1


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Return the errors that `error` stands for: nurseries raise groups."""
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _causes(each)
    else:
        yield error
