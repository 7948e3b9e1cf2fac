"""The JSON of Media Streams, both ways."""

import base64
import json

import pytest

from voiced.testing.twilio.messages import CONNECTED, Clear, Identity, Ignored, Inbound, Media, Outbound, SetMark

WHO = Identity("AC1", "CA1", "MZ1")


def said(**message):
    return json.dumps({"streamSid": "MZ1"} | message)


def media(payload):
    return said(event="media", media={"payload": payload})


@pytest.mark.checklist("twilio-18")
def test_connected_has_no_number_and_start_is_the_first():
    out = Outbound(WHO)
    assert json.loads(CONNECTED) == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    start = json.loads(out.start({"session": "s1"}))
    assert start == {
        "event": "start",
        "sequenceNumber": "1",
        "streamSid": "MZ1",
        "start": {
            "streamSid": "MZ1",
            "accountSid": "AC1",
            "callSid": "CA1",
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": {"session": "s1"},
        },
    }


@pytest.mark.checklist("twilio-19", "twilio-20", "twilio-23")
def test_numbers_are_strings_and_one_sequence_counts_all_messages():
    out = Outbound(WHO)
    messages = [json.loads(text) for text in (out.start({}), out.media(b"\xff" * 160, 20), out.dtmf("5"))]
    messages += [json.loads(text) for text in (out.media(b"\x00" * 160, 40), out.mark("m"), out.stop())]
    assert [message["sequenceNumber"] for message in messages] == ["1", "2", "3", "4", "5", "6"]
    assert messages[1]["media"] == {
        "track": "inbound",
        "chunk": "1",
        "timestamp": "20",
        "payload": base64.b64encode(b"\xff" * 160).decode(),
    }
    assert messages[2]["dtmf"] == {"track": "inbound_track", "digit": "5"}
    assert messages[3]["media"]["chunk"] == "2"
    assert messages[4]["mark"] == {"name": "m"}
    assert messages[5]["stop"] == {"accountSid": "AC1", "callSid": "CA1"}


def test_what_the_application_may_say():
    read = Inbound("MZ1").read
    assert read(media(base64.b64encode(b"abc").decode())) == Media(b"abc")
    assert read(said(event="mark", mark={"name": "m"})) == SetMark("m")
    assert read(said(event="clear")) == Clear()


@pytest.mark.checklist("twilio-30")
@pytest.mark.parametrize("message", [b"\x00\x01", "{", "[1]", said(event="mark"), said(event="mark", mark={"name": 1})])
def test_malformed_messages_warn_once(message):
    read = Inbound("MZ1").read
    warning = read(message)
    assert isinstance(warning, Ignored)
    assert warning.code == 31950
    assert read(message) is None
    assert read(said(event="clear")) == Clear()


@pytest.mark.checklist("twilio-30")
@pytest.mark.parametrize(
    "message",
    ['{"event":"clear"}', '{"event":"clear","streamSid":"MZ2"}', said(event="dance"), '{"streamSid":"MZ1"}'],
)
def test_foreign_and_unknown_messages_have_no_effect_and_are_not_malformed(message):
    ignored = Inbound("MZ1").read(message)
    assert isinstance(ignored, Ignored)
    assert ignored.code == 0


@pytest.mark.checklist("twilio-31")
@pytest.mark.parametrize("payload", ["%%%", "abc", 5, None])
def test_broken_base64_is_malformed(payload):
    assert Inbound("MZ1").read(media(payload)).code == 31950


@pytest.mark.checklist("twilio-31")
def test_odd_sizes_play_and_a_wav_header_is_noticed():
    read = Inbound("MZ1").read
    assert read(media(base64.b64encode(b"abcde").decode())) == Media(b"abcde")
    assert read(media(base64.b64encode(b"RIFF....WAVE").decode())).headed
