"""`voiced bench`: what this machine and this build cost and reach."""

from __future__ import annotations

from pathlib import Path

import click

from voiced.cli.options import json_option, print_json


@click.group(epilog="Example: voiced bench gates")
def bench() -> None:
    """Measure: the worker's own cost, the recogniser, the intents."""


@bench.command(epilog="Example: voiced bench gates --seconds 30")
@click.option("--seconds", type=click.FloatRange(5, 600), default=60.0, show_default=True, help="Length of each call.")
@json_option
def gates(*, seconds: float, as_json: bool) -> int:
    """Measure the worker's own cost, memory, start and barge-in against their limits.

    Ten calls at once with providers that cost nothing. Exit code 0: all within their limits; 1: not.
    """
    import dataclasses  # noqa: PLC0415 - `--help` is quick
    import tempfile  # noqa: PLC0415 - the same

    import trio  # noqa: PLC0415 - the same
    from rich.console import Console  # noqa: PLC0415 - the same

    from voiced.lab.gates import measure, show  # noqa: PLC0415 - the same

    console = Console(stderr=as_json)
    with tempfile.TemporaryDirectory(prefix="voiced-gates-") as folder:
        measured = trio.run(measure, Path(folder), console, seconds)
    if as_json:
        print_json([{**dataclasses.asdict(gate), "passed": gate.passed} for gate in measured])
    else:
        show(measured, console)
    return 0 if all(gate.passed for gate in measured) else 1
