"""Webhooks over real sockets: signed, timed, tried again, and what becomes of a call whose webhooks fail."""

import json

import jwt
import pytest
import trio
from vonage_app import PUBLIC, App, bearer, brief, ncco, running, socket_action

from voiced.testing.twilio.http_server import Response
from voiced.testing.vonage import Faults
from voiced.testing.vonage.events import OVER

FORGERIES = ["unsigned", "wrong secret", "alg none", "RS256", "tampered", "old", "future", "unknown key", "replayed"]
TALK = {"action": "talk", "text": "Un instant."}


async def call(app, phone=brief, faults=None, **hooks):
    async with running(app, **hooks) as vonage:
        return await vonage.call(phone, faults=faults)


async def wait(phone):
    await phone.wait_end()


@pytest.mark.checklist("vonage-1")
@pytest.mark.checklist("vonage-2", way="with a hash")
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_answer_webhook(method):
    app = App().on("/answer", socket_action())
    report = await call(app, answer_method=method)
    [asked] = app.asked("/answer")
    fields = asked.query if method == "GET" else json.loads(asked.body)
    assert (fields["from"], fields["to"], fields["uuid"]) == ("33612345678", "33912345678", report.call_sid)
    assert fields["conversation_uuid"].startswith("CON-")
    assert (asked.method, report.status, report.failures) == (method, "completed", [])
    claims = jwt.decode(bearer(asked.headers["authorization"]), options={"verify_signature": False})
    assert set(claims) == {"iat", "jti", "iss", "api_key", "application_id", "payload_hash"}


@pytest.mark.checklist("vonage-2", way="without")
async def test_the_token_of_a_query_may_say_nothing_of_it():
    app = App().on("/answer", socket_action())
    await call(app, faults=Faults(hashed_query=False), answer_method="GET")
    [asked] = app.asked("/answer")
    claims = jwt.decode(bearer(asked.headers["authorization"]), options={"verify_signature": False})
    assert "payload_hash" not in claims


@pytest.mark.checklist("vonage-2")
async def test_every_request_has_a_token_of_its_own():
    app = App().on("/answer", socket_action())
    await call(app)
    tokens = [jwt.decode(bearer(r.headers["authorization"]), options={"verify_signature": False}) for r in app.requests]
    assert len({claims["jti"] for claims in tokens}) == len(app.requests) > 5


@pytest.mark.checklist("vonage-3")
@pytest.mark.parametrize("forgery", FORGERIES)
async def test_an_application_that_checks_tokens_refuses_forged_ones(forgery):
    app = App().on("/answer", socket_action())
    report = await call(app, faults=Faults(webhook=forgery))
    assert (report.failures, report.status, app.sessions) == ([], "failed", [])


@pytest.mark.checklist("vonage-3")
async def test_an_application_that_trusts_everybody_fails():
    app = App().on("/answer", TALK)
    app.trusts = True
    report = await call(app, phone=wait, faults=Faults(webhook="wrong secret"))
    assert len(report.failures) == 2


async def never(_request):
    await trio.sleep_forever()


@pytest.mark.checklist("vonage-4", "vonage-5", "vonage-7")
async def test_an_answer_that_takes_too_long():
    app = App().on("/answer", never)
    report = await call(app, answer_timeout=0.1)
    assert (len(app.asked("/answer")), report.status) == (2, "failed")
    assert [entry.data["trouble"] for entry in report.journal.of("http.response")][-1] == ""  # the event of the end
    assert app.statuses()[-1] == "failed"


@pytest.mark.checklist("vonage-4")
async def test_an_event_may_take_longer_than_an_answer():
    async def slowly(_request):
        await trio.sleep(0.2)
        return Response(204)

    app = App().on("/answer", socket_action()).on("/event", slowly)
    await call(app, answer_timeout=0.1, event_timeout=2.0)
    assert app.statuses().count("completed") == 1


@pytest.mark.checklist("vonage-5")
@pytest.mark.parametrize(("status", "times"), [(429, 2), (503, 2), (504, 2), (401, 1), (404, 1), (500, 1)])
async def test_which_statuses_are_tried_again(status, times):
    app = App().on("/answer", Response(status))
    await call(app)
    assert len(app.asked("/answer")) == times


@pytest.mark.checklist("vonage-5", by="after")
@pytest.mark.parametrize("after", [0.02, 0.3])
async def test_a_retry_comes_some_time_after(after):
    report = await call(App().on("/answer", Response(503)), retry_after=after)
    first, second = [e.at for e in report.journal.of("http.request") if e.data["url"].endswith("/answer")]
    assert second - first >= after


@pytest.mark.checklist("vonage-5")
async def test_nobody_there_is_tried_again():
    report = await call(App(), answer_url="http://127.0.0.1:9/answer")
    troubles = [entry.data["trouble"] for entry in report.journal.of("http.response") if "127" in entry.data["url"]]
    assert troubles == ["connection"] * 2


@pytest.mark.checklist("vonage-5", "vonage-8", "vonage-9")
@pytest.mark.parametrize(
    "answer",
    [
        Response(200, b"<xml/>", "text/xml"),
        Response(200, b'[{"action":"talk","text":"a"}]', "text/html"),
        Response(200, b"[", "application/json"),
        Response(200, b"{}", "application/json"),
        ncco({"action": "dance"}),
        ncco({"action": "talk", "text": "a" * 1501}),
        ncco({"action": "talk", "text": "a", "level": 2}),
        ncco(socket_action(rate="audio/l16;rate=44100")),
        ncco(socket_action(headers={"a": "x" * 510})),
        ncco(socket_action(limit=7201)),
        ncco({**socket_action(), "endpoint": []}),
        ncco({**socket_action(), "randomFromNumber": True}),
        ncco({"action": "input", "type": ["smell"]}),
    ],
)
async def test_what_is_no_ncco_ends_the_call(answer):
    app = App().on("/answer", answer)
    report = await call(app)
    assert (len(app.asked("/answer")), report.status) == (1, "failed")
    assert [fields["reason"] for fields in app.told() if "reason" in fields]


@pytest.mark.checklist("vonage-6")
async def test_the_fallback_is_asked_twice_with_what_was_lost():
    app = App().on("/answer", Response(500)).on("/fallback", Response(500))
    report = await call(app, fallback_url=f"{PUBLIC}/fallback")
    first, second = app.told("/fallback")
    assert first == second
    assert first["uuid"] == report.call_sid
    assert first["reason"] == "status 500"
    assert first["original_request"] == {"url": f"{PUBLIC}/answer", "type": "answer"}
    assert report.status == "failed"


@pytest.mark.checklist("vonage-6")
async def test_the_fallback_carries_the_call():
    app = App().on("/answer", Response(404)).on("/fallback", socket_action())
    assert (await call(app, fallback_url=f"{PUBLIC}/fallback")).status == "completed"
    assert len(app.sessions) == 1


@pytest.mark.checklist("vonage-7")
async def test_an_event_that_cannot_be_told_changes_nothing():
    app = App().on("/answer", socket_action()).on("/event", Response(500))
    report = await call(app)
    assert (report.status, len(app.sessions)) == ("completed", 1)


@pytest.mark.checklist("vonage-10")
async def test_the_legs_have_events_of_their_own():
    app = App().on("/answer", socket_action())
    report = await call(app)
    assert app.statuses() == ["started", "ringing", "answered", "completed"]
    assert app.statuses("/stream") == ["started", "answered", "completed"]
    legs = {fields["uuid"] for fields in app.told("/stream")}
    assert len(legs) == 1
    assert report.call_sid not in legs
    for fields in app.told("/stream"):
        assert (fields["to"], fields["headers"]["call"]) == ("wss://media.example.org/media?t=one", "c1")
    for path in ("/event", "/stream"):
        done = app.told(path)[-1]
        assert all(isinstance(done[name], str) for name in ("duration", "price", "rate", "network", "end_time"))


@pytest.mark.checklist("vonage-11", by="events")
@pytest.mark.parametrize(("events", "tokens"), [("twice", 1), ("twice, new token", 2)])
async def test_events_may_come_twice(events, tokens):
    app = App().on("/answer", socket_action())
    await call(app, faults=Faults(events=events))
    ends = [request for request in app.asked("/event") if json.loads(request.body)["status"] == "completed"]
    assert len({request.body for request in ends}) == 1
    ids = {jwt.decode(bearer(r.headers["authorization"]), options={"verify_signature": False})["jti"] for r in ends}
    assert (len(ends), len(ids)) == (2, tokens)


@pytest.mark.checklist("vonage-11", way="shuffled")
async def test_events_may_come_in_another_order():
    app = App().on("/answer", socket_action())
    await call(app, faults=Faults(events="shuffled"))
    statuses = app.statuses()
    assert statuses != ["started", "ringing", "answered", "completed"]
    assert sorted(statuses) == ["answered", "completed", "ringing", "started"]


async def test_a_withheld_number():
    app = App().on("/answer", socket_action())
    await call(app, faults=Faults(anonymous=True))
    assert app.told("/answer")[0]["from"] == "anonymous"


@pytest.mark.parametrize("again", ["same token", "new token"])
async def test_the_answer_webhook_may_come_twice(again):
    app = App().on("/answer", lambda _request: ncco(socket_action(f"/media/{len(app.asked('/answer'))}")))
    await call(app, faults=Faults(duplicate_webhook=again))
    first, second = app.asked("/answer")
    assert (first.headers["authorization"] == second.headers["authorization"]) == (again == "same token")
    assert [session.path for session in app.sessions] == ["/media/2"]


def test_statuses_that_end_a_leg():
    assert "answered" not in OVER
