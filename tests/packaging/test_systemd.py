"""The units for systemd: they start commands that exist, and leave the time that our processes take to stop."""

import shlex
from pathlib import Path

import click
import pytest

from voiced.cli import main
from voiced.config.settings import Limits
from voiced.supervisor.supervise import LAST, LEAVING

UNITS = sorted((Path(__file__).parents[2] / "packaging" / "systemd").glob("*.service"))
NEEDS = {
    "voiced.service": Limits().drain_seconds + LEAVING + LAST,
    "voiced-worker@.service": Limits().drain_seconds + LEAVING,
}


def values(unit, name):
    return [line.partition("=")[2] for line in unit.read_text().splitlines() if line.startswith(f"{name}=")]


def test_there_is_one_for_the_whole_and_one_for_each_process():
    kinds = ["admin", "inference", "jobs", "worker@"]
    assert [unit.stem for unit in UNITS] == [
        "voiced-admin",
        "voiced-inference",
        "voiced-jobs",
        "voiced-worker@",
        "voiced",
    ]
    only = [values(unit, "ExecStart")[0].split("--only ")[1].split()[0] for unit in UNITS[:-1]]
    assert only == [kind.rstrip("@") for kind in kinds]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_what_it_starts_is_a_command_that_we_have(unit, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "voiced.yaml").touch()
    [line] = values(unit, "ExecStart")
    program, command, *arguments = shlex.split(line.replace("%i", "3"))
    assert program == "/srv/voiced/.venv/bin/voiced"
    found = main.program.get_command(click.Context(main.program), command)
    asked = found.make_context(command, arguments).params  # raises when there is no such option
    assert bool(asked["only"]) == ("-" in unit.stem)
    assert asked["number"] == (3 if "@" in unit.stem else 0)


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.name in NEEDS], ids=lambda unit: unit.name)
def test_calls_get_the_time_to_end(unit):
    [seconds] = values(unit, "TimeoutStopSec")
    assert int(seconds) >= NEEDS[unit.name]
