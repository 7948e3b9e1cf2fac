"""`voiced bench`: what this machine and this build cost and reach."""

from __future__ import annotations

from pathlib import Path

import click

from voiced.cli.options import config_option, json_option, print_json

PERCENT = click.FloatRange(0, 100)
table_argument = click.argument("table", metavar="TSV", type=click.Path(path_type=Path))
wrong_option = click.option("--wrong", is_flag=True, help="List each sentence that went wrong.")


@click.group(epilog="Example: voiced bench gates")
def bench() -> None:
    """Measure: the worker's own cost, the recogniser, the intents."""


@bench.command(epilog="Example: voiced bench gates --seconds 30")
@click.option("--seconds", type=click.FloatRange(5, 600), default=60.0, show_default=True, help="Length of each call.")
@click.option("--chaos/--no-chaos", default=True, show_default=True,
              help="Hold the calls of `voiced demo --chaos` too: longest silence, calls that failed.")  # fmt: skip
@click.option("-k", "words", default="", help="Simulate only scenarios whose file name or title has these words.")
@json_option
def gates(*, seconds: float, chaos: bool, words: str, as_json: bool) -> int:
    """Measure the worker's own cost, memory, start and barge-in against their limits, and what callers bear.

    Ten calls at once with providers that cost nothing; the shipped flows' scenarios in virtual time; then, for some
    minutes, calls that misfortunes befall. Exit code 0: all within their limits; 1: not.
    """
    import dataclasses  # noqa: PLC0415 - `--help` is quick
    import tempfile  # noqa: PLC0415 - the same

    import trio  # noqa: PLC0415 - the same
    from rich.console import Console  # noqa: PLC0415 - the same

    from voiced.cli.demo import stages  # noqa: PLC0415 - the same
    from voiced.cli.starter import starter_files  # noqa: PLC0415 - the same
    from voiced.lab import survival  # noqa: PLC0415 - the same
    from voiced.lab.gates import measure, show  # noqa: PLC0415 - the same
    from voiced.lab.simulated import simulated  # noqa: PLC0415 - the same

    console = Console(stderr=as_json)
    with tempfile.TemporaryDirectory(prefix="voiced-gates-") as folder:
        measured = trio.run(measure, Path(folder), console, seconds)
        measured.append(simulated(Path(folder) / "simulated", starter_files(), words))
        if chaos:
            measured += trio.run(survival.gates, stages(Path(folder) / "chaos"), console, Path(folder))
    if as_json:
        print_json([{**dataclasses.asdict(gate), "passed": gate.passed} for gate in measured])
    else:
        show(measured, console)
    return 0 if all(gate.passed for gate in measured) else 1


@bench.command(epilog="Example: voiced bench stt recordings/list.tsv --max 12")
@table_argument
@config_option
@click.option("--max", "most", type=PERCENT, help="Exit with 1 when more words than this are wrong, in per cent.")
@wrong_option
@json_option
def stt(*, table: Path, file: Path, most: float | None, wrong: bool, as_json: bool) -> int:
    """Judge the configured recogniser on sound files: words that are wrong, by voice.

    TSV is a tab-separated file whose first line names its columns: file (WAV, beside it), transcript, voice. Each file
    is heard as a call would bring it: 8 kHz, mu-law.
    """
    import trio  # noqa: PLC0415 - `--help` is quick

    from voiced.cli.project import read_project  # noqa: PLC0415 - the same
    from voiced.lab.score_speech import judge, read_rows  # noqa: PLC0415 - the same
    from voiced.observe.log import configure  # noqa: PLC0415 - the same

    configure("warning")
    rows = read_rows(table)
    report = trio.run(judge, read_project(file), rows)
    if as_json:
        print_json(report.as_json())
    else:
        click.echo(report.wrong() if wrong else str(report))
    return 1 if most is not None and 100 * report.wer() > most else 0


@bench.command(epilog="Example: voiced bench intents sentences.tsv --min 85 --min-rejected 80")
@table_argument
@config_option
@click.option("--min", "least", type=PERCENT, help="Exit with 1 when fewer are understood, in per cent.")
@click.option("--min-rejected", type=PERCENT, help="Exit with 1 when fewer strangers are turned away, in per cent.")
@wrong_option
@json_option
def intents(
    *, table: Path, file: Path, least: float | None, min_rejected: float | None, wrong: bool, as_json: bool
) -> int:
    """Judge the configured model on sentences: which intent of the library each goes to.

    TSV is a tab-separated file whose first line names its columns: intent, sentence. The intent `none` stands for
    strangers: what no intent should answer.
    """
    import trio  # noqa: PLC0415 - `--help` is quick

    from voiced.cli.project import read_project  # noqa: PLC0415 - the same
    from voiced.lab.score_intents import judge, read_rows  # noqa: PLC0415 - the same
    from voiced.observe.log import configure  # noqa: PLC0415 - the same

    configure("warning")
    rows = read_rows(table)
    report = trio.run(judge, read_project(file), rows)
    if as_json:
        print_json(report.as_json())
    else:
        click.echo(report.wrong() if wrong else str(report))
    missed = (report.accuracy, least), (report.rejection, min_rejected)
    return 1 if any(limit is not None and 100 * share < limit for share, limit in missed) else 0
