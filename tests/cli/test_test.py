"""`voiced test`."""

import json
from xml.etree import ElementTree as ET

import pytest

from voiced.cli.main import run

FLOW = """
flow: essai
title: Essai
start: question
steps:
  question:
    ask: Que voulez-vous ?
    routes: [{ intent: horaires, to: horaires }]
  horaires: { say: Nous ouvrons à neuf heures., next: question }
"""
HEAD = "scenario: {}\nflow: essai\ncall:\n  - agent: Que voulez-vous\n"
GOOD = HEAD.format("Tout va bien") + "  - hangup: true\n  - ends: caller\n"
BAD = HEAD.format("Rien ne va") + "  - agent: Il pleut\n  - caller: Ah bon\n"


@pytest.fixture
def flows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flows" / "scenarios").mkdir(parents=True)
    (tmp_path / "flows" / "essai.yaml").write_text(FLOW)
    (tmp_path / "flows" / "scenarios" / "bien.yaml").write_text(GOOD)
    return tmp_path / "flows"


@pytest.fixture
def failing(flows):
    (flows / "scenarios" / "mal.yaml").write_text(BAD)
    return flows


def test_each_scenario_has_a_line(flows, capsys):
    assert run(["test"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("ok ")
    assert "bien: Tout va bien" in out
    assert "1 scenarios, all ok: 0:01 of calls in" in out


def test_a_failure_shows_the_screenplay_beside_what_happened(failing, capsys):
    assert run(["test", str(failing)]) == 1
    out = capsys.readouterr().out
    assert "FAILED" in out
    assert "2 scenarios, 1 failed" in out
    (line,) = [line for line in out.splitlines() if line.startswith("!")]
    assert "agent: Il pleut" in line
    assert "-  caller: Ah bon" in out
    assert "line 2: expected to hear 'Il pleut'" in out


def test_what_was_heard_instead_is_told_once_and_its_end_only_again(failing, capsys):
    long = HEAD.format("Rien ne va") + "  - caller: Horaires\n" * 6 + "  - agent: Il pleut\n"
    (failing / "scenarios" / "mal.yaml").write_text(long)
    assert run(["test", "-k", "mal"]) == 1
    last = capsys.readouterr().out.split("line 8: ")[1].splitlines()[0]
    assert last.startswith("expected to hear 'Il pleut', heard '... ")
    assert len(last) < 160


def test_every_transcript_is_shown_when_asked(flows, capsys):
    assert run(["test", "-v"]) == 0
    assert capsys.readouterr().out.count("agent: Que voulez-vous") == 2  # wanted, and heard


def test_scenarios_are_chosen_by_file_word_and_flow(failing, capsys):
    assert run(["test", str(failing / "scenarios" / "bien.yaml")]) == 0
    assert run(["test", "-k", "TOUT VA"]) == 0
    assert run(["test", "-k", "mal"]) == 1
    assert run(["test", "--flow", "essai"]) == 1
    assert run(["test", "--flow", "autre"]) == 2
    assert "no scenario is left to play" in capsys.readouterr().err


def test_json_is_for_programs(failing, capsys):
    assert run(["test", "--json"]) == 1
    bien, mal = json.loads(capsys.readouterr().out)
    assert (bien["ok"], bien["scenario"], bien["failures"]) == (True, "Tout va bien", [])
    assert not mal["ok"]
    assert mal["transcript"][0]["who"] == "agent"


def test_junit_is_for_build_servers(failing, tmp_path):
    assert run(["test", "--junit", str(tmp_path / "report.xml")]) == 1
    suite = ET.parse(tmp_path / "report.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert [case.get("name") for case in suite if case.find("failure") is not None] == ["mal"]


def test_a_folder_for_the_report_is_made_and_one_that_cannot_be_is_said(flows, tmp_path, capsys):
    assert run(["test", "--junit", str(tmp_path / "out" / "new" / "report.xml")]) == 0
    assert (tmp_path / "out" / "new" / "report.xml").exists()
    (tmp_path / "file").touch()
    capsys.readouterr()
    wanted = tmp_path / "file" / "report.xml"
    assert run(["test", "--junit", str(wanted)]) == 2
    assert capsys.readouterr().err.startswith(f"{wanted}: the report cannot be written: ")


def test_what_is_not_written_right_is_said(flows, capsys):
    (flows / "scenarios" / "faux.yaml").write_text("call: 3\n")
    assert run(["test"]) == 2
    assert "faux.yaml:1:" in capsys.readouterr().err


def test_the_configuration_says_where_the_flows_are(flows, capsys):
    flows.rename(flows.parent / "parcours")
    assert run(["test"]) == 2
    (flows.parent / "voiced.yaml").write_text("flows: parcours\nnumbers: { default: { flow: essai } }\n")
    capsys.readouterr()
    code = run(["test"])
    assert (code, capsys.readouterr().err) == (0, "")


def test_several_processes_play_the_same_and_tell_it_in_the_same_order(failing, capsys):
    for number in range(8):
        (failing / "scenarios" / f"n{number}.yaml").write_text(GOOD)
    told = []
    for jobs in ("1", "2"):
        assert run(["test", "--json", "--jobs", jobs]) == 1
        told.append([{**each, "wall": 0} for each in json.loads(capsys.readouterr().out)])
    assert told[0] == told[1]
    assert len(told[0]) == 10
