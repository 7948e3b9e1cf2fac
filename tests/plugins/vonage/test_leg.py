"""One media stream, message by message: what Vonage says becomes events, what the call says becomes frames of 20 ms."""

import json

import pytest

from voiced.audio import g711
from voiced.plugin import Clear, Dtmf, Ended, Mark, Packet, Play, SetMark, Started, Warned
from voiced_vonage.leg import FAULTS, VonageLeg
from voiced_vonage.sound import FRAME

CONNECTED = {"event": "websocket:connected", "content-type": "audio/l16;rate=8000", "call": "leg-1", "call_id": "c1"}
ALL_CODES = bytes(range(256))


def open_leg():
    leg = VonageLeg()
    [started] = leg.feed(json.dumps(CONNECTED))
    assert started == Started("leg-1", "c1", params=CONNECTED)
    return leg


def linear(mulaw):
    return g711.decode(mulaw, "mulaw").tobytes()


def test_sound_is_converted_exactly_both_ways():
    leg = open_leg()
    [packet] = leg.feed(linear(ALL_CODES[:160]))
    # mu-law has two zeros; all else comes back as it was
    assert packet == Packet(ALL_CODES[:127] + b"\xff" + ALL_CODES[128:160])
    assert b"".join(leg.encode(Play(ALL_CODES + ALL_CODES[:64]))) == linear(ALL_CODES + ALL_CODES[:64])


def test_frames_are_exactly_20_ms_whatever_is_played():
    leg = open_leg()
    assert leg.encode(Play(b"\x80" * 100)) == []
    assert leg.encode(Play(b"\x80" * 100)) == [linear(b"\x80" * 160)]
    assert [len(frame) for frame in leg.encode(Play(b"\x80" * 1600))] == [FRAME] * 10


def test_a_mark_is_behind_all_that_was_played():
    leg = open_leg()
    leg.encode(Play(b"\x80" * 200))
    padded, mark = leg.encode(SetMark("r1"))
    assert padded == linear(b"\x80" * 40).ljust(FRAME, b"\0")
    assert json.loads(mark) == {"action": "notify", "payload": {"id": "r1"}}
    assert leg.encode(SetMark("r2")) == ['{"action":"notify","payload":{"id":"r2"}}']


def test_clear_drops_what_did_not_fill_a_frame():
    leg = open_leg()
    leg.encode(Play(b"\x80" * 100))
    assert leg.encode(Clear()) == ('{"action":"clear"}',)
    assert leg.encode(Play(b"\x90" * 160)) == [linear(b"\x90" * 160)]


def test_nothing_is_said_before_the_start():
    leg = VonageLeg()
    assert [leg.encode(each) for each in (Play(b"\x80" * 160), SetMark("r1"), Clear())] == [(), (), ()]


def test_keys_and_marks():
    leg = open_leg()
    assert leg.feed('{"event":"websocket:dtmf","digit":"5","duration":260}') == (Dtmf("5"),)
    assert leg.feed('{"event":"websocket:dtmf","dtmf":{"digit":"#"}}') == (Dtmf("#"),)
    assert leg.feed('{"event":"websocket:dtmf","digit":"A"}') == (Warned("unknown key"),)
    assert leg.feed('{"event":"websocket:notify","payload":{"id":"r1"}}') == (Mark("r1"),)
    assert leg.feed('{"event":"websocket:cleared"}') == ()
    assert leg.feed('{"event":"websocket:later"}') == (Warned("unknown event"),)


def test_sound_may_come_before_the_start():
    leg = VonageLeg()
    assert leg.feed(bytes(FRAME)) == (Warned("sound before the start"),)
    assert isinstance(leg.feed(json.dumps(CONNECTED))[0], Started)
    assert isinstance(leg.feed(bytes(FRAME))[0], Packet)


@pytest.mark.parametrize(
    "content", ["audio/l16;rate=16000", "audio/l16", "audio/pcmu;rate=8000", "", "audio/l16;rate=x"]
)
def test_another_format_ends_the_stream(content):
    leg = VonageLeg()
    assert leg.feed(json.dumps({**CONNECTED, "content-type": content})) == (
        Ended("fault", "the sound is not L16, 8000 Hz"),
    )
    assert leg.feed(json.dumps(CONNECTED)) == ()


def test_a_start_without_a_call_ends_the_stream():
    leg = VonageLeg()
    [ended] = leg.feed('{"event":"websocket:connected","content-type":"audio/l16;rate=8000"}')
    assert ended == Ended("fault", "the start names no call")


@pytest.mark.parametrize(
    "garbage",
    [
        "", "null", "[]", "{", "5", '{"event":5}', '{"evt":"x"}', '{"event":"websocket:notify"}', "[" * 20_000,
        '{"event":"websocket:notify","payload":{"id":7}}', '"\ud800"', json.dumps(CONNECTED), b"", b"x", bytes(20_000),
    ],
)  # fmt: skip
def test_garbage_warns_and_is_given_up_after_a_while(garbage):
    leg = open_leg()
    assert [type(leg.feed(garbage)[0]) for _ in range(FAULTS)] == [Warned] * FAULTS
    assert isinstance(leg.feed(garbage)[0], Ended)
    assert leg.feed(bytes(FRAME)) == ()


def test_what_it_can_do():
    assert (VonageLeg().capabilities.marks, VonageLeg().capabilities.clear) == (True, True)
