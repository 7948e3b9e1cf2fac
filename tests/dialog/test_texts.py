"""Texts of a flow: their holes, and which of them can be ready before anyone rings."""

from pathlib import Path

import pytest

from voiced.dialog.flow import Waiting
from voiced.dialog.phrase import RECONNECTED, constants, fixed_texts
from voiced.dialog.reader import read_flows, read_text
from voiced.dialog.render import fill, fill_data, holes, is_fixed
from voiced.dialog.steps.collect import YES_NO_KEYS
from voiced.dialog.steps.routing import TAKE_YOUR_TIME

FLOWS = Path(__file__).parents[2] / "flows"
CONSTANTS = {"company": "Essai", "site": "essai.fr", "retention": "90 jours"}


def test_holes_are_filled_and_what_is_unknown_leaves_nothing():
    assert holes("{a} et {b_2}, pas {A} ni {3}") == ("a", "b_2")
    assert fill("Bonjour {nom}, {rien} ici", {"nom": "Anne"}) == "Bonjour Anne, ici"
    assert fill("  sans   trou ", {}) == "sans trou"


def test_a_text_is_fixed_when_all_its_holes_are_constant():
    assert is_fixed("Bonjour", ())
    assert is_fixed("{ville}", {"ville"})
    assert not is_fixed("{ville} {nom}", {"ville"})


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        ("{n}", 3),
        ("{rien}", None),
        ("n° {n}", "n° 3"),
        (["{n}", 4], [3, 4]),
        (("{n}",), [3]),
        ({"a": {"b": "{n}"}}, {"a": {"b": 3}}),
        (True, True),
    ],
)
def test_data_keeps_its_types(value, filled):
    assert fill_data(value, {"n": 3}) == filled


def test_the_fixed_texts_of_a_flow_are_all_it_says_that_depends_on_nobody():
    flow = read_text("""
flow: f
title: T
start: un
vars: { ville: Rennes }
hours: { monday: ["09:00-12:00"] }
policies:
  silence: { say: [Silence ?] }
  misunderstanding: { say: [Pardon ?] }
  failure: { say: Panne. }
  length: { say: Long. }
steps:
  un: { say: "À {ville}, {hours}.", next: deux }
  deux: { consent: { ask: Gardons-nous ?, again: Oui ou non ? }, granted: trois, refused: trois }
  trois:
    collect: { slot: nom, kind: name, ask: Nom ?, again: Le nom ?, confirm: "{nom} ?" }
    silence: { say: [Votre nom ?] }
    misunderstanding: { say: [Comment ?] }
    next: quatre
  quatre:
    ask: Quoi ?
    again: Et ?
    keypad: Tapez 1.
    routes: [{ yes: true, dtmf: "1", to: cinq }, { no: true, to: six }]
  cinq: { transfer: { to: "+33199000001", say: Ne quittez pas. }, failed: six }
  six: { hangup: "Adieu {nom}." }
""")
    assert set(fixed_texts(flow)) == {
        "Silence ?", "Pardon ?", "Panne.", "Long.", "À Rennes, le lundi de 9h à 12h.", "Gardons-nous ?", "Oui ou non ?",
        "Nom ?", "Le nom ?", "Votre nom ?", "Comment ?", "Quoi ?", "Et ?", "Ne quittez pas.", TAKE_YOUR_TIME,
        RECONNECTED, YES_NO_KEYS, "Tapez 1.", *Waiting().say,
    }  # fmt: skip
    assert constants(flow) == {"ville": "Rennes", "hours": "le lundi de 9h à 12h"}


def test_the_shipped_flows_have_their_legal_texts_ready():
    texts = fixed_texts(read_flows(FLOWS, CONSTANTS)["accueil"])
    assert len(texts) == len(set(texts))
    assert any(text.startswith("Bonjour, ici l'assistant vocal automatique de Essai") for text in texts)
    assert any("pendant 90 jours" in text for text in texts)
    assert not any("{" in text for text in texts)
