"""Order and holes, by packets of 20 ms."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voiced_twilio.timeline import LONGEST_GAP, Timeline


def placed(*packets: tuple[int | None, float | None]) -> list[object]:
    """Say what became of each packet: "late", its gap in ms, or what is odd."""
    line = Timeline()
    told = [line.place(number, timestamp, 20) for number, timestamp in packets]
    return ["late" if place.late else place.odd or place.gap for place in told]


def test_in_order():
    assert placed((1, 40), (2, 60), (3, 80)) == [0, 0, 0]


def test_the_start_of_a_stream_is_no_hole():
    assert placed((12, 5000), (13, 5020)) == [0, 0]


def test_lost_packets_are_a_hole_as_long_as_the_timestamps_say():
    assert placed((1, 20), (4, 80), (5, 100)) == [0, 40, 0]


def test_lost_packets_without_timestamps_are_counted():
    assert placed((1, None), (4, None), (5, None)) == [0, 40, 0]


def test_suppressed_silence_keeps_the_numbers_and_jumps_in_time():
    assert placed((1, 20), (2, 540), (3, 560)) == [0, 500, 0]


def test_timestamps_may_tremble():
    assert placed((1, 20), (2, 48), (3, 55), (4, 85), (5, 100)) == [0, 0, 0, 0, 0]


def test_small_holes_add_up():
    """A single frame of suppressed silence may be jitter; two are not, and the whole hole is told."""
    assert placed((1, 20), (2, 60), (3, 80), (4, 120), (5, 140)) == [0, 0, 0, 40, 0]


def test_repeated_and_late_packets():
    assert placed((1, 20), (2, 40), (2, 40), (1, 20), (3, 60)) == [0, 0, "late", "late", 0]


def test_a_packet_that_was_given_up_stays_lost():
    assert placed((1, 20), (3, 60), (2, 40), (4, 80)) == [0, 20, "late", 0]


def test_without_numbers_time_tells_the_order():
    assert placed((None, 20), (None, 40), (None, 20), (None, 200)) == [0, 0, "late", 140]


def test_a_talker_that_stamps_nothing_useful_is_heard():
    assert placed((None, 0), (None, 0), (None, 0)) == [0, 0, 0]
    assert placed((None, None), (None, None)) == [0, 0]


def test_a_talker_that_counts_anew_is_heard():
    assert placed((500, 10000), (1, 20), (2, 40), (4, 80)) == [0, "the numbering began anew", 0, 20]


def test_an_impossible_jump_is_no_silence():
    assert placed((1, 20), (2, 10_000_000), (3, 10_000_020)) == [0, "an impossible jump", 0]
    assert placed((1, None), (9_000_000, None), (9_000_001, None)) == [0, "an impossible jump", 0]


numbers = st.none() | st.integers(0, 2**53)
stamps = st.none() | st.floats(0, 2**53)


@given(st.lists(st.tuples(numbers, stamps, st.floats(0.125, 10_000)), max_size=30))
def test_whatever_comes_a_hole_is_never_negative_or_endless(packets: list[tuple[int | None, float | None, float]]):
    line = Timeline()
    for number, timestamp, length in packets:
        place = line.place(number, timestamp, length)
        assert 0 <= place.gap <= LONGEST_GAP
        assert not (place.late and place.gap)


@given(lost=st.sets(st.integers(2, 98)))
def test_sound_and_holes_together_are_as_long_as_the_call(lost: set[int]):
    line = Timeline()
    kept = [number for number in range(1, 100) if number not in lost]
    gaps = sum(line.place(number, number * 20.0, 20.0).gap for number in kept)
    assert gaps + 20 * len(kept) == 20 * 99
