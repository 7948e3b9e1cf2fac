"""The playout queue, second by second."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiced.testing.caller.playout import Cut, Echo, Overflow, Played, Playout, UnderRun


def heard(events):
    return b"".join(event.data for event in events if isinstance(event, Played))


def echoes(events):
    return [(event.name, event.at) for event in events if isinstance(event, Echo)]


@pytest.mark.checklist("twilio-26")
def test_sound_plays_at_8000_bytes_a_second_from_its_arrival():
    line = Playout()
    line.play(b"a" * 8000, at=1.0)
    assert line.advance(1.25) == [Played(8000, b"a" * 2000)]
    assert line.queued == 0.75
    assert heard(line.advance(9.0)) == b"a" * 6000


@pytest.mark.checklist("twilio-26")
def test_pieces_of_any_size_join_without_a_gap():
    line = Playout()
    line.play(b"a" * 37, at=0.0)
    line.play(b"b" * 12_001, at=0.001)
    line.play(b"c", at=0.5)
    events = line.advance(10.0)
    assert heard(events) == b"a" * 37 + b"b" * 12_001 + b"c"
    assert all(after.start == before.end for before, after in pairwise(events))


@given(st.lists(st.tuples(st.binary(min_size=1, max_size=400), st.floats(0, 0.1)), max_size=20))
def test_every_byte_plays_once_in_order_and_never_before_it_came(pieces):
    line, at, events, arrivals = Playout(), 0.0, [], []
    for data, pause in pieces:
        at += pause
        arrivals += [at] * len(data)
        line.play(data, at)
        events += line.advance(at)
    played = [event for event in events + line.advance(at + 10) if isinstance(event, Played)]
    assert heard(played) == b"".join(data for data, _ in pieces)
    places = [place for event in played for place in range(event.start, event.end)]
    assert places == sorted(set(places))
    assert all(place / 8000 >= came - 1e-3 for place, came in zip(places, arrivals, strict=True))


@pytest.mark.checklist("twilio-27")
def test_a_mark_is_echoed_at_the_byte_before_it():
    line = Playout()
    line.play(b"a" * 801, at=0.5)
    line.mark("first", at=0.5)
    line.mark("second", at=0.5)
    line.play(b"b" * 80, at=0.5)
    line.mark("third", at=0.5)
    assert line.next_echo == (4000 + 801) / 8000
    assert echoes(line.advance(0.6)) == []
    assert echoes(line.advance(0.6001)) == []
    assert echoes(line.advance(0.7)) == [("first", 4801 / 8000), ("second", 4801 / 8000), ("third", 4881 / 8000)]


@pytest.mark.checklist("twilio-27")
def test_a_mark_on_an_empty_queue_is_echoed_at_once():
    line = Playout()
    line.mark("now", at=3.0)
    assert echoes(line.advance(3.0)) == [("now", 3.0)]


@pytest.mark.checklist("twilio-28")
def test_clear_cuts_the_sound_and_echoes_what_waits():
    line = Playout()
    line.play(b"a" * 8000, at=0.0)
    line.mark("one", at=0.0)
    line.play(b"b" * 8000, at=0.0)
    line.mark("two", at=0.0)
    assert line.clear(at=0.25) == ("one", "two")
    events = line.advance(5.0)
    assert heard(events) == b"a" * 2000
    assert [event for event in events if not isinstance(event, Played)] == [
        Cut(0.25, 14_000),
        Echo("one", 0.25, cleared=True),
        Echo("two", 0.25, cleared=True),
    ]


@pytest.mark.checklist("twilio-28")
def test_sound_after_a_clear_starts_at_once():
    line = Playout()
    line.play(b"a" * 8000, at=0.0)
    line.clear(at=0.1)
    line.play(b"b" * 80, at=0.2)
    assert [event.start for event in line.advance(1.0) if isinstance(event, Played)] == [0, 1600]


@pytest.mark.checklist("twilio-32")
def test_a_hole_in_an_utterance_is_a_glitch():
    line = Playout()
    line.play(b"a" * 800, at=0.0)
    line.play(b"b" * 800, at=0.15)
    assert [event for event in line.advance(1.0) if isinstance(event, UnderRun)] == [UnderRun(0.1, pytest.approx(0.05))]


@pytest.mark.checklist("twilio-32")
@pytest.mark.parametrize(
    ("then", "why"),
    [
        (lambda line: line.play(b"b" * 800, at=0.12), "20 ms pass for none"),
        (lambda line: (line.mark("end", at=0.0), line.play(b"b" * 800, at=0.2)), "a mark ended the utterance"),
        (lambda line: (line.clear(at=0.05), line.play(b"b" * 800, at=0.2)), "it was cleared"),
        (lambda line: line.play(b"b" * 800, at=1.2), "after a second it is another utterance"),
    ],
)
def test_these_holes_are_no_glitches(then, why):
    line = Playout()
    line.play(b"a" * 800, at=0.0)
    then(line)
    assert not [event for event in line.advance(3.0) if isinstance(event, UnderRun)], why


@pytest.mark.checklist("twilio-33", way="limited")
def test_a_limited_queue_loses_what_comes_on_top():
    line = Playout(limit=60.0)
    line.play(b"a" * 8000 * 59, at=0.0)
    line.play(b"b" * 16_000, at=0.0)
    events = line.advance(100.0)
    assert Overflow(0.0, 8000) in events
    assert heard(events).count(b"b") == 8000


@pytest.mark.checklist("twilio-33", way="unlimited")
def test_a_queue_is_unlimited_by_default():
    line = Playout()
    line.play(b"a" * 8000 * 300, at=0.0)
    assert line.queued == 300
