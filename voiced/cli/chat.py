"""`voiced chat`: talk to a flow by keyboard."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voiced.cli.options import config_option

if TYPE_CHECKING:
    from voiced.cli.project import Project

STYLES: dict[str, dict[str, Any]] = {
    "agent": {"fg": "cyan"},
    "note": {"fg": "yellow"},
    "detail": {"dim": True},
    "fault": {"fg": "red"},
}


@click.command(epilog='Example: printf "oui\\nvos horaires\\nnon merci\\n" | voiced chat --flow accueil')
@config_option
@click.option("--flow", "name", help="The flow to talk to; without it, the one that answers the default number.")
@click.option("--caller", default="+33612345678", show_default=True, help="The number that calls.")
@click.option("-v", "--verbose", is_flag=True, help="Show steps and what the model chose.")
def chat(*, file: Path, name: str | None, caller: str, verbose: bool) -> int:
    """Talk to a flow by keyboard: its real model and tools, no sound.

    Type what the caller says; /help lists what else a caller can do. Tools do what they do in a call. Ends when the
    flow hangs up, at the end of the input, or with /hangup.
    """
    import trio  # noqa: PLC0415 - `--help` is quick

    from voiced.cli.project import read_project  # noqa: PLC0415 - the same
    from voiced.observe.log import configure  # noqa: PLC0415 - the same

    project = read_project(file)
    configure("error")
    number = project.settings.numbers.get("default")
    flow = name or (number.flow if number else "")
    if flow not in project.flows:
        raise click.UsageError(f"there is no flow {flow!r}; there is {', '.join(sorted(project.flows))}")
    trio.run(_talk, project, flow, caller, verbose)
    return 0


async def _talk(project: Project, name: str, caller: str, verbose: bool) -> None:  # noqa: FBT001 - trio.run passes by place
    from datetime import datetime  # noqa: PLC0415 - the same

    from voiced.call.think import offers  # noqa: PLC0415 - the same
    from voiced.daemon.standalone import open_providers  # noqa: PLC0415 - the same
    from voiced.lab.chat import Chat  # noqa: PLC0415 - the same

    def show(kind: str, text: str) -> None:
        if kind != "detail" or verbose:
            click.secho(text if kind == "agent" else f"[{text}]", **STYLES[kind])

    async with open_providers(project) as (plan, providers):
        for offer in offers(project.flows[name], providers.tools):
            await providers.llm.prepare(offer)
        call = Chat(project.flows[name], providers, show, now=datetime.now(plan.timezone), caller=caller)
        await call.run(_next_line)


async def _next_line() -> str:
    """Return the next line of standard input, "" at its end."""
    import trio  # noqa: PLC0415 - the same

    return await trio.to_thread.run_sync(_read_line, abandon_on_cancel=True)


def _read_line() -> str:
    if sys.stdin.isatty():
        click.echo("> ", nl=False)
    return sys.stdin.readline()
