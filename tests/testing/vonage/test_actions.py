"""Actions other than the WebSocket: what is said, heard, recorded, and who is called."""

import json

import pytest
from vonage_app import App, greet, ncco, phone_action, running, socket_action, stay

from voiced.testing.caller.tones import read_aloud, tone
from voiced.testing.vonage import Callee, Faults

NUMBER = "33199000001"
WORDS = tone(0.1, 600.0)


async def call(app, phone, *actions, callees=None, faults=None):
    app.on("/answer", *actions)
    async with running(app, callees=callees or {}) as vonage:
        return await vonage.call(phone, faults=faults)


async def answers(phone):
    await phone.wait(0.2)


async def presses(phone):
    await phone.wait(0.1)
    phone.press("1")
    await phone.wait_end()


def action_names(report):
    return [entry.data["name"] for entry in report.journal.of("action")]


@pytest.mark.checklist("vonage-36")
async def test_talk_delays_the_socket_by_its_length():
    text = "Oui."
    app = App()

    async def phone(phone):
        await phone.wait_quiet(0.2)

    report = await call(app, phone, {"action": "talk", "text": text}, socket_action())
    [talked] = [entry for entry in report.journal.of("action") if entry.data["name"] == "talk"]
    [opened] = report.journal.of("ws.open")
    assert opened.at - talked.at >= len(read_aloud(text)) / 8000


@pytest.mark.checklist("vonage-36")
@pytest.mark.parametrize("barges", [True, False])
async def test_a_key_ends_a_talk_with_barge_in(barges):
    text = "Oui oui."
    app = App()
    report = await call(app, presses, {"action": "talk", "text": text, "bargeIn": barges})
    assert (report.seconds < 0.9 * len(read_aloud(text)) / 8000) == barges


async def test_a_file_is_streamed_and_a_loop_repeats():
    report = await call(App(), stay, {"action": "stream", "streamUrl": ["https://a.example/b.wav"], "loop": 2})
    assert len(report.tape.agent_onsets) == 1
    assert report.seconds >= 0.39


async def test_notify_may_replace_what_follows():
    app = App().on("/notify", ncco({"action": "talk", "text": "oui"}))
    notify = {"action": "notify", "payload": {"a": 1}, "eventUrl": ["https://agent.example.org/notify"]}
    report = await call(app, stay, notify, {"action": "wait", "timeout": 30})
    assert action_names(report) == ["notify", "talk"]
    assert app.told("/notify")[0]["payload"] == {"a": 1}


async def test_a_conversation_lasts_until_somebody_hangs_up():
    report = await call(App(), answers, {"action": "talk", "text": "a"}, {"action": "conversation", "name": "salon"})
    assert action_names(report) == ["talk", "conversation"]


ASK = {"action": "input", "type": ["dtmf", "speech"], "dtmf": {"timeOut": 0.25, "maxDigits": 2},
       "speech": {"endOnSilence": 0.1}, "eventUrl": ["https://agent.example.org/input"]}  # fmt: skip


@pytest.mark.checklist("vonage-44")
@pytest.mark.parametrize(
    ("does", "digits", "words"),
    [("12", "12", ""), ("1#", "1", ""), ("", "", ""), ("bonjour", "", "bonjour")],
)
async def test_input(does, digits, words):
    async def phone(phone):
        if does.isalpha():
            await phone.say(WORDS, does)
        elif does:
            await phone.wait(0.05)
            phone.press(does)
        await phone.wait_end()

    app = App().on("/input", ncco({"action": "talk", "text": "a"}))
    report = await call(app, phone, ASK, {"action": "wait", "timeout": 30})
    [told] = app.told("/input")
    assert told["dtmf"] == {"digits": digits, "timed_out": not digits}
    assert [result["text"] for result in told["speech"]["results"]] == ([words] if words else [])
    assert action_names(report) == ["input", "talk"]


@pytest.mark.checklist("vonage-43")
@pytest.mark.parametrize("rule", [{"endOnKey": "1"}, {"endOnSilence": 0.2}, {"timeOut": 0.3}, {}])
async def test_record_ends_and_is_told(rule):
    async def phone(phone):
        await phone.say(WORDS)
        phone.press("1")
        await phone.wait(0.3)

    app = App()
    record = {"action": "record", "split": "conversation", "eventUrl": ["https://agent.example.org/record"], **rule}
    await call(app, phone, record, {"action": "wait", "timeout": 30})
    [told] = app.told("/record")
    assert told["recording_url"] == f"https://api.nexmo.com/v1/files/{told['recording_uuid']}"
    assert told["size"] > 1000
    assert "status" not in told


@pytest.mark.checklist("vonage-45")
@pytest.mark.parametrize(
    ("outcome", "detail"),
    [
        ("busy", None),
        ("unanswered", "unavailable"),
        ("rejected", "declined"),
        ("failed", "cannot_route"),
        ("timeout", None),
    ],
)  # fmt: skip
async def test_who_does_not_answer(outcome, detail):
    app = App().on(
        "/dialled", lambda request: ncco({"action": "talk", "text": "dommage"}) if is_over(request) else ncco()
    )
    callees = {NUMBER: Callee(outcome)}
    report = await call(app, stay, phone_action(timeout=0.2), {"action": "wait", "timeout": 30}, callees=callees)
    assert app.statuses("/dialled") == ["started", "ringing", outcome]
    assert app.told("/dialled")[-1].get("detail") == detail
    assert action_names(report) == ["connect", "talk"]
    assert app.told("/dialled")[0]["uuid"] != report.call_sid


def is_over(request):
    return json.loads(request.body)["status"] not in {"started", "ringing"}


@pytest.mark.checklist("vonage-45")
async def test_both_hear_each_other_until_the_callee_hangs_up():
    async def speaks(phone):
        await phone.say(WORDS)
        await phone.wait(0.3)

    async def phone(phone):
        await phone.wait_for_agent(5)
        await phone.say(WORDS)
        await phone.wait_end()

    app = App()
    report = await call(app, phone, phone_action(), callees={NUMBER: Callee(behave=speaks)})
    assert app.statuses("/dialled") == ["started", "ringing", "answered", "completed"]
    assert report.tape.agent_onsets
    assert report.dialled[0].line.tape.agent_onsets
    assert report.status == "completed"


@pytest.mark.checklist("vonage-45")
async def test_the_whisper_comes_first():
    app = App().on("/whisper", ncco({"action": "talk", "text": "a"}))
    endpoint = {"onAnswer": {"url": "https://agent.example.org/whisper"}}
    report = await call(app, stay, phone_action(endpoint=endpoint), callees={NUMBER: Callee(behave=whispered)})
    assert app.asked("/whisper")
    assert report.dialled[0].line.tape.agent_onsets
    assert not report.tape.agent_onsets


async def whispered(phone):
    await phone.wait_for_agent(5)
    await phone.wait_quiet(0.2)


async def test_a_caller_gives_up_while_it_rings():
    app = App()
    report = await call(app, answers, phone_action())
    assert app.statuses("/dialled") == ["started", "ringing", "cancelled"]
    assert report.status == "completed"


@pytest.mark.checklist("vonage-12")
@pytest.mark.parametrize(("detection", "bridged"), [("continue", True), ("hangup", False)])
async def test_a_machine_is_told_by_another_name(detection, bridged):
    app = App()
    callees = {NUMBER: Callee(behave=answers, machine=True)}
    report = await call(app, stay, phone_action(machineDetection=detection), callees=callees)
    [told] = [fields for fields in app.told("/dialled") if fields["status"] == "machine"]
    assert told["call_uuid"] == report.dialled[0].sid
    assert "uuid" not in told
    assert (report.dialled[0].duration > 0.1) == bridged


async def test_a_call_has_a_limit_of_its_own():
    app = App()
    app.talks = greet
    report = await call(app, stay, socket_action(), faults=Faults(max_duration=0.3))
    assert (report.status, app.statuses()[-1]) == ("completed", "completed")
