"""Reading flow files: values, versions, and faults of the schema."""

from pathlib import Path

import pytest

from voiced.dialog.intents import library
from voiced.dialog.reader import read_contents, read_file, read_flows, read_text, schema
from voiced.errors import BadInput

FLOW = """
flow: essai
title: Un essai
start: question
vars: { ville: Rennes }
steps:
  question:
    ask: Oui ?
    routes:
      - { intent: horaires, examples: [à quelle heure], to: fin }
      - { intent: maison, about: Parler de la maison., examples: [la maison], to: fin }
      - { yes: true, to: fin }
      - { dtmf: "1", to: fin }
  fin: { hangup: "Au revoir {ville} {company}." }
"""


def write(folder, text, name="essai.yaml"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def problems(act):
    with pytest.raises(BadInput) as caught:
        act()
    return [(problem.line, problem.column, problem.reason) for problem in caught.value.problems]


def test_constants_of_the_configuration_are_variables_and_the_flow_s_own_win(tmp_path):
    flow = read_file(write(tmp_path, FLOW), {"company": "Martin", "ville": "Brest"})
    assert flow.vars == {"company": "Martin", "ville": "Rennes"}


def test_a_route_learns_from_the_library_what_it_does_not_say(tmp_path):
    horaires, maison, yes, key = read_file(write(tmp_path, FLOW), {"company": "M"}).steps["question"].routes
    assert horaires.about == library()["horaires"].about
    assert horaires.examples[0] == "à quelle heure"
    assert set(library()["horaires"].examples) <= set(horaires.examples)
    assert (maison.about, maison.examples) == ("Parler de la maison.", ("la maison",))
    assert yes.examples == library()["oui"].examples
    assert (key.about, key.examples) == (None, ())


def test_the_version_is_the_files_own_and_changes_with_it(tmp_path):
    first = read_file(write(tmp_path, FLOW), {"company": "M"}).version
    assert read_file(write(tmp_path, FLOW), {"company": "N"}).version == first
    assert read_file(write(tmp_path, FLOW + "# note\n"), {"company": "M"}).version != first
    assert len(first) == 12


def test_a_flow_bears_the_name_of_its_file(tmp_path):
    file = write(tmp_path, FLOW, "autre.yaml")
    assert problems(lambda: read_file(file, {"company": "M"})) == [
        (2, 7, "the flow calls itself 'essai', its file 'autre.yaml'")
    ]


def test_faults_of_all_files_are_told_together(tmp_path):
    write(tmp_path, FLOW.replace("intent: horaires, ", ""))
    write(tmp_path, FLOW.replace("flow: essai", "flow: b").replace("to: fin", "to: nulle"), "b.yaml")
    with pytest.raises(BadInput) as caught:
        read_flows(tmp_path, {"company": "M"})
    assert {Path(problem.file).name for problem in caught.value.problems} == {"essai.yaml", "b.yaml"}


def test_a_folder_without_flows_is_a_fault(tmp_path):
    assert problems(lambda: read_flows(tmp_path)) == [(0, 0, "no flow is in this folder")]


def test_flows_are_found_by_name(tmp_path):
    write(tmp_path, FLOW)
    assert list(read_flows(tmp_path, {"company": "M"})) == ["essai"]


@pytest.mark.parametrize(
    ("old", "new", "line", "about"),
    [
        ("title: Un essai\n", "", 2, "title"),
        ("ask: Oui ?", "aks: Oui ?", 8, "aks"),
        ('dtmf: "1"', 'dtmf: "12"', 13, "12"),
        ("start: question", "start: Question", 4, "Question"),
        ("vars: { ville: Rennes }", "policies: { silence: { after: 0 } }", 5, "1"),
        ("vars: { ville: Rennes }", "policies: { barge_in: { by: shouting } }", 5, "shouting"),
        ("vars: { ville: Rennes }", "version: abc", 5, "version"),
        ("vars: { ville: Rennes }", "hours: { monday: [matin] }", 5, "matin"),
        ("yes: true", "yes: maybe", 12, "maybe"),
    ],
)
def test_the_schema_tells_faults_at_their_line(old, new, line, about):
    assert old in FLOW
    with pytest.raises(BadInput) as caught:
        read_text(FLOW.replace(old, new))
    (problem,) = caught.value.problems
    assert problem.line == line
    assert about in str(problem)


def test_the_schema_describes_every_key_and_hides_what_nobody_writes():
    made = schema()
    assert "version" not in made["$defs"]["Flow"]["properties"]
    bare = [
        f"{name}.{key}"
        for name, definition in made["$defs"].items()
        for key, value in definition.get("properties", {}).items()
        if not value.get("description")
    ]
    assert bare == []


def test_flows_are_read_from_what_was_kept_of_them(tmp_path):
    file = write(tmp_path, FLOW)
    on_disk, kept = read_flows(tmp_path, {"company": "M"}), {file: file.read_bytes()}
    file.unlink()
    assert read_contents(tmp_path, kept, {"company": "M"}) == on_disk


PLAIN = FLOW.replace(" {company}", "")


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ('{ Rouvray: "" }', "pronunciations/Rouvray"),
        ('{ " ": blanc }', "the key ' ' is not allowed"),
        ("[Rouvray]", ""),
    ],
)
def test_how_a_word_is_said_is_a_text_by_the_word(tmp_path, written, fault):
    flow = read_file(write(tmp_path, f"{PLAIN}pronunciations: {{ Rouvray: Rouvré, C++: cé plus plus }}\n"))
    assert flow.pronunciations == {"Rouvray": "Rouvré", "C++": "cé plus plus"}
    ((_, _, reason),) = problems(lambda: read_file(write(tmp_path, f"{PLAIN}pronunciations: {written}\n")))
    assert fault in reason
