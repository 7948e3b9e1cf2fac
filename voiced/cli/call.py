"""`voiced call`: call a running worker, as a caller would."""

from __future__ import annotations

from pathlib import Path

import click

from voiced.cli.options import config_option


@click.command(epilog='Example: voiced call --say "Quels sont vos horaires ?" --say "Merci, au revoir."')
@config_option
@click.option("--say", "says", multiple=True, help="A sentence to speak, through the worker's own voice. Repeatable.")
@click.option("--wav", "sounds", multiple=True, type=click.Path(dir_okay=False), help="A sound to play. Repeatable.")
@click.option("--scenario", "script", type=click.Path(path_type=Path, dir_okay=False), help="A scenario to follow.")
@click.option("--from", "caller", default="+33612345678", show_default=True, help="The caller's number.")
@click.option("--to", "called", default="+33912345678", show_default=True, help="The number that is called.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), default=Path("call.wav"), show_default=True,
    help="Where the recording is left: caller left, agent right.",
)  # fmt: skip
def call(
    *,
    file: Path,
    says: tuple[str, ...],
    sounds: tuple[str, ...],
    script: Path | None,
    caller: str,
    called: str,
    out: Path,
) -> int:
    """Place a call to the worker that runs with this configuration.

    It goes through the emulator of its carrier: Twilio, Vonage or Asterisk. Shows the conversation as it happens, and
    where each answer's time went. Exit code 0: it went as the scenario demands (or there was none); 1: it did not; 2:
    it could not be placed.
    """
    import trio  # noqa: PLC0415 - `--help` is quick
    from rich.console import Console  # noqa: PLC0415 - the same

    from voiced.cli.project import read_project  # noqa: PLC0415 - the same
    from voiced.lab.caller import by_hand, improvised  # noqa: PLC0415 - the same
    from voiced.observe.log import configure  # noqa: PLC0415 - the same
    from voiced.testing.scenario import read_scenario  # noqa: PLC0415 - the same

    if not (says or sounds or script):
        raise click.UsageError("give --say, --wav or --scenario")
    configure("warning")
    project = read_project(file)
    scenario = read_scenario(script) if script else improvised(says, sounds, caller=caller, called=called)
    code: int = trio.run(by_hand, project.settings, project.plugins, scenario, Console(), script, out)
    return code
