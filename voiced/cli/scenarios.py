"""How `voiced test` finds its scenarios and shows what came of them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree as ET

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

from voiced.config.reader import read_settings
from voiced.config.settings import flow_constants
from voiced.errors import BadInput, Problem
from voiced.registry import discover
from voiced.testing.scenario import Line, agent_line, caller_line, ends_line, keys_line, tool_line
from voiced.testing.stage import Entry, Performance
from voiced.testing.stage.repertory import CONSTANTS, Piece, find, read

FLOWS = Path("flows")
COLUMNS: Mapping[str, Literal["left", "right"]] = {
    "": "left",
    "screenplay": "left",
    "at": "right",
    "what happened": "left",
}
Result = tuple[Piece, Performance]


def chosen(paths: Sequence[Path], config: Path, words: str, flow: str) -> list[Piece]:
    """Return the scenarios to play. Raises `BadInput` when they are not written right, or none is left."""
    folder, constants = _project(config)
    pieces = read(find(list(paths) or [folder]), constants)
    wanted = [
        piece
        for piece in pieces
        if words.casefold() in f"{piece.file.stem} {piece.scenario.scenario}".casefold()
        and flow in {"", piece.scenario.flow}
    ]
    if not wanted:
        raise BadInput([Problem(str(folder), 0, 0, "no scenario is left to play", "ask for less with -k and --flow")])
    return wanted


def _project(config: Path) -> tuple[Path, Mapping[str, str]]:
    """Return the folder of the flows and what they say of the settings; or what serves to play."""
    if not config.is_file():
        return FLOWS, CONSTANTS
    settings = read_settings(config, os.environ, discover())
    return settings.flows, flow_constants(settings)


def show(console: Console, piece: Piece, performance: Performance, *, verbose: bool) -> None:
    """Print one line for a scenario, and its transcript where it is wanted or needed."""
    verdict = Text("ok    ", "green") if performance.ok else Text("FAILED", "bold red")
    times = f"{_clock(performance.seconds):>6} in {performance.wall:5.2f} s"
    console.print(verdict, times, f"{piece.file.stem}: {performance.scenario.scenario}")
    if performance.ok and not verbose:
        return
    console.print(_side_by_side(performance, plain=not console.is_terminal))
    for failure in performance.failures:
        console.print(Text(f"  {failure}", "red"))


def conclude(console: Console, results: Sequence[Result], wall: float) -> None:
    """Print the sum."""
    failed = sum(not performance.ok for _, performance in results)
    seconds = sum(performance.seconds for _, performance in results)
    counts = f"{len(results)} scenarios, {failed} failed" if failed else f"{len(results)} scenarios, all ok"
    console.print(f"{counts}: {_clock(seconds)} of calls in {wall:.1f} s")


def _side_by_side(performance: Performance, *, plain: bool) -> Table:
    """Return the screenplay beside what really happened, line by line."""
    table = Table(box=None if plain else SIMPLE, pad_edge=False)
    for head, justify in COLUMNS.items():
        table.add_column(head, overflow="fold", justify=justify, vertical="top")
    for index, line in enumerate(performance.scenario.call):
        wrong = index == performance.failed_line
        mark = "!" if wrong else "" if index < len(performance.began) else "-"
        said = Text(describe(line), "red" if wrong else "")
        happened = [(f"{entry.at:.2f}", f"{entry.who}: {entry.text}") for entry in _during(performance, index)]
        for at, what in happened or [("", "")]:
            table.add_row(mark, said, at, Text(what))
            mark, said = "", Text()
    return table


def _during(performance: Performance, index: int) -> list[Entry]:
    """Return what began while the line was played."""
    began = performance.began
    if index >= len(began):
        return []
    start = began[index] if index else -1.0
    end = began[index + 1] if index + 1 < len(began) else float("inf")
    return [entry for entry in performance.entries if start <= entry.at < end]


def describe(line: Line) -> str:
    """Return a line of a screenplay in words."""
    if (agent := agent_line(line)) is not None:
        return f"agent: {agent.says}"
    if (said := caller_line(line)) is not None:
        return f"caller: {said.says}" + (f" (over the agent, after {said.over} s)" if said.over is not None else "")
    if (keys := keys_line(line)) is not None:
        return f"caller presses {keys.keys}"
    if (tool := tool_line(line)) is not None:
        return f"tool: {tool.name} {tool.with_ or ''}".strip()
    if (ends := ends_line(line)) is not None:
        return f"ends by {ends.by}"
    given = {name: getattr(line, name) for name in ("silence", "noise", "unheard", "fails", "works", "dial")}
    named = [f"{name}: {value}" for name, value in given.items() if value is not None]
    return named[0] if named else "the line drops" if line.drop else "the caller hangs up"


def as_data(piece: Piece, performance: Performance) -> dict[str, Any]:
    """Return one result as JSON."""
    return {
        "file": str(piece.file),
        "scenario": performance.scenario.scenario,
        "flow": performance.scenario.flow,
        "ok": performance.ok,
        "failures": performance.failures,
        "seconds": round(performance.seconds, 2),
        "wall": round(performance.wall, 3),
        "gaps": [round(gap, 3) for gap in performance.gaps],
        "transcript": [
            {"at": round(entry.at, 2), "who": entry.who, "text": entry.text} for entry in performance.entries
        ],
    }


def make_room(report: Path | None) -> None:
    """See that the report can be written where one is wanted, before anything is played. Raises `BadInput`."""
    if report is None:
        return
    try:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.open("ab").close()
    except OSError as error:
        reason, fix = f"the report cannot be written: {error.strerror}", "name a file that this user may write"
        raise BadInput([Problem(str(report), 0, 0, reason, fix)]) from error


def write_junit(path: Path, results: Sequence[Result]) -> None:
    """Write a JUnit report."""
    failed = sum(not performance.ok for _, performance in results)
    suite = ET.Element("testsuite", name="voiced test", tests=str(len(results)), failures=str(failed))
    for piece, performance in results:
        case = ET.SubElement(
            suite, "testcase", classname=performance.scenario.flow, name=piece.file.stem, time=f"{performance.wall:.3f}"
        )
        if not performance.ok:
            failure = ET.SubElement(case, "failure", message=performance.failures[0])
            failure.text = "\n".join(performance.failures)
        transcript = "\n".join(f"{entry.at:7.2f} {entry.who}: {entry.text}" for entry in performance.entries)
        ET.SubElement(case, "system-out").text = transcript
    ET.ElementTree(suite).write(path, "utf-8", xml_declaration=True)


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{int(seconds % 60):02}"
