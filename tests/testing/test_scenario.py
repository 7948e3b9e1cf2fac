"""Reading scenarios: what is written wrong is said with its place."""

import jsonschema
import pytest

from voiced.errors import BadInput
from voiced.testing.scenario import (
    Agent,
    Caller,
    Ends,
    Keys,
    agent_line,
    caller_line,
    ends_line,
    keys_line,
    read_scenario,
    schema,
    tool_line,
)
from voiced.testing.stage.repertory import find, read

FLOW = """
flow: essai
title: Essai
start: question
vars: { ville: Rennes }
steps:
  question:
    ask: Que voulez-vous ?
    routes: [{ intent: horaires, to: fin }]
  fin: { hangup: Au revoir. }
"""
GOOD = "scenario: Essai\nflow: essai\ncall:\n  - agent: Que voulez-vous\n"


@pytest.fixture
def project(tmp_path):
    """Write a scenario beside a flow; return its file."""
    (tmp_path / "essai.yaml").write_text(FLOW)
    (tmp_path / "scenarios").mkdir()

    def write(text, name="un.yaml"):
        file = tmp_path / "scenarios" / name
        file.write_text(text)
        return file

    return write


def faults(read_it):
    with pytest.raises(BadInput) as raised:
        read_it()
    return [str(problem) for problem in raised.value.problems]


def test_short_forms_are_the_long_ones(project):
    lines = read_scenario(
        project(
            "scenario: Essai\nflow: essai\ncall:\n  - agent: Bonjour\n  - caller: Oui\n  - dtmf: '1'\n"
            "  - tool: book\n  - ends: agent\n"
        )
    ).call
    assert agent_line(lines[0]) == Agent(says="Bonjour")
    assert caller_line(lines[1]) == Caller(says="Oui")
    assert keys_line(lines[2]) == Keys(keys="1")
    assert tool_line(lines[3]).with_ == {}
    assert ends_line(lines[4]) == Ends(by="agent")
    assert [agent_line(line) for line in lines[1:]] == [None] * 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD + "  - caller: Oui\n    noise: 1\n", "un.yaml:5:5: a line has exactly one key"),
        (GOOD + "  - callre: Oui\n", "un.yaml:5:"),
        (GOOD + "  - silence: -1\n", "un.yaml:5:"),
        (GOOD + "  - ends: nobody\n", "un.yaml:5:"),
        (GOOD + "  - dtmf: '1A'\n", ""),
        (GOOD + "now: demain\n", "un.yaml:5:6: not a date and time"),
        ("flow: essai\ncall: []\n", "un.yaml:1:1"),
    ],
)
def test_a_fault_is_said_with_its_place(project, text, said):
    if "1A" in text:
        text = text.replace("'1A'", "{ keys: 1A }")
    (fault, *_) = faults(lambda: read_scenario(project(text)))
    assert said in fault


def test_the_schema_is_one(project):
    jsonschema.Draft202012Validator.check_schema(schema())


def test_scenarios_lie_beside_their_flows(project, tmp_path):
    one, two = project(GOOD), project(GOOD, "deux.yaml")
    assert find([tmp_path]) == find([tmp_path / "scenarios"]) == [two, one]
    assert find([one, tmp_path]) == [one, two]
    assert [piece.flow.flow for piece in read([one, two])] == ["essai", "essai"]


def test_a_folder_without_scenarios_is_a_fault(tmp_path):
    assert "no scenario is here" in faults(lambda: find([tmp_path]))[0]


def test_all_faults_of_all_files_are_said(project):
    files = [
        project(GOOD + "understands: { 'Quand ?': horaire }\nvars: { rue: X }\n", "a.yaml"),
        project(GOOD.replace("flow: essai", "flow: autre"), "b.yaml"),
        project("call: 3\n", "c.yaml"),
    ]
    said = " ".join(faults(lambda: read(files)))
    assert "understood as horaire, but no step of essai offers that" in said
    assert "essai has no variable rue" in said
    assert "autre.yaml" in said
    assert "c.yaml:1" in said


def test_a_flow_with_a_fault_is_said_once(project, tmp_path):
    files = [project(GOOD, "a.yaml"), project(GOOD, "b.yaml")]
    (tmp_path / "essai.yaml").write_text(FLOW.replace("to: fin", "to: nulle_part"))
    assert len(faults(lambda: read(files))) == 1
