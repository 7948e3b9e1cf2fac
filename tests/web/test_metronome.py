"""The metronomes keep the pace: no faster than asked, no drift, a change of pace at once, nothing held at the end."""

import os
import sys

import pytest
import trio

from voiced.web import metronome
from voiced.web.metronome import SleepMetronome, TimerMetronome

linux = pytest.mark.skipif(sys.platform != "linux", reason="the timer is Linux's")


@pytest.fixture(params=[SleepMetronome, pytest.param(TimerMetronome, marks=linux)])
async def paced(request):
    made = request.param()
    yield made
    made.close()


async def beats(paced, count, step):
    began = trio.current_time()
    for _ in range(count):
        await paced.beat(step)
    return trio.current_time() - began


async def test_it_beats_no_faster_than_asked(paced):
    paced.begin()
    assert await beats(paced, 10, 0.02) > 0.17


async def test_another_pace_counts_from_the_next_beat(paced):
    paced.begin()
    slow = await beats(paced, 4, 0.05)
    assert await beats(paced, 4, 0.005) < slow


async def test_beats_that_were_missed_are_not_made_up_for(paced):
    """Half a second late is twenty-five beats; all but the tenth of a second that a sleeper makes up for are lost."""
    paced.begin()
    await paced.beat(0.02)
    await trio.sleep(0.5)
    assert await beats(paced, 12, 0.02) > 0.06


async def test_the_sleeper_keeps_its_pace_to_the_millisecond(autojump_clock):
    paced = SleepMetronome()
    paced.begin()
    assert await beats(paced, 100, 0.02) == pytest.approx(2.0)
    await trio.sleep(0.03)
    assert await beats(paced, 1, 0.02) == pytest.approx(0)
    await trio.sleep(5)
    assert await beats(paced, 100, 0.02) == pytest.approx(1.98)


@linux
async def test_the_timer_is_given_back():
    paced = TimerMetronome()
    await paced.beat(0.001)
    number = paced.number
    paced.close()
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(number)


@linux
def test_where_the_system_has_no_timer_the_error_says_so(monkeypatch):
    monkeypatch.setattr(metronome, "_libc", None)
    with pytest.raises(OSError, match="no timer"):
        TimerMetronome()
