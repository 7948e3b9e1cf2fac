"""What the dialplan asks, and the line that it takes apart."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from voiced.plugin import Admission, CallOffer, Dial, HangUp, TcpTelco
from voiced_audiosocket.options import AudioSocketOptions
from voiced_audiosocket.webhooks import AudioSocket

CALL = "40325ec2-5efd-4bd3-805f-53576e581d13"
OFFER = CallOffer("audiosocket", CALL, "+33600000001", "+33900000001")
STREAM = f"stream|127.0.0.1:9020/{CALL}"


@pytest.mark.parametrize("path", ["audiosocket/inbound", "inbound"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_call_is_offered_and_told_where_its_sound_goes(carrier, desk, question, path, method):
    answer = carrier.webhook(question(path, method=method), desk)
    assert (answer.status, answer.body.decode()) == (200, STREAM)
    assert desk.asked == [("offer", OFFER)]


def test_a_call_that_cannot_be_taken_is_busy(carrier, desk, question):
    desk.refuses = True
    assert carrier.webhook(question("audiosocket/inbound"), desk).body == b"busy"


@pytest.mark.parametrize(
    ("follows", "line"),
    [
        (HangUp(), "hangup"),
        (HangUp("Au revoir."), "sorry"),
        (Dial("+33199000001", "+33900000001", 20.4), "dial|+33199000001|20|+33900000001"),
        (Admission("c", "tcp://127.0.0.1:9020/t"), STREAM),
    ],
)
def test_what_follows_is_one_line(carrier, desk, question, follows, line):
    desk.next = follows
    assert carrier.webhook(question("audiosocket/after"), desk).body.decode() == line
    assert carrier.webhook(question("audiosocket/dialled", result="BUSY"), desk).body.decode() == line
    assert desk.asked == [("after_stream", OFFER), ("dialled", "audiosocket", CALL, "busy")]


@pytest.mark.parametrize(
    ("status", "result"),
    [("ANSWER", "answered"), ("NOANSWER", "no-answer"), ("CANCEL", "canceled"), ("CHANUNAVAIL", "failed")],
)
def test_asterisks_words_for_a_dial(carrier, desk, question, status, result):
    carrier.webhook(question("audiosocket/dialled", result=status), desk)
    assert desk.asked == [("dialled", "audiosocket", CALL, result)]


@pytest.mark.parametrize("path", ["audiosocket/over", "status"])
def test_the_end_is_told(carrier, desk, question, path):
    carrier.webhook(question(path), desk)
    assert desk.asked == [("over", "audiosocket", CALL, "completed")]


@pytest.mark.parametrize("authorisation", ["", "Basic !", "Bearer b3V2cmUtdG9p", "Basic eDp3cm9uZw=="])
def test_without_the_key_nothing_happens(carrier, desk, question, notes, authorisation):
    request = replace(question("audiosocket/inbound"), headers={"authorization": authorisation})
    answer = carrier.webhook(request, desk)
    assert (answer.status, answer.body, desk.asked) == (403, b"", [])
    assert [memo.event for memo in notes.memos] == ["webhook_refused"]


def test_while_no_key_is_set_nobody_has_it(desk, question, notes):
    assert AudioSocket(AudioSocketOptions(), notes).webhook(question("audiosocket/inbound", key=""), desk).status == 403


def test_a_call_without_its_uuid_is_told_what_is_missing(carrier, desk, question):
    answer = carrier.webhook(question("audiosocket/inbound", uuid="7"), desk)
    assert (answer.status, answer.body) == (400, b"uuid=${UUID()} is missing")
    assert carrier.webhook(question("audiosocket/elsewhere"), desk).status == 404
    assert desk.asked == []


def test_whose_call_a_request_is_about(carrier, question):
    assert carrier.call_of(question("audiosocket/after", uuid=CALL.upper())) == CALL
    assert carrier.call_of(question("audiosocket/after", uuid="x")) == ""
    assert carrier.call_of(replace(question("audiosocket/after"), query="&".join(["a=1"] * 99))) == ""


def test_its_streams_come_by_tcp_only(carrier, question):
    assert isinstance(carrier, TcpTelco)
    assert (carrier.door.host, carrier.door.port, carrier.door.told) == ("127.0.0.1", 9019, "")
    assert not carrier.admits(question("audiosocket/media/t"))


@pytest.mark.parametrize(
    ("host", "good"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("10.0.0.5", True), ("192.168.1.2", True),
     ("", False), ("0.0.0.0", False), ("::", False), ("8.8.8.8", False), ("pbx.example.org", False)],
)  # fmt: skip
def test_it_listens_where_no_stranger_hears(host, good):
    if good:
        assert AudioSocketOptions(host=host).host == host
    else:
        with pytest.raises(ValueError, match="tunnel"):
            AudioSocketOptions(host=host)
