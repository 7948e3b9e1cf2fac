"""A call from ring to goodbye, over real sockets, to a real worker: what is heard, what is told, what is kept."""

import json

from worker_house import CALLER, MENU_NUMBER, NAME, OUI, PERSON, WHERE

from voiced.testing.twilio import Callee


async def consents(phone, heard):
    await heard("Gardons-nous")
    await phone.say(OUI)
    await heard("Votre nom")
    await phone.say(NAME)
    await phone.wait_end()


async def refuses(phone, heard):
    await heard("Gardons-nous")
    phone.press("2")
    await heard("Votre nom")
    await phone.say(NAME)
    await phone.wait_end()


async def test_a_call_from_ring_to_goodbye_and_what_is_kept_of_a_consenting_caller(house):
    held = await house.call(consents)
    assert (held.report.failures, held.report.journal.codes) == ([], [31921])  # the agent closes the line, by design
    assert held.heard == ["Bonjour.", "Gardons-nous le texte ?", "Votre nom ?", "Au revoir."]
    assert held.story[0] == "call.began"
    assert held.story[-1] == "call.ended"
    assert [event["text"] for event in held.happenings.of("caller.said")] == [
        "oui",
        "je m'appelle Zéphyrine Quatrevents",
    ]
    assert held.ended == "agent"
    assert [turn.gap is not None for turn in held.report.turns] == [True, True]

    call, messages, _ = house.rows(held)
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


async def test_of_a_caller_who_refuses_no_word_is_kept(house):
    held = await house.call(refuses)
    call, messages, _ = house.rows(held)
    assert [evidence["decision"] for evidence in call.consent] == ["refused"]
    assert messages == []
    stored = b"".join(path.read_bytes() for path in house.data.glob("voiced.db*"))
    assert held.sid.encode() in stored


async def test_a_tool_works_for_the_caller_and_is_written_down(house):
    async def asks(phone, heard):
        await heard("Que faire")
        await phone.say(WHERE)
        await heard("Nous sommes à Rennes.")
        await heard("Que faire")
        phone.press("0")
        await phone.wait_end()

    held = await house.call(asks, MENU_NUMBER)
    _, _, [action] = house.rows(held)
    assert (action.name, action.ok, action.outcome, action.arguments) == ("guide", True, {"ville": "Rennes"}, None)
    assert held.ended == "agent"


async def test_the_caller_cuts_in_and_is_answered(house):
    async def cuts(phone, heard):
        await heard("Que faire")
        phone.press("3")
        await phone.wait_until(await phone.wait_for_agent() + 0.4)
        await phone.say(WHERE)
        await heard("Nous sommes à Rennes.")
        phone.press("0")
        await phone.wait_end()

    held = await house.call(cuts, MENU_NUMBER)
    assert "interrupted" in held.story
    [cut] = [event for event in held.happenings.of("agent.said") if event["interrupted"]]
    assert cut["whole"].startswith("Voici une phrase")
    assert len(cut["text"]) < len(cut["whole"])


async def test_the_caller_hangs_up(house):
    async def leaves(phone, heard):
        await heard("Bonjour")

    held = await house.call(leaves)
    assert held.ended == "caller"
    call, messages, _ = house.rows(held)
    assert (call.ended_by, messages) == ("caller", [])


async def test_the_echo_gives_the_caller_back(house):
    async def listens(phone, heard):
        await heard("Que faire")
        phone.press("4")
        await phone.wait(0.3)
        await phone.say(bytes([9]) * 160)
        await phone.wait_end()

    held = await house.call(listens, MENU_NUMBER)
    assert bytes([9]) * 160 in held.report.tape.agent.cut(0, 8000 * 20)
    assert held.heard[-1] == "Au revoir."


async def to_a_person(phone, heard):
    await heard("Que faire")
    phone.press("2")
    await phone.wait_end()


async def test_a_transfer_that_is_answered(house):
    async def answers(phone):
        await phone.wait(0.3)

    held = await house.call(to_a_person, MENU_NUMBER, callees={PERSON: Callee(behave=answers)})
    [leg] = held.report.dialled
    assert leg.parties.called == PERSON
    assert leg.parties.caller == MENU_NUMBER
    assert held.heard[-1] == "Ne quittez pas."
    assert held.ended == "transfer"
    assert house.rows(held)[0].outcome == "transferred"


async def test_a_transfer_to_a_busy_line_and_the_flow_goes_on(house):
    held = await house.call(to_a_person, MENU_NUMBER, callees={PERSON: Callee("busy")})
    assert held.heard[-3:] == ["Ne quittez pas.", "Personne ne répond.", "Au revoir."]
    [failed] = held.happenings.of("transfer.failed")
    assert failed["result"] == "busy"
    assert held.ended == "agent"
    assert held.story.count("call.began") == 2  # one for each stream of the same call
    assert house.rows(held)[0].ended_by == "agent"


async def test_a_webhook_that_is_repeated_makes_one_call(house):
    before = (await house.ask("/v1/calls"))["counts"]["admitted"]
    held = await house.call(refuses, duplicate_webhook="retry")
    assert held.ended == "agent"
    assert held.report.failures == []
    assert (await house.ask("/v1/calls"))["counts"]["admitted"] == before + 1


async def test_a_webhook_repeated_while_the_stream_is_alive_loses_no_call(house):
    held = await house.call(refuses, duplicate_webhook="late")
    assert held.ended == "agent"
    assert held.heard[-1] == "Au revoir."
    assert held.report.status == "completed"


async def test_callbacks_may_come_in_any_order_and_twice(house):
    held = await house.call(refuses, shuffle_callbacks=True, duplicate_callbacks=True)
    assert held.story.count("call.ended") == 1
    assert house.rows(held)[0].ended_by == "agent"


async def test_a_caller_who_withholds_the_number(house):
    held = await house.call(refuses, anonymous=True)
    assert held.ended == "agent"
    assert house.rows(held)[0].caller_masked == "…"


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
    assert call["call_id"] == held.happenings.events[0]["call_id"]
    assert (await house.ask("/v1/calls"))["calls"] == []
    assert house.control.stat().st_mode & 0o077 == 0


async def test_the_log_is_json_by_call_and_names_nobody(house):
    held = await house.call(refuses)
    call_id = held.happenings.events[0]["call_id"]
    text = house.log
    events = {line["event"] for line in house.lines if line.get("call_id") == call_id}
    assert {"call_admitted", "stream_open", "stream_closed", "call_ended"} <= events
    for secret in (CALLER, CALLER[3:], "611111111", "Zéphyrine", "Quatrevents", "phyrine", "m'appelle"):
        assert secret not in text
        assert json.dumps(secret)[1:-1] not in text
