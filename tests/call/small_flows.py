"""Small flows for the tests of calls, and a way to play a few lines against them."""

import msgspec

from voiced.dialog.reader import read_text
from voiced.testing.scenario import Scenario
from voiced.testing.stage import cast_for, perform

DESK = """
flow: essai
title: Un guichet
start: question
hours: { monday: ["09:00-18:00"] }
policies:
  silence: { after: 4, say: [Êtes-vous là ?], then: fin }
  misunderstanding: { say: [Pardon ?], then: fin }
  failure: { say: Un incident est arrivé., then: secours }
  length: { max: 60, say: C'est l'heure., then: fin }
steps:
  question:
    ask: Que voulez-vous savoir ?
    routes:
      - { intent: horaires, to: horaires }
      - { intent: rappel, to: nom }
      - { intent: transfert, to: personne }
      - { intent: au_revoir, to: fin }
  horaires:
    say: Nous ouvrons à neuf heures, et nous fermons à dix-huit heures, tous les jours de la semaine sauf le dimanche.
    next: question
  nom:
    collect: { slot: nom, kind: name, ask: Quel est votre nom ? }
    next: noter
  noter:
    tool: book
    with: { name: "{nom}" }
    save: livre
    next: note
    failed: echec
  note:
    say: C'est noté pour {nom}.
    next: question
  echec:
    say: Ce n'est pas noté.
    next: question
  personne:
    transfer: { to: "+33199000001", say: Je vous passe quelqu'un., timeout: 20 }
    failed: question
  secours:
    ask: Autre chose ?
    routes:
      - { intent: horaires, to: horaires }
      - { intent: au_revoir, to: fin }
  fin:
    hangup: Au revoir.
"""

CONSENT = """
flow: essai
title: Avec consentement
start: accord
steps:
  accord:
    consent: { ask: Peut-on garder le texte ? }
    granted: question
    refused: question
  question:
    ask: Que voulez-vous savoir ?
    routes:
      - { intent: horaires, to: horaires }
      - { intent: effacer, do: forget, to: question }
      - { intent: au_revoir, to: fin }
  horaires: { say: Nous ouvrons à neuf heures., next: question }
  fin: { hangup: Au revoir. }
"""


def flow_of(text=DESK):
    return read_text(text)


def scenario_of(call, **fields):
    return msgspec.convert({"scenario": "essai", "flow": "essai", "call": call, **fields}, Scenario)


def act(call, text=DESK, change=None, **fields):
    """Play the lines `call`; `change` may alter the cast."""
    flow, scenario = flow_of(text), scenario_of(call, **fields)
    cast = cast_for(scenario, flow)
    if change is not None:
        change(cast)
    return perform(scenario, flow, cast)


def events(performance, name):
    return [entry.text for entry in performance.entries if entry.who == "call" and entry.text.startswith(name)]
