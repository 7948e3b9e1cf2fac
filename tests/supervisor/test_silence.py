"""Which worker's loop is blocked."""

import pytest

from voiced.fleet.board import Record
from voiced.supervisor.silence import LOOK, SILENT, STARTING, Silence


class Watch:
    """A supervisor that looks at two workers, one of which beats always."""

    def __init__(self):
        self.silence, self.now, self.pids = Silence(), 100.0, {0: 10, 1: 11}
        self.beats = {0: 0.0, 1: 0.0}

    def look(self, beating, after=LOOK):
        self.now += after
        self.beats.update(dict.fromkeys(beating, self.now))
        board = {
            number: Record(self.pids[number], beat, 0, 1, ready=True, draining=False)
            for number, beat in self.beats.items()
            if beat
        }
        return self.silence.look(self.pids, board, self.now)

    def look_for(self, seconds, beating):
        """Return the first verdict that somebody is silent within `seconds`."""
        for _ in range(int(seconds / LOOK)):
            if verdict := self.look(beating):
                return verdict
        return []


@pytest.fixture
def watch():
    return Watch()


def test_workers_that_beat_are_well(watch):
    assert watch.look_for(100, beating=[0, 1]) == []


def test_one_that_falls_silent_is_found_and_the_other_is_not(watch):
    watch.look_for(3, beating=[0, 1])
    assert watch.look_for(SILENT - LOOK, beating=[0]) == []
    assert watch.look_for(2, beating=[0]) == [1]


def test_one_that_starts_has_more_time(watch):
    assert watch.look_for(STARTING - LOOK, beating=[0]) == []
    assert watch.look_for(2, beating=[0]) == [1]


def test_a_machine_that_slept_has_no_blocked_workers(watch):
    watch.look_for(3, beating=[0, 1])
    assert watch.look([], after=3600.0) == []
    assert watch.look_for(10, beating=[0, 1]) == []


def test_the_process_that_follows_a_blocked_one_begins_anew(watch):
    watch.look_for(3, beating=[0, 1])
    assert watch.look_for(10, beating=[0]) == [1]
    watch.pids[1] = 12
    watch.beats[1] = 0.0
    assert watch.look_for(10, beating=[0]) == []
    assert watch.look_for(10, beating=[0, 1]) == []
