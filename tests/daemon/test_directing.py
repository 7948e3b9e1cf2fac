"""The control API of a real worker: calls watched and directed from outside, by its own client, over its socket."""

import re
from functools import partial
from pathlib import Path

import httpx2
import pytest
import trio
from people import answers
from worker_house import MENU_NUMBER, NAME, OUI, PERSON, RECEPTION_NUMBER, Stage, id_of

from voiced.errors import Declined
from voiced.fleet.control import Control, find_call
from voiced.fleet.rundir import control_token
from voiced.testing.twilio import Callee

PAGE = (Path(__file__).parents[2] / "docs" / "control.md").read_text("utf-8")


def control_of(house):
    return Control(house.control, control_token(house.data), actor="claire")


async def ask(act, *args, **more):
    """Ask the worker from a thread, as processes without a loop do."""
    return await trio.to_thread.run_sync(partial(act, *args, **more))


@pytest.fixture(scope="module")
def seen():
    """What was answered while calls went on."""
    return {}


@pytest.fixture(scope="module")
def stage(house, seen):
    """All the calls, held at once."""
    control = control_of(house)

    async def directed(phone, heard):
        await heard("Gardons-nous")
        await phone.say(OUI)
        await heard("Votre nom")
        call_id = id_of(phone.journal)
        await ask(control.say, call_id, "Un collègue arrive.")
        await heard("Un collègue arrive.")
        await ask(control.mute, call_id)
        await phone.say(NAME)
        await until_said(control, call_id, "Zéphyrine")
        seen["call"], seen["calls"] = await ask(control.call, call_id), await ask(control.calls)
        seen["found"] = await ask(find_call, house.data, call_id)
        await ask(control.mute, call_id, on=False)
        await heard("Votre nom")
        await ask(control.hang_up, call_id, "Nous fermons.")
        await phone.wait_end()

    async def sent_on(phone, heard):
        await heard("Que faire")
        await ask(control.transfer, id_of(phone.journal), "+33123456789")
        await heard("Personne ne répond.")
        await phone.wait_end()

    async def put_through(phone, heard):
        await heard("Que faire")
        await ask(control.transfer, id_of(phone.journal), PERSON)
        await phone.wait_end()

    async def asked_wrongly(phone, heard):
        await heard("Que faire")
        call = f"/v1/calls/{id_of(phone.journal)}"
        wrong = {
            "missing": {}, "empty": {"text": " "}, "unknown": {"text": "a", "txt": "b"}, "kind": {"text": 5},
            "long": {"text": "a" * 1001},
        }  # fmt: skip
        seen["say"] = {name: await refused(control, f"{call}/say", body) for name, body in wrong.items()}
        seen["number"] = await refused(control, f"{call}/transfer", {"number": "12"})
        seen["on"] = await refused(control, f"{call}/mute", {})
        await ask(
            control.hang_up, id_of(phone.journal), "Une phrase assez longue pour que la suite arrive avant sa fin."
        )
        seen["leaving"] = await refused(control, f"{call}/mute", {"on": True})
        await phone.wait_end()

    return Stage(house, {
        "directed": (directed, RECEPTION_NUMBER, {}),
        "sent on": (sent_on, MENU_NUMBER, {"callees": {"+33123456789": Callee("busy")}}),
        "put through": (put_through, MENU_NUMBER, {"callees": {PERSON: Callee(behave=answers)}}),
        "asked wrongly": (asked_wrongly, MENU_NUMBER, {}),
    })  # fmt: skip


async def until_said(control, call_id, words):
    with trio.fail_after(10):
        while not any(words in line["text"] for line in (await ask(control.call, call_id))["lines"]):  # noqa: ASYNC110 - it is asked
            await trio.sleep(0.05)


async def refused(control, path, body):
    try:
        await ask(control.post, path, body)
    except Declined as error:
        return error
    return None


def test_what_a_person_did_to_a_call_is_heard_and_told(stage):
    held = stage["directed"]
    assert [(event["by"], event["text"]) for event in held.happenings.of("agent.said")] == [
        ("agent", "Bonjour."),
        ("agent", "Gardons-nous le texte ?"),
        ("agent", "Votre nom ?"),
        ("operator", "Un collègue arrive."),
        ("agent", "Votre nom ?"),
        ("operator", "Nous fermons."),
    ]
    acts = [event for event in held.happenings.events if event["event"].startswith("operator.")]
    assert [act["event"] for act in acts] == ["operator.say", "operator.mute", "operator.mute", "operator.hangup"]
    assert {act["actor"] for act in acts} == {"claire"}
    assert held.ended == "agent"


def test_what_is_kept_of_it(house, stage):
    _, messages, actions = house.rows(stage["directed"])
    assert [row.text for row in messages if row.role == "operator"] == ["Un collègue arrive.", "Nous fermons."]
    assert "je m'appelle Zéphyrine Quatrevents" in [row.text for row in messages if row.role == "caller"]
    assert [row.name for row in actions] == ["operator.say", "operator.mute", "operator.mute", "operator.hangup"]
    assert {row.outcome["actor"] for row in actions} == {"claire"}
    assert "collègue" not in house.log


def test_a_call_in_progress_is_shown(stage, seen):
    held, call = stage["directed"], seen["call"]
    assert (call["call_id"], call["flow"], call["step"], call["muted"]) == (held.call_id, "reception", "nom", True)
    assert (call["consent"], call["caller"], call["line"]) == ("granted", "…11", True)
    assert call["lines"][-1] == {"role": "user", "text": "je m'appelle Zéphyrine Quatrevents"}
    assert held.call_id in [each["call_id"] for each in seen["calls"]]
    assert seen["found"].worker == 0


def test_a_person_sends_the_caller_on_and_the_flow_has_its_way_out(house, stage):
    held = stage["sent on"]
    assert held.report.dialled[0].parties.called == "+33123456789"
    assert held.heard[-3:] == ["Ne quittez pas.", "Personne ne répond.", "Au revoir."]
    [action] = house.rows(held)[2]
    assert (action.name, action.arguments) == ("operator.transfer", None)
    assert action.outcome == {"actor": "claire", "number": "…89"}


def test_a_person_puts_the_caller_through(stage):
    assert stage["put through"].ended == "transfer"
    assert stage["put through"].report.dialled[0].parties.called == PERSON


def test_what_is_wrong_is_said_with_its_field(stage, seen):
    assert stage["asked wrongly"].ended == "agent"
    fields = {name: (error.status, error.field) for name, error in seen["say"].items()}
    assert fields == {
        "missing": (400, "text"), "empty": (400, "text"), "unknown": (400, "txt"), "kind": (400, "text"),
        "long": (400, "text"),
    }  # fmt: skip
    assert (seen["number"].status, seen["number"].field) == (400, "number")
    assert (seen["on"].status, seen["on"].field) == (400, "on")


def test_what_cannot_be_done_now_is_said(house, stage, seen):
    held = stage["asked wrongly"]
    assert held.heard[-1].startswith("Une phrase assez longue")
    assert (seen["leaving"].status, seen["leaving"].reason) == (409, "the caller is on the way out")
    with pytest.raises(Declined, match="in progress here") as over:
        control_of(house).say(held.call_id, "Trop tard.")
    assert over.value.status == 404


def test_how_the_worker_is(house):
    health = control_of(house).health()
    assert (health["worker"], health["ready"], health["reasons"]) == (0, True, [])
    assert (health["pid"], health["draining"]) == (house.process.pid, False)
    assert health["config"]
    assert health["uptime"] >= 0


def test_who_does_not_show_the_token_learns_nothing(house):
    with httpx2.Client(transport=httpx2.HTTPTransport(uds=str(house.control)), base_url="http://worker") as client:
        answers = [client.get("/v1/calls"), client.get("/v1/events"), client.post("/v1/drain"), client.get("/v1")]
    assert {answer.status_code for answer in answers} == {401}
    assert answers[0].json().keys() == {"reason", "fix"}


def test_events_of_a_call_that_is_not_there(house):
    with pytest.raises(Declined, match="no call c0 in progress here") as refusal:
        list(control_of(house).events("c0"))
    assert refusal.value.status == 404


def test_a_drained_worker_stops_when_its_calls_are_over(own_house):
    house = own_house().run().ready()
    control = control_of(house)
    held = trio.run(house.call, partial(drained_while_talking, control), RECEPTION_NUMBER)
    assert held.ended == "caller"
    assert house.process.wait(10) == 0


async def drained_while_talking(control, _phone, heard):
    await heard("Gardons-nous")
    assert (await ask(control.drain))["draining"]
    assert (await ask(control.drain))["calls"] == 1  # a second time changes nothing
    health = await ask(control.health)
    assert (health["ready"], health["draining"]) == (False, True)


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_page_has_every_route_and_no_other(house):
    documented = re.findall(r"^### `((?:GET|POST) /v1/\S+?)(?:\?\S*)?`$", PAGE, re.MULTILINE)
    assert sorted(documented) == control_of(house).get("/v1")["routes"]


def test_the_page_has_every_field(house, stage, seen):
    assert stage["directed"]
    answers = [control_of(house).health(), control_of(house).get("/v1/calls"), seen["call"], seen["call"]["lines"][0]]
    fields = {field for answer in answers for field in answer}
    assert sorted(field for field in fields if f"`{field}`" not in PAGE) == []
