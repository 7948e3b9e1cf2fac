"""Webhooks: what Twilio asks, what the desk is asked, what Twilio is told."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from voiced.plugin import Admission, CallOffer, Dial, HangUp, Unavailable, WebResponse
from voiced_twilio import TwilioOptions, make, voiced_plugin

ACCOUNT = "AC00000000000000000000000000000001"
CALL = "CA00000000000000000000000000000001"
BASE = "https://agent.example.org/voice/twilio/"
MEDIA = f"wss://agent.example.org/voice/twilio/media/for-{CALL}"


def verbs(response: WebResponse) -> list[str]:
    """The verbs of a TwiML answer."""
    assert response.status == 200
    return [verb.tag for verb in ET.fromstring(response.body)]


def said(response: WebResponse) -> str:
    return ET.fromstring(response.body).findtext("Say", "")


def test_a_call_that_rings_gets_a_stream_and_a_way_back(carrier, desk, signed_post, of_call):
    answer = carrier().webhook(signed_post("/voice/inbound", of_call()), desk)
    assert desk.asked == [("offer", CallOffer("twilio", CALL, "+33600000001", "+33900000001"))]
    assert verbs(answer) == ["Connect", "Redirect"]
    document = ET.fromstring(answer.body)
    [stream] = document.iter("Stream")
    assert stream.attrib == {"url": MEDIA, "statusCallback": BASE + "stream"}
    assert [parameter.attrib for parameter in stream] == [{"name": "call_id", "value": "call-1"}]
    assert document.findtext("Redirect") == BASE + "after"
    assert document.find("Connect").attrib == {}


def test_the_same_by_get_and_at_the_carriers_own_address(carrier, desk, signed_post, signed_get, of_call):
    twilio = carrier()
    answers = [
        twilio.webhook(signed_post("/voice/inbound", of_call()), desk),
        twilio.webhook(signed_get("/voice/inbound", of_call()), desk),
        twilio.webhook(signed_post("/voice/twilio/inbound", of_call()), desk),
        twilio.webhook(signed_post("/voice/inbound", of_call()), desk),
    ]
    assert len({answer.body for answer in answers}) == 1
    assert len(set(desk.asked)) == 1


def test_whose_call_a_webhook_is_about_is_told_unverified(carrier, signed_post, signed_get, of_call):
    twilio = carrier()
    assert twilio.call_of(signed_post("/voice/twilio/after", of_call(), token="forged")) == CALL
    assert twilio.call_of(signed_get("/voice/inbound", of_call())) == CALL
    assert twilio.call_of(signed_post("/voice/inbound", {})) == ""
    assert twilio.call_of(replace(signed_post("/voice/inbound", {}), body=b"\xff&&=%")) == ""


@pytest.mark.parametrize("caller", ["", "anonymous", "+266696687", "sip:bob@example.org"])
def test_a_caller_without_a_number(carrier, desk, signed_post, of_call, caller: str):
    carrier().webhook(signed_post("/voice/inbound", of_call(From=caller)), desk)
    assert desk.asked[0][1].caller == caller


def test_a_public_address_below_a_path(carrier, desk, signed_post, of_call):
    """The proxy drops `/phone`; what we tell Twilio must hold it."""
    made = signed_post("/phone/voice/inbound", of_call())
    answer = carrier().webhook(replace(made, path="/voice/inbound"), desk)
    assert ET.fromstring(answer.body).findtext("Redirect") == "https://agent.example.org/phone/voice/twilio/after"


@pytest.mark.parametrize(
    "path", ["inbound", "status", "twilio/after", "twilio/dialled", "twilio/stream", "twilio/fallback", "nowhere"]
)
def test_a_stranger_learns_and_moves_nothing(carrier, desk, log, signed_post, of_call, path: str):
    made = signed_post(f"/voice/{path}", of_call(), token="a stranger's")
    assert carrier().webhook(made, desk) == WebResponse(status=403)
    assert desk.asked == []
    assert log.lines == [("webhook_refused", {"why": "signature"})]


def test_a_tampered_field_is_a_stranger(carrier, desk, signed_post, of_call):
    made = signed_post("/voice/inbound", of_call())
    changed = replace(made, body=made.body.replace(b"33600000001", b"33600000002"))
    assert carrier().webhook(changed, desk).status == 403
    assert desk.asked == []


def test_another_account_is_refused(carrier, desk, signed_post, of_call):
    other = of_call(AccountSid="AC00000000000000000000000000000002")
    assert carrier().webhook(signed_post("/voice/inbound", other), desk).status == 403
    assert desk.asked == []


def test_addresses_and_calls_that_are_not(carrier, desk, signed_post, of_call):
    assert carrier().webhook(signed_post("/voice/twilio/nowhere", of_call()), desk).status == 404
    assert carrier().webhook(signed_post("/voice/inbound", {"AccountSid": ACCOUNT}), desk).status == 400
    assert desk.asked == []


def test_a_full_house_is_polite(carrier, desk, signed_post, of_call):
    desk.refuses = True
    answer = carrier().webhook(signed_post("/voice/inbound", of_call()), desk)
    assert verbs(answer) == ["Say", "Hangup"]
    assert "occupées" in said(answer)
    [say] = ET.fromstring(answer.body).iter("Say")
    assert say.attrib == {"language": "fr-FR", "voice": "Polly.Lea-Neural"}


def test_a_full_house_may_ring_busy(carrier, desk, signed_post, of_call):
    desk.refuses = True
    twilio = carrier(refuse_with="busy")
    assert verbs(twilio.webhook(signed_post("/voice/inbound", of_call()), desk)) == ["Reject"]
    answered = of_call(CallStatus="in-progress")
    assert verbs(twilio.webhook(signed_post("/voice/inbound", answered), desk)) == ["Say", "Hangup"]


def test_after_a_stream_the_desk_decides(carrier, desk, signed_post, of_call):
    twilio = carrier()
    after = signed_post("/voice/twilio/after", of_call(CallStatus="in-progress"))

    desk.next = HangUp()
    assert verbs(twilio.webhook(after, desk)) == ["Hangup"]
    desk.next = HangUp("Au revoir.")
    assert said(twilio.webhook(after, desk)) == "Au revoir."
    desk.next = Admission("call-1", "wss://agent.example.org/voice/twilio/media/second")
    assert verbs(twilio.webhook(after, desk)) == ["Connect", "Redirect"]
    desk.next = Dial("+33100000001", "+33900000001", say="Un instant.")
    assert [part.tag for part in ET.fromstring(twilio.webhook(after, desk).body)] == ["Say", "Dial"]
    desk.next = Dial("+33100000001", "+33900000001", timeout=15)
    answer = twilio.webhook(after, desk)
    [dial] = ET.fromstring(answer.body).iter("Dial")
    assert dial.attrib == {
        "timeout": "15",
        "timeLimit": "3600",
        "callerId": "+33900000001",
        "action": BASE + "dialled",
    }
    assert dial.findtext("Number") == "+33100000001"
    assert desk.asked == [("after_stream", CallOffer("twilio", CALL, "+33600000001", "+33900000001"))] * 5


@pytest.mark.parametrize(
    ("told", "result"),
    [
        ("completed", "answered"),
        ("answered", "answered"),
        ("busy", "busy"),
        ("no-answer", "no-answer"),
        ("canceled", "canceled"),
        ("failed", "failed"),
        ("something new", "failed"),
        ("", "failed"),
    ],
)
def test_what_became_of_a_dial(carrier, desk, signed_post, of_call, told: str, result: str):
    desk.next = HangUp("Personne ne répond.")
    fields = of_call(CallStatus="in-progress", DialCallStatus=told)
    answer = carrier().webhook(signed_post("/voice/twilio/dialled", fields), desk)
    assert desk.asked == [("dialled", "twilio", CALL, result)]
    assert said(answer) == "Personne ne répond."


def test_a_caller_who_hung_up_while_it_rang(carrier, desk, signed_post, of_call):
    fields = of_call(CallStatus="completed", DialCallStatus="canceled")
    assert verbs(carrier().webhook(signed_post("/voice/twilio/dialled", fields), desk)) == []
    assert desk.asked == [("dialled", "twilio", CALL, "canceled"), ("over", "twilio", CALL, "completed")]


@pytest.mark.parametrize("status", ["completed", "busy", "failed", "no-answer", "canceled"])
@pytest.mark.parametrize("path", ["/voice/status", "/voice/inbound", "/voice/twilio/after", "/voice/twilio/fallback"])
def test_a_call_that_is_over(carrier, desk, signed_post, of_call, status: str, path: str):
    assert verbs(carrier().webhook(signed_post(path, of_call(CallStatus=status)), desk)) == []
    assert desk.asked == [("over", "twilio", CALL, status)]


@pytest.mark.parametrize("status", ["ringing", "in-progress", "initiated", "queued"])
def test_a_call_that_goes_on(carrier, desk, signed_post, of_call, status: str):
    carrier().webhook(signed_post("/voice/status", of_call(CallStatus=status)), desk)
    assert desk.asked == []


def test_the_fate_of_a_stream_is_noted(carrier, desk, log, signed_post, of_call):
    for event in ("stream-started", "stream-stopped"):
        fields = of_call(StreamEvent=event)
        assert carrier().webhook(signed_post("/voice/twilio/stream", fields), desk).status == 204
    assert log.lines == []
    failed = of_call(StreamEvent="stream-error", StreamError=f"31920 handshake with {MEDIA} failed")
    assert carrier().webhook(signed_post("/voice/twilio/stream", failed), desk).status == 204
    assert log.lines == [("stream_failed", {"call": CALL, "code": "31920"})]
    assert desk.asked == []


def test_the_fallback_address_needs_nobody(carrier, desk, signed_post, of_call):
    failed = of_call(ErrorCode="11200", ErrorUrl="https://agent.example.org/voice/inbound")
    answer = carrier().webhook(signed_post("/voice/twilio/fallback", failed), desk)
    assert verbs(answer) == ["Say", "Hangup"]
    assert "désolés" in said(answer)

    answer = carrier(fallback_number="+33100000001").webhook(signed_post("/voice/twilio/fallback", failed), desk)
    assert verbs(answer) == ["Say", "Dial"]
    [dial] = ET.fromstring(answer.body).iter("Dial")
    assert dial.attrib == {"timeout": "25", "timeLimit": "3600", "callerId": "+33900000001"}
    assert dial.findtext("Number") == "+33100000001"
    assert desk.asked == []


RECORDINGS = {"apology_recording": "https://a.example/sorry.wav", "transfer_recording": "https://a.example/person.wav"}


@pytest.mark.parametrize(
    ("follows", "played"),
    [
        (HangUp("Un incident est arrivé."), ["https://a.example/sorry.wav"]),
        (Dial("+33199000001", "", say="Je vous passe quelqu'un."), ["https://a.example/person.wav"]),
        (HangUp(), []),
        (Dial("+33199000001", ""), []),
    ],
)
def test_where_our_voice_could_not_speak_a_recording_does(carrier, desk, signed_post, of_call, follows, played):
    desk.next = follows
    answer = carrier(**RECORDINGS).webhook(signed_post("/voice/twilio/after", of_call()), desk)
    document = ET.fromstring(answer.body)
    assert [play.text for play in document.iter("Play")] == played
    assert document.find("Say") is None


@pytest.mark.parametrize(("person", "played"), [("", "sorry"), ("+33100000001", "person")])
def test_the_fallback_address_plays_it_too(carrier, desk, signed_post, of_call, person, played):
    twilio = carrier(fallback_number=person, **RECORDINGS)
    answer = twilio.webhook(signed_post("/voice/twilio/fallback", of_call(ErrorCode="11200")), desk)
    assert ET.fromstring(answer.body).findtext("Play") == f"https://a.example/{played}.wav"


def test_who_is_refused_hears_why(carrier, desk, signed_post, of_call):
    desk.refuses = True
    assert verbs(carrier(**RECORDINGS).webhook(signed_post("/voice/inbound", of_call()), desk)) == ["Say", "Hangup"]


def test_no_number_or_word_of_a_caller_is_logged(carrier, desk, log, signed_post, of_call):
    desk.refuses = True
    for path in ("/voice/inbound", "/voice/twilio/fallback"):
        carrier().webhook(signed_post(path, of_call()), desk)
    assert log.lines
    assert "+33" not in str(log.lines)


def test_the_media_socket_is_opened_by_twilio_only(carrier, signed_get):
    good = signed_get("/voice/twilio/media/token", {})
    assert carrier().admits(good)
    assert not carrier().admits(replace(good, headers={}))
    assert not carrier().admits(replace(good, url=good.url + "x"))


def test_each_stream_has_a_leg_of_its_own(carrier):
    twilio = carrier()
    assert twilio.leg() is not twilio.leg()
    assert twilio.leg().capabilities.marks


def test_the_plugin_makes_its_carrier(host):
    [provider] = voiced_plugin().providers
    assert (provider.kind, provider.name) == ("telco", "twilio")
    made = provider.make(TwilioOptions(ACCOUNT, ("token",)), host)
    assert made.leg().capabilities.clear


def test_an_empty_token_is_refused_at_the_start(host):
    with pytest.raises(Unavailable, match="auth_tokens"):
        make(TwilioOptions(ACCOUNT, ("",)), host)
