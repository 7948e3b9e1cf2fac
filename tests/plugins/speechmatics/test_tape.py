"""What is sent, kept and sent again, counted in samples."""

import pytest

from voiced_speechmatics.tape import CHUNK, KEEP, LARGEST, RATE, ROOM, Tape
from voiced_speechmatics.wire import Audio, End, Force

SECOND = b"\x01" * RATE


def drained(tape):
    """Take all steps there are."""
    steps = []
    while (step := tape.next()) is not None:
        steps.append(step)
    return steps


def sound(steps):
    return b"".join(step.data for step in steps if isinstance(step, Audio))


def begun(**options):
    tape = Tape(**options)
    assert tape.begin() == []
    return tape


def test_sound_leaves_in_messages_worth_their_cost():
    tape = begun()
    tape.add(b"\x01" * (CHUNK - 1))
    assert tape.next() is None
    tape.add(b"\x02")
    assert drained(tape) == [Audio(b"\x01" * (CHUNK - 1) + b"\x02")]


def test_a_request_takes_what_stands_before_it_along():
    tape = begun()
    tape.add(b"\x01" * 160)
    tape.ask()
    tape.add(b"\x02" * 160)
    assert drained(tape) == [Audio(b"\x01" * 160), Force(0.02)]


def test_a_request_waits_for_the_sound_it_is_to_settle_in():
    tape = begun(settle=0.1)
    tape.add(SECOND)
    tape.ask()
    assert not any(isinstance(step, Force) for step in drained(tape))
    tape.add(b"\x01" * 800)
    assert drained(tape)[-1] == Force(1.0)


def test_the_end_waits_for_nothing():
    tape = begun(settle=1.0)
    tape.add(b"\x01" * 160)
    tape.ask()
    tape.closed = True
    assert drained(tape) == [Audio(b"\x01" * 160), Force(0.02), End(1)]
    assert tape.next() is None


def test_requests_at_one_place_are_asked_once_and_answered_twice():
    tape = begun()
    tape.add(SECOND)
    tape.ask()
    tape.ask()
    assert sum(isinstance(step, Force) for step in drained(tape)) == 1
    assert tape.answered() == [1.0, 1.0]
    assert tape.answered() == []


def test_an_answer_that_nobody_asked_for_is_none():
    tape = begun()
    tape.add(SECOND)
    tape.ask()
    assert tape.answered() == []
    drained(tape)
    assert tape.answered() == [1.0]


def test_a_new_connection_hears_what_is_not_final():
    tape = begun()
    tape.add(SECOND + b"\x02" * RATE)
    tape.ask()
    drained(tape)
    tape.settled(1.25)
    assert tape.begin() == []
    assert tape.offset == 1.25 * RATE
    again = drained(tape)
    assert sound(again) == b"\x02" * (RATE * 3 // 4)
    assert len(again[0].data) == LARGEST
    assert again[-1] == Force(0.75)


def test_a_request_whose_sound_is_final_already_is_answered_when_it_begins_anew():
    tape = begun()
    tape.add(SECOND)
    tape.ask()
    tape.add(SECOND)
    drained(tape)
    tape.settled(1.1)
    assert tape.begin() == [1.0]


def test_silence_that_was_taken_in_is_not_kept_for_ever():
    tape = begun()
    for second in range(60):
        tape.add(SECOND)
        drained(tape)
        tape.ack((second + 1) * 1000)
    tape.begin()
    assert len(sound(drained(tape))) <= KEEP + CHUNK


def test_what_was_not_taken_in_is_never_dropped():
    tape = begun()
    for _ in range(60):
        tape.add(SECOND)
        drained(tape)
    assert tape.full
    tape.begin()
    tape.closed = True
    assert len(sound(drained(tape))) == 60 * RATE


def test_acknowledgements_of_an_old_connection_do_not_count_for_the_new():
    tape = begun()
    tape.add(b"\x01" * CHUNK)
    drained(tape)
    tape.begin()
    tape.ack(1)
    assert tape.acked == 0
    tape.closed = True
    assert drained(tape) == [Audio(b"\x01" * CHUNK), End(1)]
    tape.ack(1)
    assert tape.acked == CHUNK


@pytest.mark.parametrize("extra", [0, 1])
def test_the_source_waits_while_too_much_is_under_way(extra):
    tape = begun()
    tape.add(b"\x01" * (ROOM - 1 + extra))
    assert tape.full is bool(extra)
