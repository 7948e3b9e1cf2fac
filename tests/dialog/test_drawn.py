"""What is drawn and written from the code: the turn machine, flows, the reference of flow files."""

import re
from pathlib import Path

import pytest

from voiced.dialog.draw import draw
from voiced.dialog.examples import EXAMPLES, whole
from voiced.dialog.flow import KINDS
from voiced.dialog.intents import library
from voiced.dialog.lint import COMPANIONS
from voiced.dialog.reader import read_flows, read_text, schema
from voiced.dialog.reference import VALUE_MEANINGS, intents, parts, steps, values
from voiced.dialog.turn_diagram import diagram, triggers
from voiced.dialog.turn_table import EVENTS, TABLE
from voiced.text.collect import KINDS as VALUES

FLOWS = Path(__file__).parents[2] / "flows"
CONSTANTS = {"company": "Essai", "site": "essai.fr", "retention": "90 jours"}

FLOW = """
flow: essai
title: Un essai
start: end
hours: { monday: ["09:00-12:00"] }
policies:
  silence: { then: fin }
  misunderstanding: { then: fin }
  length: { then: fin }
  failure: { then: fin }
anywhere: [{ intent: transfert, dtmf: "0", to: personne }, { intent: repeter, do: repeat }]
steps:
  end:
    ask: Dites "oui" & c'est tout, car cette question est vraiment bien longue ?
    routes: [{ yes: true, to: selon }, { no: true, to: fin }, { intent: horaires, do: wait }]
    silence: { then: fin }
    misunderstanding: { then: fin }
  selon:
    branch:
      - { when: { open: true, slot: caller, is: "1" }, to: accord }
      - { when: { open: false, consent: true }, to: accord }
      - { when: { consent: false, slot: caller }, to: fin }
    else: nom
  accord: { consent: { ask: D'accord ? }, granted: nom, refused: fin }
  nom: { collect: { slot: nom, kind: name, ask: Nom ? }, next: noter }
  noter: { tool: noter, next: fin, failed: personne }
  personne: { transfer: { to: "+33199000001" }, failed: fin }
  fin: { hangup: Au revoir. }
"""


def test_the_turn_machine_is_drawn_with_every_transition():
    lines = diagram().splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> listening"]
    assert len(lines) == 2 + sum(len(row) for row in TABLE.values())
    assert "    pause --> listening: decided<br/>→ Interrupt<br/>→ TurnTaken" in lines
    assert all(f"→ {event.__name__}" in diagram() for event in EVENTS)


def test_every_trigger_is_explained():
    assert len(triggers().splitlines()) == 2 + sum(len(row) for row in TABLE.values())
    assert "| overlap | confirmed | The voice" in triggers()


@pytest.mark.parametrize(
    "line",
    [
        "_start(( )) --> s_end",
        's_end(["end<br/><i>Dites #quot;oui#quot; #amp; c\'est tout, car cette que…</i>"])',
        's_end -->|"yes"| s_selon',
        's_end -->|"no"| s_fin',
        's_end -.->|"silence"| s_fin',
        's_end -.->|"misunderstanding"| s_fin',
        's_selon{"selon"}',
        's_selon -->|"open and caller = 1"| s_accord',
        's_selon -->|"closed and consent"| s_accord',
        's_selon -->|"no consent and caller"| s_fin',
        's_selon -->|"else"| s_nom',
        's_accord -->|"yes"| s_nom',
        's_accord -->|"no"| s_fin',
        's_nom[/"nom<br/><i>Nom ?</i>"/]',
        "s_nom --> s_noter",
        's_noter -->|"failed"| s_personne',
        's_personne[["personne<br/><i>+33199000001</i>"]]',
        '_anywhere([anywhere]) -->|"transfert / key 0"| s_personne',
        '_policies[policies] -.->|"silence"| s_fin',
        '_policies[policies] -.->|"failure"| s_fin',
        '_policies[policies] -.->|"length"| s_fin',
        '_policies[policies] -.->|"misunderstanding"| s_fin',
    ],
)
def test_a_flow_is_drawn_with_all_its_ways(line):
    assert f"    {line}" in draw(read_text(FLOW)).splitlines()


def test_a_route_that_stays_is_no_way():
    assert "horaires" not in draw(read_text(FLOW))
    assert "repeter" not in draw(read_text(FLOW))


def test_the_shipped_flows_can_be_drawn():
    for flow in read_flows(FLOWS, CONSTANTS).values():
        nodes = set(re.findall(r"^    s_(\w+)[\[({]", draw(flow), re.MULTILINE))
        assert nodes == set(flow.steps)


@pytest.mark.parametrize("kind", KINDS)
def test_each_example_is_a_flow_that_can_be_read(kind):
    flow = read_text(whole(kind))
    assert flow.steps[flow.start].kind == kind


def test_every_key_of_a_step_is_in_the_reference_of_some_kind():
    written = set(schema()["$defs"]["Step"]["properties"])
    assert written == set(KINDS) | set().union(*COMPANIONS.values())
    assert all(f"| `{key}` |" in steps() for key in written)


def test_every_part_of_a_flow_is_in_the_reference_with_all_its_keys():
    for name, part in schema()["$defs"].items():
        if name != "Step":
            section = parts().partition(f"### {'A flow file' if name == 'Flow' else name}\n")[2].partition("###")[0]
            assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(part["properties"])


def test_types_have_their_units_and_limits():
    assert "| `after` | seconds, 1 to 600 | `6.0` |" in parts()
    assert "| `by` | `none` or `voice` or `words` |" in parts()
    assert "| `tries` | whole number, 1 to 5 | `2` |" in parts()
    assert "| `monday` | list of span of time |" in parts()
    assert "| `echo` | seconds, 0 to 7200 |" in steps()


def test_every_kind_of_value_and_every_intent_is_described():
    assert set(VALUE_MEANINGS) == set(VALUES)
    assert len(values().splitlines()) == len(VALUES)
    assert len(intents().splitlines()) == len(library())


def test_there_is_an_example_of_every_kind_in_the_reference():
    assert set(EXAMPLES) == set(KINDS)
    assert steps().count("```yaml") == len(KINDS)
