"""Broken configurations, kept as an operator would write them: `voiced check` says every fault at its place.

Each folder of tests/data/broken holds a project and `expected.txt`: exactly the errors, one a line.
"""

import json
import re
from pathlib import Path

import pytest

BROKEN = sorted(Path(__file__).parents[1].joinpath("data", "broken").glob("[0-9]*"))
WRITTEN = ("settings", "flows")
"""What an operator writes; the other findings are about the machine, such as weights that are not fetched yet."""


def whoever_is_there(error):
    """Return an error without the list of the providers that are installed: it grows."""
    return re.sub(r"(?<=there is )[a-z, ]*\blocal\b[a-z, ]*$", "local", error)


def test_there_are_many():
    assert len(BROKEN) >= 20


@pytest.mark.parametrize("folder", BROKEN, ids=lambda folder: folder.name)
def test_exactly_what_is_wrong_is_said_where_it_stands(voiced, monkeypatch, folder):
    monkeypatch.chdir(folder)
    report = voiced("check", "--json")
    errors = [
        finding["message"] + (f" — {finding['fix']}" if finding["fix"] else "")
        for finding in json.loads(report.out)["findings"]
        if finding["level"] == "error" and finding["subject"] in WRITTEN
    ]
    expected = (folder / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert sorted(map(whoever_is_there, errors)) == sorted(map(whoever_is_there, expected))
    assert report.code == 2
    assert report.err == ""


def test_every_error_has_its_place_and_its_fix():
    errors = [line for folder in BROKEN for line in (folder / "expected.txt").read_text("utf-8").splitlines()]
    assert [line for line in errors if not re.fullmatch(r"\S+:[1-9]\d*:[1-9]\d*: .+ — .+", line)] == []


def test_the_file_that_they_all_break_is_sound(voiced, monkeypatch, tmp_path):
    sound = (BROKEN[0] / "voiced.yaml").read_text(encoding="utf-8").replace("sever: {port: 8080}\n", "")
    (tmp_path / "voiced.yaml").write_text(sound.replace("../flows", str(BROKEN[0].parent / "flows")), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    findings = json.loads(voiced("check", "--json").out)["findings"]
    assert not [each for each in findings if each["level"] == "error" and each["subject"] in WRITTEN]
