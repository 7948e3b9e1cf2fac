"""`voiced test`: play the scenarios of flows in virtual time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voiced.cli.options import config_option, print_json

if TYPE_CHECKING:
    from voiced.cli.scenarios import Result

WIDTH = 140
"""Columns of a transcript that is not shown on a terminal."""


@click.command(epilog="Example: voiced test flows/scenarios/accueil-demo.yaml -v")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@config_option
@click.option("-k", "words", default="", help="Only scenarios whose file name or title has these words.")
@click.option("--flow", default="", help="Only scenarios of this flow.")
@click.option(
    "-j", "--jobs", type=click.IntRange(1, 64), help="Processes that play at once; one for each core by default."
)
@click.option("-v", "--verbose", is_flag=True, help="Show the transcript of every call.")
@click.option(
    "--junit", type=click.Path(path_type=Path, dir_okay=False), help="Write a JUnit report here; its folder is made."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def test(
    *,
    paths: tuple[Path, ...],
    file: Path,
    words: str,
    flow: str,
    jobs: int | None,
    verbose: bool,
    junit: Path | None,
    as_json: bool,
) -> int:
    """Play the scenarios of flows in virtual time, with scripted speech and tools.

    PATHS are scenarios, or folders of them; by default those beside the configured flows. A flow's scenarios are the
    files in `scenarios/` beside it. Exit code 0: all went as they demand; 1: some did not; 2: something is not written
    right.
    """
    from rich.console import Console  # noqa: PLC0415 - `--help` is quick

    from voiced.cli import scenarios  # noqa: PLC0415 - the same
    from voiced.observe import configure  # noqa: PLC0415 - the same
    from voiced.testing.stage.company import cores, perform_all  # noqa: PLC0415 - the same

    configure("error", fmt="text")
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDTH
    scenarios.make_room(junit)
    began = time.perf_counter()
    pieces = scenarios.chosen(paths, file, words, flow)
    results: list[Result] = []
    for result in zip(pieces, perform_all(pieces, jobs or cores()), strict=True):
        results.append(result)
        if not as_json:
            scenarios.show(console, *result, verbose=verbose)
    if junit is not None:
        scenarios.write_junit(junit, results)
    if not as_json:
        scenarios.conclude(console, results, time.perf_counter() - began)
    return _code(results, as_json=as_json)


def _code(results: Sequence[Result], *, as_json: bool) -> int:
    """Print the results where programs read them; return the exit code."""
    from voiced.cli.scenarios import as_data  # noqa: PLC0415 - `--help` is quick

    if as_json:
        print_json([as_data(*result) for result in results])
    return 0 if all(performance.ok for _, performance in results) else 1
