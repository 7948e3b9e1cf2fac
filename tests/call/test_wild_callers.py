"""Whatever a caller and the providers do, a call keeps its promises; each seed is another caller."""

import random
from itertools import accumulate
from pathlib import Path

import pytest
from small_flows import scenario_of

from voiced.testing.stage import perform
from voiced.testing.stage.repertory import read

FILE = Path(__file__).parents[2] / "flows" / "scenarios" / "accueil-demo.yaml"
TOOLS = {"appointment_request": {"data": {"reference": "R"}}, "take_message": {"data": {"reference": "M"}}}
SENTENCES = [
    "Oui.", "Non.", "Quels sont vos horaires d'ouverture ?", "Je voudrais prendre rendez-vous.", "Jeudi à dix heures.",
    "Non, vendredi à onze heures.", "Paul Girard.", "Zéro six, douze, trente-quatre.", "Cinquante-six.",
    "Je voudrais laisser un message.", "Attendez un instant.", "Au revoir.", "Le perroquet bleu.", "Effacez mon appel.",
    "Je voudrais parler à un conseiller.", "d'accord", "hum", "Non non attendez", "euh je voudrais", "Allô ?",
]  # fmt: skip
KINDS = ["stt", "tts", "llm", "tool"]
LONGEST_SILENCE = 20.0


def speech(dice):
    said = {"says": dice.choice(SENTENCES)}
    said |= {"over": round(dice.random() * 4, 2)} if dice.random() < 0.5 else {"after": round(dice.random() * 2, 2)}
    return {"caller": said | ({"heard": ""} if dice.random() < 0.1 else {})}


def line(dice):
    keys = "".join(dice.choices("0123456789*#", k=dice.randint(1, 4)))
    return dice.choices(
        [
            speech(dice),
            {"noise": round(dice.random() * 1.2, 2)},
            {"dtmf": {"keys": keys, "over": round(dice.random() * 3, 2)}},
            {"silence": round(dice.random() * 9, 1)},
            {"drop": True},
            {"fails": dice.choice(KINDS)},
            {"works": dice.choice(KINDS)},
        ],
        weights=[45, 15, 15, 10, 5, 5, 5],
    )[0]


def dead_air(performance):
    """Return the longest time in which nobody said anything while the line was open."""
    ended = [entry.at for entry in performance.entries if entry.text.startswith("call.ended")]
    end = min([*ended, performance.seconds])
    spans = sorted((entry.at, entry.at + len(entry.text) / 15) for entry in performance.entries if entry.at <= end)
    ends = [0.0, *accumulate((until for _, until in spans), max)]
    return max(began - quiet for quiet, began in zip(ends, [*(began for began, _ in spans), end], strict=True))


@pytest.mark.parametrize("seed", range(12))
def test_a_wild_caller(seed):
    dice = random.Random(seed)
    lines = [line(dice) for _ in range(dice.randint(6, 20))]
    (piece,) = read([FILE])
    scenario = scenario_of([*lines, {"silence": 20}, {"hangup": True}], tools=TOOLS)
    performance = perform(scenario, piece.flow)
    broken = [failure for failure in performance.failures if not failure.startswith("line ")]
    assert broken == [], lines
    if "Je vous mets en relation" not in " ".join(entry.text for entry in performance.entries):  # it may ring for long
        assert dead_air(performance) <= LONGEST_SILENCE
