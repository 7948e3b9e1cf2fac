"""One media stream, message by message."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiced.plugin import Clear, Dtmf, Ended, Gap, LegEvent, Mark, Packet, Play, SetMark, Started, Warned
from voiced_twilio.leg import FAULTS, TwilioLeg

STREAM = "MZ00000000000000000000000000000001"
CALL = "CA00000000000000000000000000000001"
FRAME = bytes(range(160))


def start(stream: str = STREAM, **over: Any) -> str:
    body = {
        "streamSid": stream,
        "accountSid": "AC00000000000000000000000000000001",
        "callSid": CALL,
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {"call_id": "call-1"},
        **over,
    }
    return json.dumps({"event": "start", "sequenceNumber": "1", "streamSid": stream, "start": body})


def media(number: int, data: bytes = FRAME, stream: str = STREAM, **over: Any) -> str:
    payload = base64.b64encode(data).decode()
    body = {"track": "inbound", "chunk": str(number), "timestamp": str(20 * number), "payload": payload, **over}
    return json.dumps({"event": "media", "sequenceNumber": str(number + 1), "streamSid": stream, "media": body})


def other(event: str, number: int = 9, stream: str = STREAM, **body: Any) -> str:
    return json.dumps({"event": event, "sequenceNumber": str(number), "streamSid": stream, event: body})


CONNECTED = '{"event":"connected","protocol":"Call","version":"1.0.0"}'


@pytest.fixture
def leg() -> TwilioLeg:
    """A leg whose stream is open."""
    opened = TwilioLeg()
    opened.feed(CONNECTED)
    opened.feed(start())
    return opened


def hear(leg: TwilioLeg, *messages: str | bytes) -> list[LegEvent]:
    return [event for message in messages for event in leg.feed(message)]


def kinds(events: list[LegEvent]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_a_call_from_start_to_stop():
    events = hear(
        TwilioLeg(),
        CONNECTED,
        start(),
        media(1),
        other("dtmf", track="inbound_track", digit="5"),
        other("mark", name="t1.s1"),
        other("stop", callSid=CALL),
    )
    assert events == [
        Started(CALL, STREAM, params={"call_id": "call-1"}),
        Packet(FRAME),
        Dtmf("5"),
        Mark("t1.s1"),
        Ended("hangup"),
    ]


def test_talkers_that_write_numbers_and_leave_things_out():
    events = hear(
        TwilioLeg(),
        json.dumps({"event": "start", "start": {"streamSid": STREAM, "callSid": CALL}}),
        media(1, chunk=1, timestamp=20),
        json.dumps({"event": "media", "media": {"payload": "//8=", "chunk": 2, "timestamp": 40.0}, "more": [1]}),
        json.dumps({"event": "dtmf", "dtmf": {"digit": "#"}}),
        json.dumps({"event": "stop"}),
    )
    assert events == [Started(CALL, STREAM), Packet(FRAME), Packet(b"\xff\xff"), Dtmf("#"), Ended("hangup")]


def test_parameters_are_told_as_text():
    [started] = hear(TwilioLeg(), start(customParameters={"n": 3, "who": "é"}))
    assert started == Started(CALL, STREAM, params={"n": "3", "who": "é"})


def test_any_length_of_sound(leg: TwilioLeg):
    assert hear(leg, media(1, b"\xff"), media(2, b"\xff" * 4000)) == [Packet(b"\xff"), Packet(b"\xff" * 4000)]


def test_lost_packets_are_a_gap(leg: TwilioLeg):
    assert hear(leg, media(1), media(4)) == [Packet(FRAME), Gap(0.04), Packet(FRAME)]


def test_suppressed_silence_is_a_gap(leg: TwilioLeg):
    assert hear(leg, media(1), media(2, timestamp="1040")) == [Packet(FRAME), Gap(1.0), Packet(FRAME)]


def test_late_and_repeated_packets_are_dropped(leg: TwilioLeg):
    assert kinds(hear(leg, media(1), media(3), media(2), media(3))) == ["Packet", "Gap", "Packet", "Warned", "Warned"]


def test_a_repeated_key_is_pressed_once(leg: TwilioLeg):
    five = other("dtmf", 7, digit="5")
    assert kinds(hear(leg, five, five, other("dtmf", 8, digit="5"))) == ["Dtmf", "Warned", "Dtmf"]


def test_a_key_that_no_phone_has(leg: TwilioLeg):
    assert kinds(hear(leg, other("dtmf", digit="A"), other("dtmf", 10, digit="55"))) == ["Warned", "Warned"]


def test_events_of_later_versions_never_end_a_call(leg: TwilioLeg):
    events = hear(leg, *[other("weather", sky="blue")] * (3 * FAULTS), media(1))
    assert events == [Warned("unknown event")] * (3 * FAULTS) + [Packet(FRAME)]


NONSENSE = [
    pytest.param("{", id="bad JSON"),
    pytest.param("", id="empty"),
    pytest.param("[]", id="no object"),
    pytest.param('{"media":{}}', id="no event"),
    pytest.param("[" * 100_000, id="deep"),
    pytest.param(b"\x00\x01", id="binary"),
    pytest.param(media(1).replace('"payload": "', '"payload": "*'), id="bad base64"),
    pytest.param(media(1, b""), id="no sound"),
    pytest.param(media(1, chunk="-1"), id="negative number"),
    pytest.param(media(1, chunk="9" * 5000), id="endless number"),
    pytest.param(media(1, timestamp="nan"), id="no time"),
    pytest.param(media(1, track="outbound"), id="our own sound"),
    pytest.param(media(1, stream="MZ2"), id="media of another stream"),
    pytest.param(other("mark", stream="MZ2", name="a"), id="mark of another stream"),
    pytest.param(other("stop", stream="MZ2"), id="stop of another stream"),
    pytest.param(other("mark"), id="mark without a name"),
    pytest.param(start(), id="second start"),
    pytest.param(CONNECTED, id="connected again"),
    pytest.param('{"event":"\ud800"}', id="half a character"),
]


@pytest.mark.parametrize("message", NONSENSE)
def test_nonsense_is_survived_for_a_while(leg: TwilioLeg, message: str | bytes):
    assert kinds(hear(leg, message, media(1))) == ["Warned", "Packet"]
    events = hear(leg, *[message] * (FAULTS + 5))
    assert kinds(events) == ["Warned"] * (FAULTS - 1) + ["Ended"]
    assert isinstance(events[-1], Ended)
    assert events[-1].reason == "fault"
    assert hear(leg, media(2)) == []


@pytest.mark.parametrize(
    "message", [media(1), other("mark", name="a"), other("dtmf", digit="1")], ids=["media", "mark", "dtmf"]
)
def test_nothing_counts_before_the_start(message: str):
    leg = TwilioLeg()
    assert kinds(hear(leg, message, start())) == ["Warned", "Started"]


@pytest.mark.parametrize(
    "message",
    [
        start(mediaFormat={"encoding": "audio/x-l16", "sampleRate": 8000, "channels": 1}),
        start(mediaFormat={"encoding": "audio/x-mulaw", "sampleRate": 16000, "channels": 1}),
        start(mediaFormat={"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 2}),
        start(stream=""),
        start(callSid=""),
    ],
    ids=["L16", "16 kHz", "stereo", "no stream", "no call"],
)
def test_a_start_without_sense_ends_the_stream(message: str):
    [ended] = hear(TwilioLeg(), message, media(1))
    assert isinstance(ended, Ended)
    assert ended.reason == "fault"


def test_nothing_is_said_before_the_start():
    leg = TwilioLeg()
    assert [*leg.encode(Play(FRAME)), *leg.encode(SetMark("a")), *leg.encode(Clear())] == []


def test_what_is_said(leg: TwilioLeg):
    said = [*leg.encode(Play(FRAME)), *leg.encode(SetMark('t1."s"é')), *leg.encode(Clear())]
    assert [json.loads(message) for message in said] == [
        {"event": "media", "streamSid": STREAM, "media": {"payload": base64.b64encode(FRAME).decode()}},
        {"event": "mark", "streamSid": STREAM, "mark": {"name": 't1."s"é'}},
        {"event": "clear", "streamSid": STREAM},
    ]


def test_long_sound_goes_in_messages_of_a_second(leg: TwilioLeg):
    said = [json.loads(message)["media"]["payload"] for message in leg.encode(Play(b"\x80" * 20_000))]
    assert [len(base64.b64decode(payload)) for payload in said] == [8000, 8000, 4000]
    assert list(leg.encode(Play(b""))) == []


def test_a_stream_with_an_odd_name_is_quoted():
    leg = TwilioLeg()
    hear(leg, start(stream='a"b'))
    assert [json.loads(message)["streamSid"] for message in leg.encode(Clear())] == ['a"b']


def test_marks_that_a_clear_flushed_come_back_as_marks(leg: TwilioLeg):
    """Whether the caller heard them is for the playout clock to say."""
    leg.encode(SetMark("a"))
    leg.encode(Clear())
    assert hear(leg, other("mark", name="a")) == [Mark("a")]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
words = st.sampled_from(["connected", "start", "media", "dtmf", "mark", "stop", "else"])
messages = st.one_of(
    st.text(),
    st.binary(),
    values.map(json.dumps),
    st.builds(lambda event, key, value: json.dumps({"event": event, key: value}), words, words, values),
    st.builds(media, st.integers(0, 20), st.binary(max_size=3)),
)


@given(st.lists(messages, max_size=20))
def test_nothing_that_comes_in_raises(incoming: list[str | bytes]):
    leg = TwilioLeg()
    events = [event for message in [start(), *incoming] for event in leg.feed(message)]
    assert sum(isinstance(event, Ended) for event in events) <= 1
