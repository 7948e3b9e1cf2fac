"""The gates: they run, judge each figure against its limit, and say so."""

import io
import json
import os

from rich.console import Console

from voiced.cli.main import run
from voiced.lab.gates import Gate, cpu, memory, show


def test_a_gate_holds_up_to_its_limit():
    assert Gate("cost", 0.3, 0.3, "s").passed
    assert not Gate("cost", 0.31, 0.3, "s").passed


def test_each_figure_is_shown_beside_its_limit():
    console = Console(record=True, width=100, file=io.StringIO())
    show([Gate("cost", 0.25, 0.3, "s"), Gate("memory", 120, 100, "MB")], console)
    shown = [line.split("│")[1:5] for line in console.export_text().splitlines() if "│" in line]
    assert [[cell.strip() for cell in row] for row in shown] == [
        ["cost", "0.25 s", "0.3", "passed"],
        ["memory", "120 MB", "100", "missed"],
    ]


def test_the_kernel_says_what_a_process_uses():
    assert cpu(os.getpid()) > 0
    assert 1 < memory(os.getpid()) < 10_000


def test_ten_calls_at_once_are_measured(capsys):
    code = run(["bench", "gates", "--seconds", "5", "--no-chaos", "-k", "echo", "--json"])
    printed = capsys.readouterr()
    figures = json.loads(printed.out)
    assert [figure["name"] for figure in figures] == [
        "worker's own cost", "memory of a call", "memory when idle", "ready", "barge-in: silent after",
        "an hour of simulated calls",
    ]  # fmt: skip
    assert all(figure["value"] > 0 for figure in figures)
    assert all(figure["passed"] == (figure["value"] <= figure["limit"]) for figure in figures)
    assert code == (0 if all(figure["passed"] for figure in figures) else 1)
    assert "10 calls of 5 s begin" in printed.err
