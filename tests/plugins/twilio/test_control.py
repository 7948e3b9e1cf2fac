"""Calls controlled over REST, by the emulated account that the official library also talks to."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial

import pytest
import trio
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from voiced.net import Network
from voiced.plugin import (
    Admission,
    Controllable,
    Dial,
    HangUp,
    OutboundCall,
    ProviderBadInput,
    ProviderOverloaded,
    ProviderRefused,
    ProviderThrottled,
)
from voiced.testing.twilio import AUTH_TOKEN, Callee, Options, RestFaults, Twilio, open_rest
from voiced.testing.twilio.http_server import Response, serve_http

PUBLIC = "https://agent.example.org"
HOOKS = f"{PUBLIC}/voice/twilio/"
PERSON = "+33100000001"
LONG = b"<Response><Pause length='60'/></Response>"
BYE = b"<Response><Hangup/></Response>"


class App:
    """An application that answers each path with TwiML, and keeps what it was asked."""

    def __init__(self):
        self.answers = {"/voice/inbound": LONG}
        self.asked = []

    async def answer(self, request):
        await trio.lowlevel.checkpoint()
        self.asked.append(request)
        return Response(200, self.answers.get(request.path, BYE), "text/xml")

    def of(self, path):
        return [request for request in self.asked if request.path == path]


@asynccontextmanager
async def account(carrier, *, callees=None, **options):
    """An application, the emulated account before it, and our control of it."""
    app = App()
    async with trio.open_nursery() as nursery:
        port = await nursery.start(serve_http, app.answer, 0)
        routes = {PUBLIC: f"http://127.0.0.1:{port}"}
        twilio = Twilio(f"{PUBLIC}/voice/inbound", options=Options(routes=routes, callees=callees or {}))
        async with open_rest(twilio) as double:
            net = Network("twilio")
            ours = carrier(net, **{"url": double.url, "auth_tokens": (AUTH_TOKEN,), **options})
            assert isinstance(ours, Controllable)
            yield app, twilio, double, ours.control
            await net.aclose()
        nursery.cancel_scope.cancel()


async def in_call(twilio, act):
    """Place a call to the application; `act` on it once it was answered; return its report."""

    async def phone(phone):
        await act(phone.call_sid)
        await phone.wait_end()

    with trio.fail_after(10):
        return await twilio.call(phone)


async def test_a_call_is_hung_up_and_once_more(carrier):
    async with account(carrier) as (_, twilio, _, control):
        report = await in_call(twilio, control.hang_up)
        assert report.status == "completed"
        await control.hang_up(report.call_sid)


@pytest.mark.parametrize("forget", [True, False])
async def test_a_call_that_is_over_is_hung_up_but_not_redirected(carrier, forget):
    async with account(carrier) as (_, twilio, double, control):
        double.faults = RestFaults(forget_ended=forget)
        report = await in_call(twilio, control.hang_up)
        await control.hang_up(report.call_sid)
        with pytest.raises(ProviderBadInput):
            await control.redirect(report.call_sid, Dial(PERSON, ""), HOOKS)


async def test_a_call_is_given_to_a_person_and_its_end_is_told(carrier):
    async with account(carrier, callees={PERSON: Callee("busy")}) as (app, twilio, _, control):
        report = await in_call(
            twilio, partial(control.redirect, follows=Dial(PERSON, "+33912345678", 10.0, "Un instant."), hooks=HOOKS)
        )
        [told] = app.of("/voice/twilio/dialled")
    assert told.form["DialCallStatus"] == "busy"
    assert report.journal.codes == []
    assert [leg.parties.called for leg in report.dialled] == [PERSON]


async def test_a_call_gets_another_stream_or_a_last_word(carrier):
    async with account(carrier) as (app, twilio, double, control):
        nowhere = Admission("c1", f"{PUBLIC.replace('http', 'ws', 1)}/voice/twilio/media/t")
        await in_call(twilio, partial(control.redirect, follows=nowhere, hooks=HOOKS))
        assert app.of("/voice/twilio/after"), "the stream failed, and what follows it was asked for"
        report = await in_call(twilio, partial(control.redirect, follows=HangUp("Au revoir."), hooks=HOOKS))
        assert report.status == "completed"
        orders = [entry.data["fields"] for entry in double.journal.of("http.request")]
    assert "Au revoir." in orders[-1]["Twiml"]


async def test_a_call_is_placed_and_is_one_of_ours(carrier, desk):
    async with account(carrier, callees={PERSON: Callee()}) as (app, twilio, double, control):
        app.answers["/voice/twilio/inbound"] = BYE
        call = await control.place(OutboundCall(PERSON, "+33912345678", HOOKS))
        with trio.fail_after(10):
            await twilio.legs[call].settled.wait()
        [asked] = app.of("/voice/twilio/inbound")
        assert app.of("/voice/twilio/status")[-1].form["CallStatus"] == "completed"
        order = double.journal.of("http.request")[0].data["fields"]
    assert (asked.form["From"], asked.form["To"], order["Timeout"]) == ("+33912345678", PERSON, "25")


def test_a_call_that_we_placed_belongs_to_our_number(carrier, desk, signed_post, of_call):
    placed = of_call(From="+33900000001", To="+33600000001", Direction="outbound-api", CallStatus="in-progress")
    carrier().webhook(signed_post("/voice/twilio/inbound", placed), desk)
    [(_, offer)] = desk.asked
    assert (offer.caller, offer.called) == ("+33600000001", "+33900000001")


async def test_recordings_are_found_and_erased(carrier):
    async with account(carrier, callees={PERSON: Callee()}) as (_, _, double, control):
        order = {"To": PERSON, "From": "+33912345678", "Record": "true", "Twiml": "<Response><Pause/></Response>"}
        call = double.calls.create(order).json["sid"]
        with trio.fail_after(10):
            await double.twilio.legs[call].settled.wait()
        [recording] = await control.recordings(call)
        await control.delete_recording(recording)
        assert await control.recordings(call) == []
        await control.delete_recording(recording)


@pytest.mark.fault("twilio", "429 with Retry-After", "429 without Retry-After", "5xx")
@pytest.mark.parametrize(
    ("faults", "error"),
    [
        (RestFaults(throttled=True), ProviderThrottled),
        (RestFaults(throttled=True, retry_after=""), ProviderThrottled),
        (RestFaults(outage=503), ProviderOverloaded),
        (RestFaults(geo_blocked=("+33",)), ProviderBadInput),
    ],
)
async def test_refusals_have_their_type_and_say_what_to_do(carrier, faults, error):
    async with account(carrier) as (_, _, double, control):
        double.faults = faults
        with pytest.raises(error) as caught:
            await control.place(OutboundCall(PERSON, "+33912345678", HOOKS))
    assert PERSON not in str(caught.value)
    assert caught.value.provider == "twilio"
    if error is ProviderThrottled:
        assert caught.value.retry_after == (1.0 if faults.retry_after else None)
    if error is ProviderBadInput:
        assert "21215" in str(caught.value)
        assert "Geo permissions" in caught.value.hint


@pytest.mark.fault("twilio", "slow first byte")
async def test_who_does_not_wait_for_a_slow_answer_is_answered_later(carrier):
    async with account(carrier) as (_, _, double, control):
        double.faults = RestFaults(late=60.0)
        with trio.move_on_after(0.2) as impatient:
            await control.hang_up("CA" + "0" * 32)
        assert impatient.cancelled_caught
        double.faults = RestFaults()
        with trio.fail_after(10):
            await control.hang_up("CA" + "0" * 32)


@pytest.mark.fault("twilio", "401")
async def test_a_wrong_token_is_refused_and_an_api_key_does_as_well(carrier):
    async with account(carrier, auth_tokens=("wrong",)) as (_, _, _, control):
        with pytest.raises(ProviderRefused, match="20003") as caught:
            await control.hang_up("CA" + "0" * 32)
        assert "region" in caught.value.hint
    async with account(carrier, auth_tokens=("wrong",), api_key="SK1", api_secret="s") as (_, _, double, control):
        double.keys["SK1"] = "s"
        await control.hang_up("CA" + "0" * 32)


async def test_we_ask_as_the_official_library_does(carrier):
    """Side by side: the same hang-up, the same placing of a call, to the letter of their forms."""
    async with account(carrier, callees={PERSON: Callee("busy")}) as (_, twilio, double, control):

        def official():
            http = TwilioHttpClient()
            client = Client(twilio.account_sid, AUTH_TOKEN, http_client=http)
            client.api.base_url = double.url
            client.calls.create(
                to=PERSON,
                from_="+33912345678",
                url=f"{HOOKS}inbound",
                fallback_url=f"{HOOKS}fallback",
                status_callback=f"{HOOKS}status",
                timeout=25,
            )
            http.session.close()

        await control.place(OutboundCall(PERSON, "+33912345678", HOOKS))
        await trio.to_thread.run_sync(official)
        ours, theirs = double.journal.of("http.request")
    assert ours.data == theirs.data
