"""Webhooks: what Vonage asks, what the desk is asked, what Vonage is told."""

import json

import pytest
from msgspec.structs import replace
from vonage_side import APPLICATION, CALL, of_call, of_socket
from vonage_voice.models.ncco import Connect, Stream, Talk

from voiced.plugin import Admission, CallOffer, Dial, HangUp, Unavailable, WebResponse
from voiced_vonage import VonageOptions, make, voiced_plugin
from voiced_vonage.signature import Signatures

OFFER = CallOffer("vonage", CALL, "+33600000001", "+33900000001")
BASE = "https://agent.example.org/voice/vonage/"
MEDIA = "wss://agent.example.org/voice/vonage/media/t.1"
ADMISSION = Admission("call-1", MEDIA)


def by_library(action):
    """Let Vonage's own models read an action: they refuse what Vonage would."""
    fields = {"from_" if name == "from" else name: value for name, value in action.items() if name != "action"}
    if action["action"] == "talk":
        return Talk(**fields)
    if action["action"] == "stream":
        return Stream(**fields)
    [endpoint] = fields["endpoint"]
    renamed = {"content-type": "contentType"}
    return Connect(**{**fields, "endpoint": [{renamed.get(name, name): value for name, value in endpoint.items()}]})


def test_a_call_that_rings_gets_a_socket(ask, desk, sender):
    [connect] = ask(sender.post("/voice/inbound", of_call()))
    assert desk.asked == [("offer", OFFER)]
    [endpoint] = connect.pop("endpoint")
    assert connect == {
        "action": "connect", "from": "33900000001", "eventType": "synchronous", "eventMethod": "POST",
        "eventUrl": [f"{BASE}stream/{CALL}"], "timeout": 10, "limit": 7200,
    }  # fmt: skip
    assert endpoint["uri"] == MEDIA
    assert endpoint["content-type"] == "audio/l16;rate=8000"
    assert endpoint["headers"] == {
        "call": CALL, "call_id": "call-1", "called": "+33900000001", "caller": "+33600000001",
    }  # fmt: skip
    assert by_library({**connect, "endpoint": [endpoint]}).endpoint[0].uri == MEDIA


def test_the_same_by_get_and_at_the_carriers_own_address(ask, desk, sender):
    answers = [
        ask(sender.post("/voice/vonage/inbound", of_call())),
        ask(sender.get("/voice/inbound", of_call())),
        ask(sender.get("/voice/vonage/inbound", of_call())),
    ]
    assert [answer[0]["endpoint"][0]["headers"] for answer in answers] == [answers[0][0]["endpoint"][0]["headers"]] * 3
    assert set(desk.asked) == {("offer", OFFER)}


@pytest.mark.parametrize("caller", ["", "anonymous", "sip:bob@example.org", "Unknown"])
def test_a_caller_without_a_number(ask, desk, sender, caller):
    ask(sender.post("/voice/inbound", {**of_call(), "from": caller}))
    assert desk.asked[0][1].caller == caller


def test_headers_stay_within_what_vonage_takes(ask, sender):
    long = "sip:" + "x" * 600 + "@example.org"
    [connect] = ask(sender.post("/voice/inbound", {**of_call(), "from": long}))
    assert list(connect["endpoint"][0]["headers"]) == ["call", "call_id", "called"]


def test_a_public_address_below_a_path(ask, sender):
    """The proxy drops `/phone`; what we tell Vonage must hold it."""
    made = sender.post("/phone/voice/inbound", of_call())
    [connect] = ask(replace(made, path="/voice/inbound"))
    assert connect["eventUrl"] == [f"https://agent.example.org/phone/voice/vonage/stream/{CALL}"]


def test_whose_call_a_webhook_is_about_is_told_unverified(carrier, sender):
    vonage = carrier()
    assert vonage.call_of(sender.post("/voice/status", of_call(), secret="forged" * 8)) == CALL
    assert vonage.call_of(sender.get("/voice/inbound", of_call())) == CALL
    assert vonage.call_of(sender.post(f"/voice/vonage/dialled/{CALL}", {"uuid": "callee"})) == CALL
    assert vonage.call_of(sender.post("/voice/status", of_socket("completed"))) == CALL
    assert vonage.call_of(sender.post("/voice/status", {"call_uuid": CALL, "status": "machine"})) == CALL
    assert vonage.call_of(sender.post("/voice/inbound", {})) == ""
    for body in (b"\xff", b"[", b"[]", b"[" * 20_000, b'{"uuid":{}}', b'{"uuid":"../../etc"}'):
        assert vonage.call_of(replace(sender.post("/voice/inbound", {}), body=body)) == ""


@pytest.mark.parametrize(
    "path", ["inbound", "status", "vonage/outbound", f"vonage/stream/{CALL}", "vonage/fallback", "x"]
)
def test_a_stranger_learns_and_moves_nothing(carrier, desk, host, sender, path):
    made = sender.post(f"/voice/{path}", of_call(status="completed"), secret="a stranger's" * 4)
    assert carrier().webhook(made, desk) == WebResponse(status=403)
    assert desk.asked == []
    [memo] = host.log.memos
    assert (memo.event, memo.facts) == ("webhook_refused", {"why": "signature"})


def test_a_tampered_or_old_request_is_a_stranger(ask, desk, sender):
    made = sender.post("/voice/inbound", of_call())
    assert ask(replace(made, body=made.body.replace(b"33600000001", b"33600000002"))) == 403
    assert ask(sender.post("/voice/inbound", of_call(), iat=1_767_261_600 - 600)) == 403
    assert desk.asked == []


def test_another_application_is_refused(ask, carrier, desk, sender):
    ours, another = carrier(application_id=APPLICATION), APPLICATION.replace("a", "c")
    assert ask(sender.post("/voice/inbound", of_call(), application_id=another), ours) == 403
    assert desk.asked == []
    assert ask(sender.post("/voice/inbound", of_call()), ours) != 403


def test_the_same_request_again_is_answered_as_before_and_moves_nothing(ask, desk, sender):
    made = sender.post("/voice/inbound", of_call(), jti="once")
    assert ask(made) == ask(made)
    assert len(desk.asked) == 1
    other = sender.post("/voice/status", of_call(status="completed"), jti="once")
    assert ask(other) == 403
    assert len(desk.asked) == 1


def test_addresses_and_calls_that_are_not(ask, desk, sender):
    assert ask(sender.post("/voice/vonage/nowhere", of_call())) == 404
    assert ask(sender.post("/voice/inbound", {"from": "33600000001"})) == 400
    assert desk.asked == []


def test_a_full_house_is_polite(ask, desk, sender):
    desk.refuses = True
    [talk] = ask(sender.post("/voice/inbound", of_call()))
    assert "occupées" in talk["text"]
    assert (talk["language"], talk["style"]) == ("fr-FR", 1)
    assert by_library(talk)


def test_a_call_that_we_placed_is_offered_from_the_persons_side(ask, desk, sender):
    ask(sender.post("/voice/vonage/outbound", {**of_call(), "from": "33900000001", "to": "33600000001"}))
    assert desk.asked == [("offer", OFFER)]


@pytest.mark.parametrize(
    ("follows", "actions"), [(HangUp(), 204), (HangUp("Au revoir."), ["talk"]), (ADMISSION, ["connect"])]
)
def test_after_a_stream_the_desk_decides(ask, desk, sender, follows, actions):
    desk.next = follows
    told = ask(sender.post(f"/voice/vonage/stream/{CALL}", of_socket("disconnected")))
    assert (told if isinstance(told, int) else [action["action"] for action in told]) == actions
    assert desk.asked == [("after_stream", OFFER)]


def test_a_person_is_called_and_shown_our_number(ask, desk, sender):
    desk.next = Dial("+33199000001", "+33900000001", 20.4, "Ne quittez pas.")
    talk, connect = ask(sender.post(f"/voice/vonage/stream/{CALL}", of_socket("disconnected")))
    assert talk["text"] == "Ne quittez pas."
    assert connect == {
        "action": "connect", "from": "33900000001", "eventType": "synchronous", "eventMethod": "POST",
        "eventUrl": [f"{BASE}dialled/{CALL}"], "timeout": 20, "limit": 3600,
        "endpoint": [{"type": "phone", "number": "33199000001"}],
    }  # fmt: skip
    assert by_library(connect).limit == 3600


@pytest.mark.parametrize("status", ["failed", "unanswered", "timeout", "rejected", "busy", "cancelled"])
def test_a_socket_that_could_not_be_opened_is_followed_too(ask, desk, host, sender, status):
    desk.next = HangUp("Excusez-nous.")
    assert len(ask(sender.post(f"/voice/vonage/stream/{CALL}", of_socket(status)))) == 1
    assert [memo.event for memo in host.log.memos] == ["stream_failed"]


@pytest.mark.parametrize("status", ["started", "ringing", "answered", "completed"])
def test_other_events_of_a_stream_move_nothing(ask, desk, sender, status):
    assert ask(sender.post(f"/voice/vonage/stream/{CALL}", of_socket(status))) == 204
    assert ask(sender.post("/voice/status", of_socket(status))) == 204
    assert desk.asked == []


def test_a_call_taken_over_is_offered_as_at_its_beginning(ask, desk, sender):
    """Nothing is known here of the call: the echoed headers say who called."""
    desk.next = ADMISSION
    [connect] = ask(sender.post(f"/voice/vonage/stream/{CALL}", of_socket("disconnected")))
    assert desk.asked == [("after_stream", OFFER)]
    assert connect["endpoint"][0]["headers"]["caller"] == "+33600000001"


def test_a_call_that_is_over_is_not_taken_up_again(ask, desk, sender):
    ask(sender.post("/voice/status", of_call(status="completed")))
    assert desk.asked == [("over", "vonage", CALL, "completed")]
    assert ask(sender.post(f"/voice/vonage/stream/{CALL}", of_socket("disconnected"))) == 204
    assert ask(sender.post(f"/voice/vonage/dialled/{CALL}", {"uuid": "callee", "status": "cancelled"})) == 204
    assert len(desk.asked) == 1


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        ("completed", "completed"), ("failed", "failed"), ("rejected", "failed"), ("busy", "busy"),
        ("timeout", "no-answer"), ("unanswered", "no-answer"), ("cancelled", "canceled"),
    ],
)  # fmt: skip
def test_the_end_of_the_callers_leg_ends_the_call(ask, desk, sender, status, ours):
    assert ask(sender.post("/voice/status", of_call(status=status))) == 204
    assert desk.asked == [("over", "vonage", CALL, ours)]


@pytest.mark.parametrize("status", ["started", "ringing", "answered", "transfer", "human", "", "later"])
def test_what_does_not_end_a_call(ask, desk, sender, status):
    assert ask(sender.post("/voice/status", of_call(status=status))) == 204
    assert desk.asked == []


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("completed", "answered"), ("busy", "busy"), ("timeout", "no-answer"), ("unanswered", "no-answer"),
        ("rejected", "failed"), ("failed", "failed"), ("cancelled", "canceled"),
    ],
)  # fmt: skip
def test_what_became_of_a_person(ask, desk, sender, status, result):
    desk.next = HangUp()
    callee = {"from": "33900000001", "to": "33199000001", "uuid": "callee"}
    for quiet in ("started", "ringing", "answered", "machine"):
        assert ask(sender.post(f"/voice/vonage/dialled/{CALL}", {**callee, "status": quiet})) == 204
    assert ask(sender.post(f"/voice/vonage/dialled/{CALL}", {**callee, "status": status})) == 204
    assert desk.asked == [("dialled", "vonage", CALL, result)]


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        (("answered",), ("dialled", "vonage", CALL, "answered")),
        (("answered", "completed"), ("dialled", "vonage", CALL, "answered")),
        (("started", "ringing"), ("over", "vonage", CALL, "completed")),
    ],
)
def test_who_was_put_through_did_not_hang_up_on_us(ask, desk, sender, told, asked):
    """The legs of a caller and of the person they talk to end together: their events come in any order."""
    callee = {"from": "33900000001", "to": "33199000001", "uuid": "callee"}
    for status in told:
        ask(sender.post(f"/voice/vonage/dialled/{CALL}", {**callee, "status": status}))
    ask(sender.post("/voice/status", of_call(status="completed")))
    ask(sender.post(f"/voice/vonage/dialled/{CALL}", {**callee, "status": "completed"}))
    assert desk.asked[0] == asked
    assert {each[-1] for each in desk.asked} == {asked[-1]}


def test_a_leg_that_failed_is_not_answered_by_its_end(ask, desk, sender):
    """The call goes on with a new stream: nothing that comes late about that leg may end it."""
    ask(sender.post("/voice/inbound", of_call()))
    desk.next, callee = ADMISSION, {"from": "33900000001", "to": "33199000001", "uuid": "callee"}
    [connect] = ask(sender.post(f"/voice/vonage/dialled/{CALL}", {**callee, "status": "busy"}))
    assert connect["endpoint"][0]["headers"]["caller"] == "+33600000001"
    assert ask(sender.post(f"/voice/vonage/dialled/{CALL}", {**callee, "status": "completed"})) == 204
    assert [asked[0] for asked in desk.asked] == ["offer", "dialled"]


@pytest.mark.parametrize("path", [f"stream/{CALL}", f"dialled/{CALL}"])
def test_an_event_that_comes_again_gets_the_same_answer_and_moves_nothing(ask, desk, sender, path):
    desk.next, status = ADMISSION, "disconnected" if path.startswith("stream") else "busy"
    fields = of_socket(status) if path.startswith("stream") else of_call(status=status, uuid="callee")
    first = ask(sender.post(f"/voice/vonage/{path}", fields))
    desk.next = HangUp("Au revoir.")
    assert ask(sender.post(f"/voice/vonage/{path}", fields)) == first
    assert len(desk.asked) == 1
    assert ask(sender.post(f"/voice/vonage/{path}", {**fields, "uuid": "the-next"}))[0]["action"] == "talk"


def test_the_fallback_apologises(ask, desk, host, sender):
    [talk] = ask(sender.post("/voice/vonage/fallback", of_call(reason="timeout", original_request={"type": "answer"})))
    assert "désolés" in talk["text"]
    assert (desk.asked, [memo.level for memo in host.log.memos]) == ([], ["error"])


def test_the_fallback_finds_a_person(ask, carrier, sender):
    vonage = carrier(fallback_number="+33199000002", fallback_timeout=30)
    talk, connect = ask(sender.post("/voice/vonage/fallback", of_call()), vonage)
    assert "relation" in talk["text"]
    assert (connect["timeout"], connect["endpoint"][0]["number"], connect["from"]) == (30, "33199000002", "33900000001")
    assert "eventUrl" not in connect


SORRY, PERSON = "https://a.example/sorry.wav", "https://a.example/person.wav"


@pytest.fixture
def recorded(carrier):
    """Vonage with recordings that stand for its own voice."""
    return lambda **options: carrier(apology_recording=SORRY, transfer_recording=PERSON, **options)


@pytest.mark.parametrize(
    ("follows", "played"),
    [
        (HangUp("Un incident est arrivé."), [[SORRY]]),
        (Dial("+33199000001", "", say="Je vous passe quelqu'un."), [[PERSON], None]),
        (Dial("+33199000001", ""), [None]),
    ],
)
def test_where_our_voice_could_not_speak_a_recording_does(ask, desk, recorded, sender, follows, played):
    desk.next = follows
    actions = ask(sender.post(f"/voice/vonage/stream/{CALL}", of_socket("disconnected")), recorded())
    assert [action.get("streamUrl") for action in actions] == played
    assert "talk" not in {action["action"] for action in actions}


@pytest.mark.parametrize(("person", "played"), [("", SORRY), ("+33199000002", PERSON)])
def test_the_fallback_plays_it_too(ask, recorded, sender, person, played):
    vonage = recorded(fallback_number=person)
    first, *_ = ask(sender.post("/voice/vonage/fallback", of_call()), vonage)
    assert by_library(first).streamUrl == [played]


def test_who_is_refused_hears_why(ask, desk, recorded, sender):
    desk.refuses = True
    assert [action["action"] for action in ask(sender.post("/voice/inbound", of_call()), recorded())] == ["talk"]


def test_long_words_are_said_in_parts(ask, desk, sender):
    desk.next = HangUp("é" * 2000)
    talks = ask(sender.post(f"/voice/vonage/stream/{CALL}", of_socket("disconnected")))
    assert [len(by_library(talk).text) for talk in talks] == [1500, 500]


def upgrade(sender, proof, token="t.1", **claims):
    headers = {"authorization": proof if proof is not None else f"Bearer {sender.token(**claims)}"}
    asked = sender.get(f"/voice/vonage/media/{token}", {})
    return replace(asked, headers=headers, query="")


def test_a_media_socket_shows_what_it_was_told(ask, carrier, sender):
    [connect] = ask(sender.post("/voice/inbound", of_call()))
    told = connect["endpoint"][0]["authorization"]
    assert told["type"] == "custom"
    assert carrier().admits(upgrade(sender, told["value"]))
    assert not carrier().admits(upgrade(sender, told["value"], token="t.2"))
    assert not carrier().admits(upgrade(sender, ""))
    assert not carrier().admits(upgrade(sender, None))


def test_a_media_socket_may_show_vonages_own_token(ask, carrier, sender):
    vonage = carrier(media_proof="vonage")
    [connect] = ask(sender.post("/voice/inbound", of_call()), vonage)
    assert connect["endpoint"][0]["authorization"] == {"type": "vonage"}
    assert vonage.admits(upgrade(sender, None))
    assert not vonage.admits(upgrade(sender, None, secret="a stranger's" * 4))


def test_a_media_socket_may_show_nothing_but_its_address(ask, carrier, sender):
    vonage = carrier(media_proof="none")
    [connect] = ask(sender.post("/voice/inbound", of_call()), vonage)
    assert "authorization" not in connect["endpoint"][0]
    assert vonage.admits(upgrade(sender, ""))


def test_without_an_account_nobody_is_admitted(ask, carrier, desk, sender):
    assert ask(sender.post("/voice/inbound", of_call()), carrier(api_key="", signature_secrets=())) == 403
    assert ask(sender.post("/voice/inbound", of_call(), api_key=""), carrier(api_key="")) == 403
    assert not carrier(signature_secrets=()).admits(upgrade(sender, ""))
    assert desk.asked == []


def test_it_is_a_plugin(host):
    spec = voiced_plugin()
    assert [(each.kind, each.name) for each in spec.providers] == [("telco", "vonage")]
    assert make(VonageOptions(), host).leg().encode
    with pytest.raises(Unavailable, match="signature_secrets"):
        make(VonageOptions(signature_secrets=("",)), host)


def test_the_address_of_the_api_is_encrypted():
    with pytest.raises(ValueError, match="not encrypted"):
        VonageOptions(url="http://api.example.org")


def test_proofs_are_no_secrets():
    proof = Signatures("k", ("s3cret",)).prove("t.1")
    assert "s3cret" not in proof
    assert json.dumps(proof).isascii()
