"""A call from ring to goodbye, over real sockets, to a real worker: what is heard, what is told, what is kept.

All calls are held at once, as a worker has them.
"""

import json

import pytest
from people import answers, asks_for_a_tool, consents, cuts_in, leaves, refuses, wants_a_person
from worker_house import CALLER, MENU_NUMBER, PERSON, RECEPTION_NUMBER, Stage

from voiced.testing.twilio import Callee


async def listens_to_the_echo(phone, heard):
    await heard("Que faire")
    phone.press("4")
    await phone.wait(0.3)
    await phone.say(bytes([9]) * 160)
    await phone.wait_end()


PLAYS = {
    "consents": (consents, RECEPTION_NUMBER, {}),
    "refuses": (refuses, RECEPTION_NUMBER, {}),
    "tool": (asks_for_a_tool, MENU_NUMBER, {}),
    "cuts in": (cuts_in, MENU_NUMBER, {}),
    "leaves": (leaves, RECEPTION_NUMBER, {}),
    "echo": (listens_to_the_echo, MENU_NUMBER, {}),
    "answered": (wants_a_person, MENU_NUMBER, {"callees": {PERSON: Callee(behave=answers)}}),
    "busy": (wants_a_person, MENU_NUMBER, {"callees": {PERSON: Callee("busy")}}),
    "webhook again": (refuses, RECEPTION_NUMBER, {"duplicate_webhook": "retry"}),
    "webhook again, late": (refuses, RECEPTION_NUMBER, {"duplicate_webhook": "late"}),
    "callbacks": (leaves, RECEPTION_NUMBER, {"shuffle_callbacks": True, "duplicate_callbacks": True}),
    "anonymous": (leaves, RECEPTION_NUMBER, {"anonymous": True}),
}


@pytest.fixture(scope="module")
def stage(house):
    """All the calls, held."""
    return Stage(house, PLAYS)


def test_a_call_from_ring_to_goodbye(stage):
    held = stage["consents"]
    assert (held.report.failures, held.report.journal.codes) == ([], [31921])  # the agent closes the line, by design
    assert held.heard == ["Bonjour.", "Gardons-nous le texte ?", "Votre nom ?", "Au revoir."]
    assert (held.story[0], held.story[-1], held.ended) == ("call.began", "call.ended", "agent")
    assert [said["text"] for said in held.happenings.of("caller.said")] == ["oui", "je m'appelle Zéphyrine Quatrevents"]
    assert [turn.gap is not None for turn in held.report.turns] == [True, True]


def test_what_is_kept_of_a_consenting_caller(house, stage):
    call, messages, _ = house.rows(stage["consents"])
    assert (call.ended_by, call.outcome, call.flow, call.error) == ("agent", "completed", "reception", "")
    assert call.caller_masked.endswith("11")
    assert CALLER not in str(call)
    [evidence] = call.consent
    assert (evidence["decision"], evidence["modality"]) == ("granted", "voice")
    assert [(row.role, row.text) for row in messages] == [
        ("agent", "Bonjour."),
        ("agent", "Gardons-nous le texte ?"),
        ("caller", "oui"),
        ("agent", "Votre nom ?"),
        ("caller", "je m'appelle Zéphyrine Quatrevents"),
        ("agent", "Au revoir."),
    ]


def test_of_a_caller_who_refuses_no_word_is_kept(house, stage):
    call, messages, _ = house.rows(stage["refuses"])
    assert [evidence["decision"] for evidence in call.consent] == ["refused"]
    assert messages == []


def test_a_tool_works_for_the_caller_and_is_written_down(house, stage):
    _, _, [action] = house.rows(stage["tool"])
    assert (action.name, action.ok, action.outcome, action.arguments) == ("guide", True, {"ville": "Rennes"}, None)
    assert stage["tool"].heard == ["Que faire ?", "Nous sommes à Rennes.", "Que faire ?", "Au revoir."]


def test_the_caller_cuts_in_and_is_answered(stage):
    held = stage["cuts in"]
    assert "interrupted" in held.story
    cut = next(event for event in held.happenings.of("agent.said") if event["interrupted"])
    assert cut["whole"].startswith("Voici une phrase")
    assert len(cut["text"]) < len(cut["whole"])


def test_the_caller_hangs_up(house, stage):
    assert stage["leaves"].ended == "caller"
    call, messages, _ = house.rows(stage["leaves"])
    assert (call.ended_by, messages) == ("caller", [])


def test_the_echo_gives_the_caller_back(stage):
    assert bytes([9]) * 160 in stage["echo"].report.tape.agent.all()
    assert stage["echo"].heard[-1] == "Au revoir."


def test_a_transfer_that_is_answered(house, stage):
    held = stage["answered"]
    [leg] = held.report.dialled
    assert (leg.parties.called, leg.parties.caller) == (PERSON, MENU_NUMBER)
    assert held.heard[-1] == "Ne quittez pas."
    assert held.ended == "transfer"
    assert house.rows(held)[0].outcome == "transferred"


def test_a_transfer_to_a_busy_line_and_the_flow_goes_on(house, stage):
    held = stage["busy"]
    assert held.heard[-3:] == ["Ne quittez pas.", "Personne ne répond.", "Au revoir."]
    [failed] = held.happenings.of("transfer.failed")
    assert failed["result"] == "busy"
    assert held.ended == "agent"
    assert held.story.count("call.began") == 2  # one for each stream of the same call
    assert house.rows(held)[0].ended_by == "agent"


@pytest.mark.parametrize("name", ["webhook again", "webhook again, late"])
def test_a_webhook_that_is_repeated_loses_no_call(stage, name):
    held = stage[name]
    assert (held.ended, held.heard[-1], held.report.status) == ("agent", "Au revoir.", "completed")
    assert held.report.failures == []


def test_callbacks_may_come_in_any_order_and_twice(house, stage):
    assert stage["callbacks"].story.count("call.ended") == 1
    assert house.rows(stage["callbacks"])[0].ended_by == "caller"


def test_a_caller_who_withholds_the_number(house, stage):
    assert house.rows(stage["anonymous"])[0].caller_masked == "…"


async def test_every_call_was_admitted_once_and_none_is_left(house, stage):
    told = await house.ask("/v1/calls")
    assert told["counts"] == {"admitted": len(stage), "refused": 0, "faults": 0}
    assert told["calls"] == []


async def test_the_control_socket_lists_calls_in_progress(house):
    seen = []

    async def looks(phone, heard):
        await heard("Gardons-nous")
        phone.press("1")
        await heard("Votre nom")
        seen.extend((await house.ask("/v1/calls"))["calls"])

    held = await house.call(looks)
    [call] = seen
    assert (call["flow"], call["step"], call["consent"]) == ("reception", "nom", "granted")
    assert call["call_id"] == held.call_id
    assert house.control.stat().st_mode & 0o077 == 0


def test_the_log_is_json_by_call_and_names_nobody(house, stage):
    for name in PLAYS:
        events = {line["event"] for line in house.lines if line.get("call_id") == stage[name].call_id}
        assert {"call_admitted", "stream_open", "stream_closed", "call_ended"} <= events
    for secret in (CALLER, CALLER[3:], "611111111", "Zéphyrine", "Quatrevents", "phyrine", "m'appelle"):
        assert secret not in house.log
        assert json.dumps(secret)[1:-1] not in house.log
