"""Calls over Vonage, over real sockets, to a real worker: the same screenplays that are played over Twilio."""

import time

import pytest
import trio
from people import answers, asks_for_a_tool, consents, cuts_in, leaves, refuses, wants_a_person
from worker_house import (
    CALLER,
    MENU_NUMBER,
    NAME,
    PERSON,
    RECEPTION_NUMBER,
    House,
    Stage,
    build,
    free_port,
    id_of,
)

from voiced.config.flags import FLAGS
from voiced.fleet.control import Control
from voiced.fleet.rundir import control_token
from voiced.testing.vonage import (
    API_KEY,
    APPLICATION_ID,
    SIGNATURE_SECRET,
    Application,
    Callee,
    Faults,
    Hooks,
    Options,
    Vonage,
    open_rest,
)
from voiced.testing.vonage.tokens import generated_key

OURS, SHOWN = Application(private_key=generated_key()), "+33939000100"


class VonageHouse(House):
    """A worker whose calls come over Vonage."""

    def carrier(self, callees=None, faults=None, application=None, **hooks):
        known = {number.removeprefix("+"): callee for number, callee in (callees or {}).items()}
        urls = {"answer_url": f"{self.url}/voice/inbound", "event_url": f"{self.url}/voice/status", "retry_after": 0.1}
        hooked = Hooks(**{**urls, **hooks})
        return Vonage(hooked, application=application, faults=faults, options=Options(callees=known))

    def faults(self, **switches):
        return Faults(**switches)


def vonage_house(folder, **options):
    plugin = {"api_key": API_KEY, "signature_secrets": ["${VONAGE_SIGNATURE_SECRET}"], "application_id": APPLICATION_ID}
    built = build(
        folder, providers={"telco": "vonage"}, plugins={"vonage": {**plugin, **options}}, limits={"calls": 40}
    )
    house = VonageHouse(built.folder, built.port, env={**built.env, **dict.fromkeys(FLAGS, "")})
    house.env["VONAGE_SIGNATURE_SECRET"] = SIGNATURE_SECRET
    return house


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A worker that takes calls, for all tests of the module."""
    house = vonage_house(tmp_path_factory.mktemp("house")).run().ready()
    yield house
    assert house.finish() == 0, house.log


async def listens_to_the_echo(phone, heard):
    await heard("Que faire")
    phone.press("4")
    await phone.wait(0.2)
    await phone.say(bytes([9]) * 4800)  # some of it falls into the second for which the flow echoes
    await phone.wait_end()


async def gives_up(phone, heard):
    await heard("Que faire")
    phone.press("2")
    await heard("Ne quittez pas")
    await phone.wait(0.4)


async def is_cut_off(phone, heard):
    await heard("Gardons-nous")
    phone.press("2")
    await heard("Votre nom")
    phone.drop_stream()
    await heard("Votre nom")
    await phone.say(NAME)
    await phone.wait_end()


PLAYS = {
    "consents": (consents, RECEPTION_NUMBER, {}),
    "refuses": (refuses, RECEPTION_NUMBER, {}),
    "tool": (asks_for_a_tool, MENU_NUMBER, {}),
    "cuts in": (cuts_in, MENU_NUMBER, {}),
    "cuts in, notifications fired": (cuts_in, MENU_NUMBER, {"cleared_notify": "fired", "cleared_late": 0.2}),
    "leaves": (leaves, RECEPTION_NUMBER, {}),
    "leaves, told before": (leaves, RECEPTION_NUMBER, {"completed": "before"}),
    "leaves, told late": (leaves, RECEPTION_NUMBER, {"completed_late": 1.0}),
    "leaves, reset": (leaves, RECEPTION_NUMBER, {"ending": "reset"}),
    "echo": (listens_to_the_echo, MENU_NUMBER, {}),
    "answered": (wants_a_person, MENU_NUMBER, {"callees": {PERSON: Callee(behave=answers)}}),
    "busy": (wants_a_person, MENU_NUMBER, {"callees": {PERSON: Callee("busy")}}),
    "busy, told twice": (
        wants_a_person,
        MENU_NUMBER,
        {"callees": {PERSON: Callee("busy")}, "events": "twice, new token"},
    ),
    "cut off, told twice": (is_cut_off, RECEPTION_NUMBER, {"events": "twice, new token"}),
    "gives up": (gives_up, MENU_NUMBER, {"callees": {PERSON: Callee("timeout")}}),
    "webhook again": (refuses, RECEPTION_NUMBER, {"duplicate_webhook": "same token"}),
    "webhook again, signed anew": (refuses, RECEPTION_NUMBER, {"duplicate_webhook": "new token"}),
    "events twice": (consents, RECEPTION_NUMBER, {"events": "twice"}),
    "events twice, signed anew": (consents, RECEPTION_NUMBER, {"events": "twice, new token"}),
    "events in disorder": (leaves, RECEPTION_NUMBER, {"events": "shuffled"}),
    "anonymous": (leaves, RECEPTION_NUMBER, {"anonymous": True}),
    "cut off": (is_cut_off, RECEPTION_NUMBER, {}),
    "sound first": (refuses, RECEPTION_NUMBER, {"early_sound": True, "nested_dtmf": True}),
    "actions behind": (refuses, RECEPTION_NUMBER, {"trailing": "after"}),
}


class Halves:
    """The calls, half of them held at once, then the other half; `halves[name]` is one, or raises what it raised."""

    def __init__(self, house, plays):
        self._half = {}
        for start in (0, 1):
            part = dict(list(plays.items())[start::2])
            self._half |= dict.fromkeys(part, Stage(house, part))

    def __getitem__(self, name):
        return self._half[name][name]

    def __len__(self):
        return len(self._half)


@pytest.fixture(scope="module")
def stage(house):
    """All the calls, held."""
    return Halves(house, PLAYS)


@pytest.mark.parametrize("name", PLAYS)
def test_nothing_was_done_that_vonage_would_not_bear(stage, name):
    assert stage[name].report.failures == []


def test_a_call_from_ring_to_goodbye(stage):
    held = stage["consents"]
    assert held.heard == ["Bonjour.", "Gardons-nous le texte ?", "Votre nom ?", "Au revoir."]
    assert (held.story[0], held.story[-1], held.ended) == ("call.began", "call.ended", "agent")
    assert [said["text"] for said in held.happenings.of("caller.said")] == ["oui", "je m'appelle Zéphyrine Quatrevents"]
    assert [turn.gap is not None for turn in held.report.turns] == [True, True]
    statuses = [fields.get("status") for fields in held.report.told]
    assert statuses.count("disconnected") == 1  # the agent closes the line, by design


def test_what_is_kept_of_a_consenting_caller(house, stage):
    call, messages, _ = house.rows(stage["consents"])
    assert (call.provider, call.ended_by, call.outcome, call.error) == ("vonage", "agent", "completed", "")
    assert call.caller_masked.endswith("11")
    assert [row.text for row in messages if row.role == "caller"] == ["oui", "je m'appelle Zéphyrine Quatrevents"]


def test_of_a_caller_who_refuses_no_word_is_kept(house, stage):
    assert house.rows(stage["refuses"])[1] == []


def test_a_tool_works_for_the_caller(stage):
    assert stage["tool"].heard == ["Que faire ?", "Nous sommes à Rennes.", "Que faire ?", "Au revoir."]


@pytest.mark.parametrize("name", ["cuts in", "cuts in, notifications fired"])
def test_the_caller_cuts_in_and_is_answered(stage, name):
    held = stage[name]
    assert "interrupted" in held.story
    [cut] = [event for event in held.happenings.of("agent.said") if event["interrupted"]]
    assert cut["whole"].startswith("Voici une phrase")
    assert len(cut["text"]) < len(cut["whole"])
    assert held.report.journal.of("cleared")


@pytest.mark.parametrize("name", ["leaves", "leaves, told before", "leaves, told late", "leaves, reset"])
def test_the_caller_hangs_up(house, stage, name):
    assert stage[name].ended == "caller"
    call, messages, _ = house.rows(stage[name])
    assert (call.ended_by, call.outcome, messages) == ("caller", "completed", [])


def test_the_echo_gives_the_caller_back(stage):
    assert stage["echo"].report.tape.agent.all().count(bytes([9])) >= 160
    assert stage["echo"].heard[-1] == "Au revoir."


def test_a_transfer_that_is_answered(house, stage):
    held = stage["answered"]
    [leg] = held.report.dialled
    assert (leg.parties.called, leg.parties.caller) == (PERSON[1:], MENU_NUMBER[1:])
    assert held.heard[-1] == "Ne quittez pas."
    assert (held.ended, house.rows(held)[0].outcome) == ("transfer", "transferred")


@pytest.mark.parametrize("name", ["busy", "busy, told twice"])
def test_a_transfer_to_a_busy_line_and_the_flow_goes_on(house, stage, name):
    held = stage[name]
    assert held.heard[-3:] == ["Ne quittez pas.", "Personne ne répond.", "Au revoir."]
    [failed] = held.happenings.of("transfer.failed")
    assert failed["result"] == "busy"
    assert held.story.count("call.began") == 2  # one for each stream of the same call
    assert house.rows(held)[0].ended_by == "agent"


def test_a_caller_gives_up_while_somebody_is_called(house, stage):
    assert house.rows(stage["gives up"])[0].ended_by == "caller"


@pytest.mark.parametrize("name", ["webhook again", "webhook again, signed anew", "events twice", "sound first"])
def test_what_comes_twice_or_early_loses_no_call(stage, name):
    assert (stage[name].ended, stage[name].heard[-1], stage[name].report.status) == ("agent", "Au revoir.", "completed")
    assert stage[name].story.count("call.ended") == 1


def test_events_may_come_in_any_order(house, stage):
    assert house.rows(stage["events in disorder"])[0].ended_by == "caller"


def test_a_caller_who_withholds_the_number(house, stage):
    assert house.rows(stage["anonymous"])[0].caller_masked == "…"


@pytest.mark.fault("vonage", "cut in mid-stream")
@pytest.mark.parametrize("name", ["cut off", "cut off, told twice"])
def test_a_line_that_breaks_is_taken_up_again(stage, name):
    held = stage[name]
    assert held.story.count("call.began") == 2
    assert (held.ended, held.heard[-1]) == ("agent", "Au revoir.")
    sockets = [fields["uuid"] for fields in held.report.told if str(fields.get("to")).startswith("ws")]
    assert len(set(sockets)) == 2


async def test_every_call_was_admitted_once_and_none_is_left(house, stage):
    told = await house.ask("/v1/calls")
    assert told["counts"] == {"admitted": len(stage), "refused": 0, "faults": 0}
    assert told["calls"] == []


def test_the_log_names_nobody(house, stage):
    assert house.rows(stage["leaves"])
    for secret in (CALLER, CALLER[1:], "611111111", "Zéphyrine", SIGNATURE_SECRET):
        assert secret not in house.log


@pytest.mark.parametrize("forgery", ["unsigned", "wrong secret", "alg none", "RS256", "tampered", "old", "future"])
async def test_a_forged_webhook_is_refused(house, forgery):
    report = await house.carrier(faults=Faults(webhook=forgery)).call(answers)
    assert (report.failures, report.status) == ([], "failed")


async def test_a_forged_or_repeated_socket_is_refused(house):
    report = await house.carrier(faults=Faults(upgrade="wrong secret")).call(answers, called=RECEPTION_NUMBER)
    assert report.failures == []
    assert any(entry.data["name"] == "talk" for entry in report.journal.of("action"))  # the apology
    report = await house.carrier(faults=Faults(replay_socket=True)).call(answers, called=RECEPTION_NUMBER)
    assert report.failures == []


async def test_somebody_is_called_back(tmp_path):
    api, heard = free_port(), []
    key = {"url": f"http://127.0.0.1:{api}", "private_key": "${VONAGE_PRIVATE_KEY}"}
    house = vonage_house(tmp_path / "placing", **key)
    house.env["VONAGE_PRIVATE_KEY"] = OURS.private_key.replace("\n", "\\n")
    house.run().ready()

    async def person(phone):
        heard.append(await phone.wait_for_agent())

    vonage = house.carrier({PERSON: Callee(behave=person)}, application=OURS)
    control = Control(house.control, control_token(house.data), actor="claire")
    async with house.watching() as happenings, open_rest(vonage, port=api):
        with trio.fail_after(10):
            placed = await trio.to_thread.run_sync(control.place, PERSON, SHOWN, 25.0)
            leg = vonage.legs[placed["carrier_call_id"]]
            await leg.over.wait()
            await leg.wait_posted()
            await happenings.wait_for(lambda event: event["event"] == "call.ended", 0, 5.0)
    assert (placed["provider"], leg.status, leg.journal.failures, len(heard)) == ("vonage", "completed", [], 1)
    row, _, _ = house.rows(placed["carrier_call_id"])
    assert (row.called, row.flow, row.ended_by) == (SHOWN, "reception", "caller")
    assert row.caller_masked.endswith("01")
    assert house.finish() == 0


async def test_a_worker_that_is_gone_is_followed_by_another(tmp_path):
    house = vonage_house(tmp_path / "mortal").run().ready()

    async def survives(phone):
        await phone.wait_for_agent(5)
        house.process.kill()
        house.process.wait()
        house.run()
        await trio.to_thread.run_sync(house.ready)
        await phone.wait_quiet(0.6)
        await phone.wait_for_agent(10)
        await phone.wait(0.3)

    report = await house.carrier(retry_after=4.0).call(survives, called=RECEPTION_NUMBER)
    limit = time.monotonic() + 10
    while not house.logged("call_ended"):
        assert time.monotonic() < limit
        await trio.sleep(0.05)
    assert (report.failures, report.status) == ([], "completed")
    assert house.logged("call_taken_over")
    assert id_of(report.journal)
    assert house.finish() == 0
