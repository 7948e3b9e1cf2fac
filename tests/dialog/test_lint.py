"""Every rule of the linter: the exact place, the sentence and its mending."""

from pathlib import Path
from textwrap import dedent

import pytest

from voiced.dialog.flow import KINDS
from voiced.dialog.reader import read_flow, read_text
from voiced.errors import BadInput
from voiced.yamlfile import loads

HEAD = "flow: f\ntitle: T\nstart: un\n"
END = "fin: { hangup: Au revoir. }"


def faults(steps, head="", tools=None):
    """Return the faults of a flow: its steps stand from line 5 + the lines of `head`."""
    text = (
        HEAD
        + dedent(head).lstrip()
        + "steps:\n"
        + "".join(f"  {line}\n" for line in dedent(steps).strip().splitlines())
    )
    with pytest.raises(BadInput) as caught:
        read_flow(loads(text, "f.yaml"), tools=tools)
    return [str(problem) for problem in caught.value.problems]


RULES = {
    "a step that does nothing": (
        "un: { next: fin }\n" + END,
        [
            f"f.yaml:5:7: step 'un' does nothing — give it one of {', '.join(KINDS)}",
        ],
    ),
    "a key that does not go with its kind": (
        "un: { hangup: Oui., next: fin }\n" + END,
        ["f.yaml:5:23: `next` does not go with `hangup` — nothing goes with `hangup`"],
    ),
    "two kinds in one step": (
        "un: { say: Oui., echo: 3, hangup: Non., next: fin }\n" + END,
        [
            "f.yaml:5:20: `echo` does not go with `hangup` — nothing goes with `hangup`",
            "f.yaml:5:43: `next` does not go with `hangup` — nothing goes with `hangup`",
            "f.yaml:5:9: `say` does not go with `hangup` — nothing goes with `hangup`",
        ],
    ),
    "a key that its kind needs": (
        "un: { say: Oui. }",
        ["f.yaml:5:7: a `say` step needs `next` — add `next: <step>`"],
    ),
    "keys that lead nowhere": (
        "un: { ask: Quoi ?, keypad: Tapez 1., routes: [{ intent: horaires, to: fin }] }\n" + END,
        [
            "f.yaml:5:30: no key leads on from this step — give `dtmf` to its routes",
            "f.yaml:5:30: it tells the key 1, which leads nowhere — the keys are ",
        ],
    ),
    "a key that is told but not given": (
        'un: { ask: Quoi ?, keypad: Tapez 1 ou tapez 2., routes: [{ dtmf: "1", to: fin }] }\n' + END,
        ["f.yaml:5:30: it tells the key 2, which leads nowhere — the keys are 1"],
    ),
    "keys of consent": (
        "un: { consent: { ask: Oui ? }, keypad: Tapez le 3., granted: fin, refused: fin }\n" + END,
        ["f.yaml:5:42: it tells the key 3, which leads nowhere — the keys are 1, 2"],
    ),
    "a value that cannot be keyed in": (
        "un: { collect: { slot: nom, kind: name, ask: Votre nom ? }, keypad: Tapez-le., next: fin }\n" + END,
        ["f.yaml:5:71: a value of the kind 'name' cannot be keyed in — only digits, number, postcode, telephone can"],
    ),
    "keys told with a caller's words": (
        "un: { collect: { slot: nom, kind: name, ask: Votre nom ? }, next: deux }\n"
        'deux: { ask: Quoi ?, keypad: "{nom}, tapez 1.", routes: [{ dtmf: "1", to: fin }] }\n' + END,
        [
            "f.yaml:6:32: this sentence is not the same in every call — it must be ready without a voice: no slots",
        ],
    ),
    "a question nobody can answer": (
        "un: { ask: Alors ? }",
        ["f.yaml:5:7: an `ask` step needs `routes` or `facts` — else nobody can answer it"],
    ),
    "a step that does not exist": (
        "un: { say: Oui., next: fni }\n" + END,
        ["f.yaml:5:26: there is no step 'fni' — did you mean 'fin'?"],
    ),
    "a branch to a step that does not exist": (
        "un: { branch: [{ when: { open: true }, to: ici }], else: fin }\n" + END,
        ["f.yaml:5:46: there is no step 'ici'"],
    ),
    "a route that nothing takes": (
        "un: { ask: A ?, routes: [{ to: fin }] }\n" + END,
        ["f.yaml:5:28: nothing takes this route — give it `intent`, `examples`, `yes`, `no` or `dtmf`"],
    ),
    "examples without a name": (
        "un: { ask: A ?, routes: [{ examples: [je veux], to: fin }] }\n" + END,
        ["f.yaml:5:28: a route with examples needs a name — add `intent: <name>`"],
    ),
    "a route that leads nowhere": (
        "un: { ask: A ?, routes: [{ yes: true }] }",
        ["f.yaml:5:28: this route leads nowhere — add `to: <step>` or `do: repeat|wait|forget`"],
    ),
    "an intent that does not exist": (
        "un: { ask: A ?, routes: [{ intent: horaire, to: fin }] }\n" + END,
        ["f.yaml:5:38: there is no intent 'horaire' in the library — did you mean 'horaires'?"],
    ),
    "a key given twice": (
        'un: { ask: A ?, routes: [{ dtmf: "1", to: fin }, { dtmf: "1", to: un }] }\n' + END,
        ["f.yaml:5:36: the key 1 is given twice", "f.yaml:5:60: the key 1 is given twice"],
    ),
    "a slot of a kind that does not exist": (
        "un: { ask: A ?, routes: [{ intent: horaires, slots: { a: telefone }, to: fin }] }\n" + END,
        ["f.yaml:5:60: there is no kind of value 'telefone' — did you mean 'telephone'?"],
    ),
    "a value of a kind that does not exist": (
        "un: { collect: { slot: a, kind: telefone, ask: A ? }, next: fin }\n" + END,
        ["f.yaml:5:35: there is no kind of value 'telefone' — did you mean 'telephone'?"],
    ),
    "a choice without choices": (
        "un: { collect: { slot: a, kind: choice, ask: A ? }, next: fin }\n" + END,
        ["f.yaml:5:18: the kind `choice` needs `choices` — add what may be chosen"],
    ),
    "a text that nothing fills": (
        'un: { say: "Bonjour {nmo}.", next: deux }\ndeux: { collect: { slot: nom, kind: name, ask: A ? }, next: fin }\n'
        + END,
        ["f.yaml:5:14: nothing gives a value to {nmo} — did you mean 'nom'?"],
    ),
    "keys of consent that mean both": (
        'un: { consent: { ask: D\'accord ?, yes_key: "2" }, granted: fin, refused: fin }\n' + END,
        ["f.yaml:5:46: the key 2 means yes and no — give two keys"],
    ),
    "a step that nothing leads to": (
        "un: { hangup: Oui. }\nperdu: { hangup: Non. }",
        ["f.yaml:6:3: nothing leads to step 'perdu' — lead there, or remove it"],
    ),
    "a circle that never listens": (
        "un: { say: Un., next: deux }\ndeux: { say: Deux., next: un }",
        [
            "f.yaml:5:3: step 'un' comes back to itself without ever listening — let one of the steps between ask",
            "f.yaml:6:3: step 'deux' comes back to itself without ever listening — let one of the steps between ask",
        ],
    ),
    "a circle through a tool": (
        "un: { tool: noter, next: deux }\ndeux: { say: Deux., next: un }",
        [
            "f.yaml:5:3: step 'un' comes back to itself without ever listening — let one of the steps between ask",
            "f.yaml:6:3: step 'deux' comes back to itself without ever listening — let one of the steps between ask",
        ],
    ),
    "a transfer that rings for ever": (
        'un: { transfer: { to: "+33199000001" }, failed: un }',
        ["f.yaml:5:3: step 'un' comes back to itself without ever listening — let one of the steps between ask"],
    ),
    "an echo for ever": (
        "un: { echo: 3, next: un }",
        ["f.yaml:5:3: step 'un' comes back to itself without ever listening — let one of the steps between ask"],
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_fault_in_a_step_is_told_at_its_place(rule):
    steps, told = RULES[rule]
    assert faults(steps) == told


HEADS = {
    "a start that does not exist": (
        "policies: { silence: { then: ici } }",
        ["f.yaml:4:30: there is no step 'ici'"],
    ),
    "a route that holds anywhere to nowhere": (
        "anywhere: [{ yes: true, to: ici }]",
        ["f.yaml:4:29: there is no step 'ici'"],
    ),
    "hours that end before they begin": (
        'hours: { monday: ["12:00-09:00"] }',
        ["f.yaml:4:19: 12:00-09:00 ends before it begins"],
    ),
    "hours that overlap": (
        'hours: { monday: ["09:00-12:00", "11:00-18:00"] }',
        ["f.yaml:4:34: 11:00-18:00 begins before the span before it has ended"],
    ),
    "hours that no clock shows": (
        'hours: { monday: ["09:00-24:30"] }',
        ["f.yaml:4:19: 24:30 is no time of the day"],
    ),
    "a day that is no date": (
        'hours: { closed_on: ["2026-02-30"] }',
        ["f.yaml:4:22: '2026-02-30' is no date — write it as 2026-12-25"],
    ),
    "a name given twice": (
        "vars: { nom: Martin }\nanywhere: [{ intent: horaires, slots: { nom: name }, to: fin }]",
        ["f.yaml:4:14: 'nom' is a variable and a slot — a value that callers give needs a name of its own"],
    ),
}


@pytest.mark.parametrize("rule", HEADS)
def test_a_fault_in_the_rest_of_the_flow_is_told_at_its_place(rule):
    head, told = HEADS[rule]
    assert faults("un: { say: Oui., next: fin }\n" + END, head + "\n") == told


def test_the_first_step_must_exist():
    with pytest.raises(BadInput) as caught:
        read_text("flow: f\ntitle: T\nstart: ici\nsteps: { fin: { hangup: Au revoir. } }", "f.yaml")
    assert [str(problem) for problem in caught.value.problems] == ["f.yaml:3:8: there is no step 'ici'"]


def test_a_tool_must_exist_where_the_tools_are_known():
    steps = "un: { tool: take_mesage, next: deux }\ndeux: { llm: { tools: [voler] }, routes: [{ yes: true, to: un }] }"
    assert faults(steps, tools=["take_message"]) == [
        "f.yaml:5:15: there is no tool 'take_mesage' — did you mean 'take_message'?",
        "f.yaml:6:16: there is no tool 'voler' — switch on the plugin that has it (`voiced plugins`)",
    ]


def test_texts_may_name_variables_slots_tool_data_hours_and_the_caller():
    read_text(
        HEAD
        + dedent("""
        vars: { ville: Rennes }
        hours: { monday: ["09:00-12:00", "12:00-18:00"], closed_on: ["2026-12-25"] }
        anywhere: [{ intent: horaires, slots: { jour: date }, to: deux }]
        steps:
          un: { tool: chercher, save: livre, next: deux }
          deux: { collect: { slot: nom, kind: name, ask: Nom ? }, next: fin }
          fin: { hangup: "{ville} {hours} {jour} {nom} {livre_titre} {caller}" }
        """)
    )


def test_a_question_in_a_circle_is_no_endless_circle():
    read_text(HEAD + "steps:\n  un: { say: A., next: deux }\n  deux: { ask: B ?, routes: [{ yes: true, to: un }] }")


def test_the_shipped_flows_have_no_fault():
    from voiced.dialog.reader import read_flows  # noqa: PLC0415 - only here

    constants = {"company": "Essai", "site": "essai.fr", "retention": "90 jours"}
    assert sorted(read_flows(Path(__file__).parents[2] / "flows", constants)) == ["accueil", "echo"]
