"""The stream's bytes both ways, and the queue that the worker takes from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiced.audio import MULAW_8K, AudioFormat, to_format
from voiced.plugin import Clear, Dtmf, Ended, Packet, Play, SetMark, Started, Warned
from voiced_audiosocket.leg import FAULTS, FRAME, AudioSocketLeg
from voiced_audiosocket.wire import call_id, pack

CALL = "40325ec2-5efd-4bd3-805f-53576e581d13"
OPENING = bytes.fromhex("01001040325ec25efd4bd3805f53576e581d13")
QUIET = pack(0x10, bytes(320))
TONE = bytes(range(0, 240, 3)) * 20  # 200 ms of mu-law


def started():
    leg = AudioSocketLeg()
    assert leg.feed(OPENING) == [Started(carrier_call_id=CALL, stream_id=CALL)]
    return leg


def messages(data):
    found = []
    while data:
        size = int.from_bytes(data[1:3], "big")
        found.append((data[0], data[3 : 3 + size]))
        data = data[3 + size :]
    return found


def test_the_vectors_of_the_protocol():
    assert pack(0x03, b"5") == bytes.fromhex("03000135")
    assert pack(0x10, bytes(320))[:3] == bytes.fromhex("100140")
    assert pack(0x12, bytes(640))[:3] == bytes.fromhex("120280")
    assert AudioSocketLeg().farewell() == bytes.fromhex("000000")


@pytest.mark.parametrize(
    ("early", "call"),
    [(b"", None), (OPENING[:2], None), (OPENING[:18], None), (OPENING, CALL), (OPENING + QUIET, CALL),
     (b"GET / HTTP/1.1", ""), (b"\x01\x00\x11", ""), (QUIET, "")],
)  # fmt: skip
def test_whose_stream_it_is(early, call):
    assert call_id(early) == call


def test_sound_comes_as_mu_law_whatever_its_length():
    leg = started()
    linear = to_format(TONE, MULAW_8K, AudioFormat("pcm16", 8000))
    for milliseconds in (10, 20, 30, 40):
        size = 16 * milliseconds
        [packet] = leg.feed(pack(0x10, linear[:size]))
        assert packet == Packet(TONE[: size // 2])


@given(cuts=st.lists(st.integers(1, 900), max_size=12))
def test_it_may_be_cut_anywhere(cuts):
    wire = OPENING + pack(0x10, bytes(320)) + pack(0x03, b"#") + pack(0x10, bytes(160)) + pack(0x00)
    leg, events, at = AudioSocketLeg(), [], 0
    for cut in [*cuts, len(wire)]:
        events += leg.feed(wire[at : at + cut])
        at += cut
    assert [type(event) for event in events] == [Started, Packet, Dtmf, Packet, Ended]


@pytest.mark.parametrize(("kind", "rate"), [(0x12, 16_000), (0x13, 24_000), (0x16, 48_000)])
def test_another_rate_is_heard_and_answered_in(kind, rate):
    leg = started()
    frame = rate // 50 * 2
    heard = b"".join(leg.feed(pack(kind, bytes(frame)))[0].data for _ in range(5))
    assert heard == MULAW_8K.silence * 800
    leg.encode(Play(TONE))
    data, seconds = leg.due(0.04, 0.0)
    assert seconds == pytest.approx(0.04)
    assert [(kind_, len(payload)) for kind_, payload in messages(data)] == [(kind, frame)] * 2


def test_what_is_queued_goes_out_as_it_is_due_and_then_silence():
    leg = started()
    assert leg.encode(Play(TONE[: FRAME * 2])) == ()
    assert leg.encode(SetMark("r1")) == ()
    data, seconds = leg.due(0.08, 0.02)
    assert seconds == pytest.approx(0.04)
    assert b"".join(payload for _, payload in messages(data)) == to_format(
        TONE[: FRAME * 2], MULAW_8K, AudioFormat("pcm16", 8000)
    )
    assert leg.due(0.08, 0.02) == (QUIET, 0.02)
    assert leg.due(0.08, 0.0) == (b"", 0.0)
    assert leg.due(-1.0, -1.0) == (b"", 0.0)


def test_a_rest_waits_for_more_sound_until_the_line_needs_it():
    leg = started()
    leg.encode(Play(TONE[:100]))
    assert leg.due(0.08, 0.0) == (b"", 0.0)
    leg.encode(Play(TONE[100:FRAME]))
    assert len(messages(leg.due(0.08, 0.02)[0])) == 1
    leg.encode(Play(TONE[:100]))
    [(_, payload)] = messages(leg.due(0.08, 0.02)[0])
    assert len(payload) == 320
    assert payload[200:] == bytes(120)


def test_what_is_cleared_is_not_heard():
    leg = started()
    leg.encode(Play(TONE))
    leg.due(0.08, 0.02)
    leg.encode(Clear())
    assert leg.due(0.08, 0.02) == (QUIET, 0.02)


def test_nothing_goes_out_before_the_start_or_after_the_end():
    leg = AudioSocketLeg()
    leg.encode(Play(TONE))
    assert leg.due(1.0, 1.0) == (b"", 0.0)
    leg = started()
    leg.feed(pack(0x00))
    assert leg.due(1.0, 1.0) == (b"", 0.0)
    assert leg.feed(pack(0x10, bytes(320))) == []


@pytest.mark.parametrize(
    ("message", "event"),
    [
        (pack(0x00), Ended("hangup")),
        (pack(0xFF, b"\x01"), Ended("hangup")),
        (pack(0xFF, b"\x02"), Ended("fault", "Asterisk's error 2")),
        (pack(0xFF), Ended("fault", "Asterisk's error 0")),
        (pack(0x03, b"*"), Dtmf("*")),
        (pack(0x03, b"A"), Warned("unknown key")),
        (pack(0x03, b"12"), Warned("unknown key")),
        (pack(0x77, b"?"), Warned("unknown message")),
        (pack(0x10), Warned("sound of half a sample")),
        (pack(0x10, b"123"), Warned("sound of half a sample")),
        (OPENING, Warned("message out of place")),
    ],
)
def test_the_other_messages(message, event):
    assert started().feed(message) == [event]


def test_a_stream_without_sense_is_given_up():
    leg = started()
    events = leg.feed(pack(0x77) * (FAULTS + 5))
    assert [type(event) for event in events] == [Warned] * FAULTS + [Ended]
    assert AudioSocketLeg().feed(pack(0x10, bytes(320))) == [Warned("unknown message")]


@given(garbage=st.binary(max_size=300))
def test_garbage_never_raises(garbage):
    started().feed(garbage)
    AudioSocketLeg().feed(garbage)


def test_the_clock_tells_what_was_heard():
    assert started().capabilities.marks is False
    assert started().capabilities.clear is True
