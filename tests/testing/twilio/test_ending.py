"""Calls over real sockets: every way a stream and a call may end."""

import pytest
from scripted_app import GREETING, App, running, stream_twiml, twiml

from voiced.testing.twilio import Faults

STREAM = stream_twiml()


async def brief(phone):
    await phone.wait_for_agent(5)
    await phone.wait(0.05)


async def stay(phone):
    await phone.wait_end()


async def answer(app, phone, faults=None):
    async with running(app) as twilio:
        return await twilio.call(phone, faults=faults)


def sent(report):
    return [entry.data["message"] for entry in report.journal.of("ws.sent")]


def closing(how):
    async def talks(session):
        await session.wait_for("media", 3)
        await how(session)

    return talks


@pytest.mark.checklist("twilio-34")
async def test_a_hang_up_says_stop_closes_and_is_told():
    app = App().on("/voice", STREAM)
    report = await answer(app, brief)
    messages = app.sessions[0].messages
    assert messages[-1]["event"] == "stop"
    assert int(messages[-1]["sequenceNumber"]) == int(messages[-2]["sequenceNumber"]) + 1
    assert app.sessions[0].ws.closed.code == 1000
    told = [request.form.get("StreamEvent") or request.form["CallStatus"] for request in app.requests]
    assert told == ["ringing", "stream-started", "stream-stopped", "completed"]
    assert report.status == "completed"


async def test_hanging_up_in_the_script_ends_it_there():
    app = App().on("/voice", STREAM)

    async def phone(phone):
        phone.hang_up()
        await phone.wait_end()

    report = await answer(app, phone)
    assert report.status == "completed"


@pytest.mark.checklist("twilio-35")
@pytest.mark.parametrize(("ending", "code"), [("silent", 1000), ("reset", 1006), ("half-open", 1006)])
async def test_an_end_without_stop(ending, code):
    app = App().on("/voice", STREAM)
    report = await answer(app, brief, Faults(ending=ending, half_open_for=0.3))
    (session,) = app.sessions
    await session.over.wait()
    assert not session.of("stop")
    assert session.ws.closed.code == code
    assert app.asked("/status")[0].form["CallStatus"] == "completed"
    assert report.status == "completed"


@pytest.mark.checklist("twilio-36", "twilio-38")
@pytest.mark.parametrize(
    ("how", "code"),
    [
        (lambda session: session.close(1000), 1000),
        (lambda session: session.close(1011), 1011),
        (lambda session: session.die(), 1006),
    ],
)
async def test_the_next_verb_follows_a_lost_application(how, code):
    app = App().on("/voice", stream_twiml("<Redirect>/recover?n=1</Redirect>"))
    app.on("/recover", stream_twiml(path="/media/two"))

    async def talks(session):
        await session.wait_for("media", 3)
        if session.path == "/media/one":
            await how(session)
        else:
            await session.play(GREETING)

    app.talks = talks
    report = await answer(app, brief)
    assert report.journal.codes == [31921]
    assert report.journal.of("ws.closed")[0].data["code"] == code
    (recover,) = app.asked("/recover")
    assert recover.form["CallSid"] == report.call_sid
    assert recover.form["CallStatus"] == "in-progress"
    first, second = app.sessions
    assert first.sid != second.sid
    assert second.of("start")[0]["sequenceNumber"] == "1"
    assert second.of("media")[0]["media"]["chunk"] == "1"


@pytest.mark.checklist("twilio-36")
async def test_action_comes_instead_of_the_next_verb():
    app = App().on("/voice", stream_twiml("<Redirect>/next</Redirect>", connect='action="/after"'))
    app.on("/after", twiml("<Hangup/>"))
    app.talks = closing(lambda session: session.close())
    await answer(app, stay)
    assert len(app.asked("/after")) == 1
    assert not app.asked("/next")


@pytest.mark.checklist("twilio-37", "twilio-38")
async def test_without_anything_to_do_the_call_ends():
    app = App().on("/voice", STREAM)
    app.talks = closing(lambda session: session.close())
    report = await answer(app, stay)
    assert report.status == "completed"
    assert len(app.sessions) == 1
    assert len(report.journal.of("ws.open")) == 1


@pytest.mark.checklist("twilio-39", by="emitted")
@pytest.mark.parametrize("emitted", [False, True])
async def test_a_stop_when_the_application_closes(emitted):
    app = App().on("/voice", STREAM)
    app.talks = closing(lambda session: session.close())
    report = await answer(app, stay, Faults(stop_on_server_close=emitted))
    assert ('"event":"stop"' in sent(report)[-1]) is emitted


@pytest.mark.checklist("twilio-39")
async def test_there_is_one_stop_only_when_the_caller_hangs_up():
    app = App().on("/voice", STREAM)
    report = await answer(app, brief, Faults(stop_on_server_close=True))
    assert sum('"event":"stop"' in message for message in sent(report)) == 1
    assert len(app.sessions[0].of("stop")) == 1


@pytest.mark.checklist("twilio-40")
async def test_a_call_over_the_limit_is_ended():
    app = App().on("/voice", STREAM)
    report = await answer(app, stay, Faults(max_duration=0.3))
    assert report.seconds >= 0.3
    assert app.sessions[0].messages[-1]["event"] == "stop"
    assert report.status == "completed"


async def test_a_fixed_stream_may_follow_a_stream():
    app = App().on("/voice", stream_twiml("<Say>au revoir</Say>"))
    app.talks = closing(lambda session: session.close())
    report = await answer(app, stay)
    assert len(report.tape.agent) > 4000
