"""Summaries in French, of calls that allowed them."""

import pytest

from voiced.jobs import queue
from voiced.jobs.summarise import allowed, summarise, sweep
from voiced.jobs.summary import summary
from voiced.store import ActionRow, CallRow, EraseRow, MessageRow, queries
from voiced.store.upsert import upsert

NOW = 1_800_000_000.0
GRANTED = [{"decision": "granted", "script": "Gardons-nous le texte ?"}]
WITHDRAWN = [*GRANTED, {"decision": "withdrawn"}]
CALL = CallRow("c-1", started_at=NOW - 90, ended_at=NOW - 10, ended_by="caller", outcome="completed", consent=GRANTED)


def said(*turns, call="c-1"):
    """Return a conversation: the caller begins, the agent answers."""
    roles = ("caller", "agent")
    return [MessageRow(call, seq, roles[seq % 2], text) for seq, text in enumerate(turns)]


def test_what_was_wanted_what_was_done_and_how_it_ended():
    turns = said(
        "Oui.", "Que puis-je pour vous ?", "Bonjour, je voudrais un rendez-vous avec le docteur Martin.", "Quel jour ?",
        "Euh, oui.", "Quel jour ?", "Jeudi matin si possible, avant onze heures, pour un vaccin.", "C'est noté.",
        "Merci, au revoir.",
    )  # fmt: skip
    done = [
        ActionRow("c-1", 1, "appointment_request", {"name": "Zéphyrine", "moment": "jeudi matin", "day": ""}, ok=True),
        ActionRow("c-1", 2, "send_sms", {"text": "Confirmé"}, ok=False),
        ActionRow("c-1", 3, "look_up", None, ok=None),
    ]
    assert summary(CALL, turns, done, {"appointment_request": "Note une demande de rendez-vous"}).splitlines() == [
        (
            "Demande : « Bonjour, je voudrais un rendez-vous avec le docteur Martin. » … "
            "« Jeudi matin si possible, avant onze heures, pour un vaccin. »"
        ),
        "Fait : Note une demande de rendez-vous (Zéphyrine, jeudi matin)",
        "Sans succès : send_sms (Confirmé)",
        "Issue inconnue : look_up",
        "Fin : l'appelant a raccroché.",
    ]


def test_a_caller_who_wanted_nothing():
    assert summary(CALL, said("Oui.", "Bonjour", "Euh, bonjour"), []).splitlines()[0] == (
        "Demande : aucune n'a été exprimée."
    )


def test_numbers_and_addresses_are_masked_and_long_turns_are_cut():
    text = summary(CALL, said("Rappelez-moi au 06 12 34 56 78 ou à zoe@exemple.fr svp " + "encore " * 60), [])
    assert "[téléphone …78]" in text
    assert "[e-mail]" in text
    assert "06 12" not in text
    assert len(text.splitlines()[0]) < 200
    done = [ActionRow("c-1", 1, "take_message", {"telephone": "0612345678"}, ok=True)]
    assert summary(CALL, [], done).splitlines()[1] == "Fait : take_message ([téléphone …78])"


@pytest.mark.parametrize(
    ("by", "outcome", "told"),
    [
        ("agent", "completed", "la conversation est allée à son terme"),
        ("transfer", "transferred", "l'appel a été transféré"),
        ("dropped", "failed", "la ligne a été coupée"),
        ("fault", "failed", "un problème technique a mis fin à l'appel"),
        ("too long", "completed", "la durée maximale était atteinte"),
        ("caller", "abandoned", "l'appelant est parti avant la conversation"),
        ("agent", "stopped", "le service s'est arrêté"),
        ("", "", "inconnue"),
    ],
)
def test_how_it_ended(by, outcome, told):
    call = CallRow("c-1", ended_by=by, outcome=outcome)
    assert summary(call, [], []).splitlines()[-1] == f"Fin : {told}."


def test_it_is_kept_with_a_call_that_allowed_it(database):
    upsert(database, [CALL, *said("Je voudrais un rendez-vous", "Quand ?")])
    assert summarise(database, "c-1", NOW)
    kept = queries.summary(database, "c-1")
    assert kept.made_at == NOW
    assert kept.text.startswith("Demande : « Je voudrais un rendez-vous »")


def test_made_again_it_replaces_the_first(database):
    upsert(database, [CALL, *said("Je voudrais un rendez-vous")])
    summarise(database, "c-1", NOW)
    upsert(database, said("Je voudrais annuler mon rendez-vous"))
    assert summarise(database, "c-1", NOW + 1)
    assert "annuler" in queries.summary(database, "c-1").text


@pytest.mark.parametrize("consent", [None, [], [{"decision": "refused"}], WITHDRAWN])
def test_a_call_that_did_not_allow_it_gets_none(database, consent):
    call = CallRow("c-1", ended_at=NOW, consent=consent)
    upsert(database, [call, *said("Je voudrais un rendez-vous")])
    assert not allowed(call)
    assert not summarise(database, "c-1", NOW)
    assert not summarise(database, "c-9", NOW)
    assert queries.summary(database, "c-1") is None


def test_a_withdrawal_takes_the_summary_along(database):
    upsert(database, [CALL, *said("Je voudrais un rendez-vous")])
    summarise(database, "c-1", NOW)
    upsert(database, [CallRow("c-1", consent=WITHDRAWN), EraseRow("c-1")])
    assert queries.summary(database, "c-1") is None
    assert not summarise(database, "c-1", NOW)


def test_the_sweep_finds_what_was_missed_and_queues_it_once(database):
    day = 86_400.0
    upsert(database, [
        CALL,
        CallRow("killed", started_at=NOW - 5 * 3600, consent=GRANTED),
        CallRow("in progress", started_at=NOW - 60, consent=GRANTED),
        CallRow("refused", started_at=NOW - 60, ended_at=NOW, consent=[{"decision": "refused"}]),
        CallRow("withdrawn", started_at=NOW - 60, ended_at=NOW, consent=WITHDRAWN),
        CallRow("long ago", started_at=NOW - 3 * day, ended_at=NOW - 3 * day, consent=GRANTED),
        CallRow("done", started_at=NOW - 60, ended_at=NOW, consent=GRANTED),
    ])  # fmt: skip
    summarise(database, "done", NOW)
    assert sweep(database, NOW) == 2
    assert sweep(database, NOW) == 0
    assert {row.arguments[0] for row in queue.listed(database)} == {"c-1", "killed"}
