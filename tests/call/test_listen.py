"""Listening: packets, holes, bursts and floods become frames."""

import pytest
import trio

from voiced.call.listen import FLOOD, Listener
from voiced.dialog.turn import SILENT_AGENT, CallerPaused, CallerStarted, TurnMachine
from voiced.plugin import Finalise, Packet
from voiced.testing.fakes import PlainLeg, ScriptedVad

VOICE, QUIET = b"a" * 160, b"\xff" * 160


class Room:
    """A listener with a clock that the test moves, and everything that came out of it."""

    def __init__(self, room=1000):
        self.now = 0.0
        self.turns, self.told = [], []
        self.machine = TurnMachine()
        self.sound_in, self.sound_out = trio.open_memory_channel(room)
        self.listener = Listener(
            PlainLeg(),
            ScriptedVad(),
            self.machine,
            self.sound_in,
            lambda: self.now,
            agent=lambda: SILENT_AGENT,
            on_turn=self.turns.append,
            on_leg=self.told.append,
        )

    def begin(self):
        self.listener.message("start CA1 m1")
        return self

    def packets(self, count, data=QUIET, every=0.02):
        for _ in range(count):
            self.listener.message(data)
            self.listener.tick(self.now)
            self.now += every

    def ticks(self, seconds):
        for _ in range(round(seconds / 0.02)):
            self.listener.tick(self.now)
            self.now += 0.02

    def sound(self):
        items = []
        while True:
            try:
                items.append(self.sound_out.receive_nowait())
            except (trio.WouldBlock, trio.EndOfChannel):
                return items

    def seconds(self):
        return sum(item.seconds for item in self.sound() if isinstance(item, Packet))


@pytest.fixture
def room():
    return Room().begin()


def test_frames_count_the_time(room):
    room.packets(100)
    assert room.machine.now == pytest.approx(2.0)
    room.listener.close()
    assert room.seconds() == pytest.approx(2.0)
    assert room.listener.counts.gaps == 0


def test_a_voice_is_told_to_the_turn_machine(room):
    room.packets(20, VOICE)
    room.packets(20)
    assert [type(event) for event in room.turns] == [CallerStarted, CallerPaused]


@pytest.mark.parametrize("size", [1, 7, 159, 161, 400, 8000])
def test_packets_of_any_size_are_the_same_sound(size):
    room = Room().begin()
    sound = VOICE * 50 + QUIET * 50
    for start in range(0, len(sound), size):
        room.listener.message(sound[start : start + size])
    assert room.machine.now == pytest.approx(2.0)
    room.listener.close()
    assert room.seconds() == pytest.approx(2.0)
    assert [type(event) for event in room.turns] == [CallerStarted, CallerPaused]


def test_a_silent_carrier_is_silence(room):
    room.ticks(3.0)
    assert room.machine.now == pytest.approx(3.0, abs=0.1)
    assert room.listener.counts.gaps == pytest.approx(3.0, abs=0.1)


def test_a_hole_that_the_clock_filled_is_not_counted_again_when_the_carrier_tells_of_it(room):
    room.packets(50)
    room.ticks(1.0)
    room.listener.message("gap 1.0")
    room.packets(50)
    assert room.machine.now == pytest.approx(3.0, abs=0.1)


def test_a_hole_that_the_carrier_tells_of_is_filled(room):
    room.packets(50)
    room.listener.message("gap 0.5")
    room.packets(50)
    assert room.machine.now == pytest.approx(2.5, abs=0.03)


def test_a_hole_of_an_hour_is_not_lived_through(room):
    room.listener.message("gap 3600")
    assert room.machine.now < 11


def test_a_turn_ends_in_a_hole(room):
    room.packets(30, VOICE)
    room.ticks(1.0)
    assert [type(event) for event in room.turns][:2] == [CallerStarted, CallerPaused]


def test_bursts_are_as_good_as_an_even_flow():
    """What jitter holds back comes at once: 200 ms nothing, then ten packets."""
    room = Room().begin()
    for _ in range(50):
        room.packets(10, every=0.0)
        room.ticks(0.2)
    assert room.told[1:] == []
    assert room.machine.now - room.listener.counts.gaps == pytest.approx(10.0)


def test_what_the_clock_filled_while_packets_were_late_is_not_heard_twice():
    """Late packets follow the silence that was put in their place; the time they make up is bounded by the jitter."""
    room = Room().begin()
    for _ in range(50):
        room.packets(10, every=0.0)
        room.ticks(0.2)
    assert room.machine.now <= 10.0 + 50 * 0.2


def test_sound_faster_than_time_ends_the_call(room):
    room.packets(2 * round(FLOOD / 0.02), every=0.002)  # ten times real time
    assert room.told[1].reason == "fault"
    assert room.machine.now <= FLOOD * 1.2


def test_a_recogniser_that_is_behind_loses_sound_and_the_call_goes_on():
    room = Room(room=10).begin()
    room.packets(100, VOICE)
    assert room.listener.counts.dropped == 15
    assert room.machine.now == pytest.approx(2.0)


def test_a_recogniser_that_is_gone_costs_nothing_but_words(room):
    room.sound_out.close()
    room.packets(100, VOICE)
    room.listener.finalise()
    assert [type(event) for event in room.turns] == [CallerStarted]


def test_asking_for_a_final_comes_behind_all_sound_before_it(room):
    room.packets(3, VOICE)
    room.listener.finalise()
    *sound, last = room.sound()
    assert last == Finalise()
    assert sum(packet.seconds for packet in sound) == pytest.approx(0.06)


def test_closing_ends_the_recogniser_s_input(room):
    room.listener.close()
    with pytest.raises(trio.EndOfChannel):
        room.sound_out.receive_nowait()


def test_odd_messages_are_counted(room):
    room.listener.message("whatever")
    assert room.listener.counts.warnings == 1
    assert [type(event).__name__ for event in room.told] == ["Started"]


def test_the_echo_gets_what_the_caller_says(room):
    echoed = []
    room.listener.echo = echoed.append
    room.packets(2, VOICE)
    room.listener.echo = None
    room.packets(2, VOICE)
    assert echoed == [VOICE, VOICE]


def test_before_the_stream_starts_the_clock_does_not_count():
    room = Room()
    room.ticks(5)
    assert room.machine.now == 0
