"""Calls over real sockets: the webhooks."""

import pytest
import trio
from scripted_app import PUBLIC, App, running, stream_twiml, twiml

from voiced.audio.frame import MULAW_8K, PCM_16K
from voiced.audio.wav import wav_bytes
from voiced.testing.caller.tones import tone
from voiced.testing.twilio import Faults, Hooks, Options
from voiced.testing.twilio.http_server import Response

HANGUP = twiml("<Hangup/>")


async def listen(phone):
    await phone.wait_end()


def paths(app):
    return [request.path for request in app.requests]


@pytest.mark.checklist("twilio-1", "twilio-2", "twilio-3", "twilio-4")
async def test_the_voice_webhook_is_signed_and_complete():
    app = App().on("/voice", HANGUP)
    async with running(app) as twilio:
        twilio.hooks = Hooks(f"{PUBLIC}/voice#ct=2000", status_url=f"{PUBLIC}/status")
        report = await twilio.call(listen)
    voice, status = app.requests
    assert (report.status, status.form["CallStatus"]) == ("completed", "completed")
    assert (voice.form["From"], voice.form["To"], voice.form["CallStatus"]) == (
        "+33612345678",
        "+33912345678",
        "ringing",
    )
    assert voice.form["CallerName"] == "Société Générique Été"
    assert voice.target == "/voice"
    assert voice.headers["user-agent"] == "TwilioProxy/1.1"
    assert voice.headers["i-twilio-idempotency-token"] != status.headers["i-twilio-idempotency-token"]


@pytest.mark.checklist("twilio-2", by="keep")
@pytest.mark.parametrize(
    ("keep", "signed"), [(True, "https://agent.example.org:8443/voice"), (False, f"{PUBLIC}/voice")]
)
async def test_https_is_signed_with_its_port_or_without(keep, signed):
    app = App().on("/voice", HANGUP)
    async with running(app) as twilio:
        twilio.options = Options(routes={f"{PUBLIC}:8443": twilio.options.routes[PUBLIC]})
        twilio.hooks = Hooks(f"{PUBLIC}:8443/voice")
        report = await twilio.call(lambda phone: phone.wait(0.05), faults=Faults(keep_port=keep))
    assert report.journal.of("http.request")[0].data["signed_url"] == signed
    assert report.journal.of("http.response")[0].data["status"] == (403 if keep else 200)


@pytest.mark.checklist("twilio-3", "twilio-5")
async def test_retries_repeat_their_token():
    answers = iter([Response(503), Response(503), HANGUP])
    app = App().on("/voice", lambda _: next(answers))
    async with running(app) as twilio:
        twilio.hooks = Hooks(f"{PUBLIC}/voice#rc=2&rp=5xx")
        report = await twilio.call(listen)
    assert paths(app) == ["/voice"] * 3
    assert len({request.headers["i-twilio-idempotency-token"] for request in app.requests}) == 1
    assert report.journal.codes == []


@pytest.mark.checklist("twilio-5", "twilio-6")
@pytest.mark.parametrize("fragment", ["tt=200", "rt=200"])
async def test_a_slow_answer_is_a_timeout_and_leads_to_the_fallback(fragment):
    async def never(_):
        await trio.sleep_forever()

    app = App().on("/voice", never).on("/fallback", HANGUP)
    async with running(app) as twilio:
        twilio.hooks = Hooks(f"{PUBLIC}/voice#{fragment}", fallback_url=f"{PUBLIC}/fallback")
        report = await twilio.call(listen)
    assert report.journal.codes == [11205]
    assert app.asked("/fallback")[0].form["ErrorCode"] == "11205"


@pytest.mark.checklist("twilio-5")
async def test_a_refused_connection_is_tried_twice():
    app = App()
    async with running(app) as twilio:
        twilio.hooks = Hooks("http://127.0.0.1:9/voice")
        report = await twilio.call(lambda phone: phone.wait(0.05))
    assert len(report.journal.of("http.request")) == 2
    assert report.journal.codes == [11200]


@pytest.mark.checklist("twilio-6")
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Response(500), "11200"),
        (Response(404), "11200"),
        (Response(200, b"{}", "application/json"), "12100"),
        ("<Response><Say>", "12100"),
        (twiml("<say>x</say>"), "12200"),
    ],
)
async def test_a_bad_document_leads_to_the_fallback(answer, code):
    app = App().on("/voice", answer).on("/fallback", HANGUP)
    async with running(app) as twilio:
        twilio.hooks = Hooks(f"{PUBLIC}/voice", fallback_url=f"{PUBLIC}/fallback")
        report = await twilio.call(listen)
    asked = app.asked("/fallback")[0].form
    assert (asked["ErrorCode"], asked["ErrorUrl"]) == (code, f"{PUBLIC}/voice")
    assert asked["CallSid"] == report.call_sid
    assert report.status == "completed"


@pytest.mark.checklist("twilio-6")
@pytest.mark.parametrize(
    "url", ["http://[bad/", "http:///x", "https://a.example:99999/", "gopher://a.example/", "/voice with spaces"]
)
async def test_a_redirect_to_nowhere_leads_to_the_fallback(url):
    app = App().on("/voice", twiml(f"<Redirect>{url}</Redirect>")).on("/fallback", HANGUP)
    async with running(app) as twilio:
        twilio.hooks = Hooks(f"{PUBLIC}/voice", fallback_url=f"{PUBLIC}/fallback")
        report = await twilio.call(listen)
    assert len(app.asked("/fallback")) == 1
    assert report.status == "completed"


@pytest.mark.checklist("twilio-6")
async def test_without_a_fallback_the_caller_hears_an_apology():
    app = App().on("/voice", Response(500))

    async def phone(phone):
        await phone.wait_for_agent(2)
        await phone.wait(0.1)

    async with running(app) as twilio:
        report = await twilio.call(phone)
    assert report.status == "completed"
    assert {"name": "application error"} in [entry.data for entry in report.journal.of("verb")]
    assert paths(app) == ["/voice", "/status"]


@pytest.mark.checklist("twilio-7", "twilio-9")
async def test_redirects_keep_the_call_and_end_at_ten():
    app = App().on("/voice", twiml("<Pause length='0'/><Redirect>/again</Redirect>"))
    app.on("/again", twiml("<Redirect>again</Redirect>"))
    async with running(app) as twilio:
        report = await twilio.call(lambda phone: phone.wait(0.3))
    again = app.asked("/again")
    assert len(again) == 10
    assert {request.form["CallSid"] for request in again} == {report.call_sid}
    assert {request.form["CallStatus"] for request in again} == {"in-progress"}
    assert report.journal.codes == [11215]


@pytest.mark.checklist("twilio-9")
@pytest.mark.parametrize(
    ("verbs", "status", "answered"),
    [
        ("<Reject/>", "failed", False),
        ("<Reject reason='busy'/>", "busy", False),
        ("<Hangup/>", "completed", False),
        ("", "completed", False),
        ("<Say>a</Say>", "completed", True),
        ("<Pause length='0'/>", "completed", True),
    ],
)
async def test_what_answers_a_call(verbs, status, answered):
    app = App().on("/voice", twiml(verbs))
    async with running(app) as twilio:
        report = await twilio.call(listen)
    assert report.status == status
    assert app.asked("/status")[0].form["CallStatus"] == status
    assert ({"status": "in-progress"} in [entry.data for entry in report.journal.of("call")]) is answered


@pytest.mark.checklist("twilio-10", by="faults")
@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        (Faults(), ["in-progress", "completed"]),
        (Faults(duplicate_callbacks=True), ["in-progress", "in-progress", "completed", "completed"]),
        (Faults(shuffle_callbacks=True), ["completed", "in-progress"]),
    ],
)
async def test_status_callbacks_and_their_disorder(faults, expected):
    app = App().on("/voice", twiml("<Pause length='0.12'/>"))
    async with running(app) as twilio:
        events = frozenset({"answered", "completed"})
        twilio.hooks = Hooks(f"{PUBLIC}/voice", status_url=f"{PUBLIC}/status", status_events=events)
        await twilio.call(listen, faults=faults)
    forms = [request.form for request in app.asked("/status")]
    assert [form["CallStatus"] for form in forms] == expected
    assert {form["CallStatus"]: form["SequenceNumber"] for form in forms} == {"in-progress": "0", "completed": "1"}


@pytest.mark.checklist("twilio-11")
async def test_a_retried_webhook_is_the_same_request_twice():
    app = App().on("/voice", HANGUP)
    async with running(app) as twilio:
        await twilio.call(listen, faults=Faults(duplicate_webhook="retry"))
    first, second = app.asked("/voice")
    assert first.form == second.form
    assert first.headers["i-twilio-idempotency-token"] == second.headers["i-twilio-idempotency-token"]


@pytest.mark.checklist("twilio-12")
@pytest.mark.parametrize("signature", ["none", "wrong"])
async def test_an_application_that_checks_signatures_passes(signature):
    app = App().on("/voice", HANGUP)
    async with running(app) as twilio:
        report = await twilio.call(lambda phone: phone.wait(0.05), faults=Faults(webhook_signature=signature))
    assert report.failures == []
    assert report.journal.codes == [11200]


@pytest.mark.checklist("twilio-12")
async def test_an_application_that_trusts_everybody_fails():
    app = App().on("/voice", HANGUP)
    app.signed = lambda _: True
    async with running(app) as twilio:
        report = await twilio.call(listen, faults=Faults(webhook_signature="none"))
    assert len(report.failures) == 2


@pytest.mark.checklist("twilio-13")
async def test_a_withheld_number():
    app = App().on("/voice", HANGUP)
    async with running(app) as twilio:
        await twilio.call(listen, faults=Faults(anonymous=True))
    form = app.asked("/voice")[0].form
    assert (form["From"], form["Caller"]) == ("anonymous", "anonymous")


@pytest.mark.checklist("twilio-50")
async def test_say_play_and_pause_take_their_time():
    app = App().on("/voice", twiml("<Say>abcdefg</Say><Play digits='1w'/><Pause length='0.2'/><Hangup/>"))
    async with running(app) as twilio:
        report = await twilio.call(listen)
    assert report.seconds >= 0.5 + 0.65 + 0.2
    assert len(report.tape.agent.all().lstrip(b"\xff")) >= 8000 * 1.15 - 10


async def test_a_sound_file_is_fetched_and_played():

    sound = tone(0.2, 500.0)
    app = App().on("/voice", twiml("<Play>/hello.wav</Play>"))
    app.signed = lambda _: True
    app.on("/hello.wav", Response(200, wav_bytes(sound, MULAW_8K), "audio/x-wav"))
    async with running(app) as twilio:
        report = await twilio.call(listen)
    assert report.tape.agent.all().endswith(sound)


async def test_what_the_script_raises_is_raised_after_the_call():
    async def clumsy(phone):
        assert phone.now > 100, "too early"

    app = App().on("/voice", stream_twiml())
    async with running(app) as twilio:
        with pytest.raises(AssertionError, match="too early"):
            await twilio.call(clumsy)
    assert app.asked("/status")[0].form["CallStatus"] == "completed"


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (Response(404), 11200),
        (Response(200, b"hello", "text/plain"), 12300),
        (Response(200, wav_bytes(b"\0\0" * 16, PCM_16K), "audio/x-wav"), 12300),
    ],
)
async def test_a_sound_that_cannot_be_played_is_passed_over(file, code):
    app = App().on("/voice", twiml("<Play>/hello.wav</Play><Redirect>/next</Redirect>"))
    app.signed = lambda _: True
    app.on("/hello.wav", file).on("/next", HANGUP)
    async with running(app) as twilio:
        report = await twilio.call(listen)
    assert report.journal.codes == [code]
    assert len(app.asked("/next")) == 1


@pytest.mark.checklist("twilio-2")
async def test_a_get_webhook_is_signed_over_its_query():
    app = App().on("/voice", HANGUP)
    async with running(app) as twilio:
        twilio.hooks = Hooks(f"{PUBLIC}/voice?x=1#ct=500", voice_method="GET")
        report = await twilio.call(listen)
    (asked,) = app.requests
    assert asked.method == "GET"
    assert (asked.query["x"], asked.query["CallSid"]) == ("1", report.call_sid)
    assert report.journal.codes == []


async def test_cookies_come_back_within_the_call():
    app = App().on(
        "/voice", Response(200, twiml("<Redirect>/again</Redirect>").encode(), "text/xml", {"set-cookie": "a=b"})
    )
    app.on("/again", HANGUP)
    async with running(app) as twilio:
        await twilio.call(listen)
    assert app.asked("/again")[0].headers["cookie"] == "a=b"
