"""Lateness: of the loop, and of a reply's sound."""

import io
import json

import pytest
import structlog
import trio

from voiced.observe import configure
from voiced.observe.lateness import BLOCKED, STEP, Pacing, watch_loop

LEAD = 0.4


@pytest.fixture
def log():
    """Return a function that gives the events logged so far."""
    stream = io.StringIO()
    configure("info", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    structlog.reset_defaults()


async def watched(clock, nursery, blocks):
    """Watch the loop for some steps; in the middle something holds it for so long."""
    nursery.start_soon(watch_loop)
    await trio.sleep(2.5 * STEP)
    clock.jump(blocks)  # time passes, and nobody else runs
    await trio.sleep(3 * STEP)


async def test_a_loop_that_turns_freely_is_never_late(measured, autojump_clock, nursery, log):
    await watched(autojump_clock, nursery, 0.0)
    assert measured("voiced_loop_lateness_seconds") == 5
    assert measured("voiced_loop_lateness_seconds_bucket", le="0.001") == 5
    assert log() == []


async def test_what_holds_the_loop_is_seen_and_told(measured, autojump_clock, nursery, log):
    await watched(autojump_clock, nursery, BLOCKED + STEP)
    assert measured("voiced_loop_lateness_seconds_sum") == pytest.approx(BLOCKED + STEP / 2)
    (line,) = log()
    assert (line["event"], line["level"]) == ("loop_was_blocked", "warning")
    assert line["seconds"] == pytest.approx(BLOCKED + STEP / 2)


def reply(*sent):
    """A reply whose batches went out with so much left to play; those after the first had to wait, where told so."""
    pacing = Pacing()
    for ahead, waited in sent:
        pacing.sent(ahead, LEAD, waited=waited)
    pacing.tell()
    return pacing


def test_a_reply_that_keeps_its_lead_is_not_late(measured):
    assert reply((-2.0, False), (0.2, False), (LEAD, True), (LEAD, True)).worst == 0
    assert measured("voiced_pacing_lateness_seconds") == 1
    assert measured("voiced_underruns_total") == 0


def test_its_first_sound_cannot_be_late_and_neither_can_what_builds_up_the_lead(measured):
    reply((-30.0, False), (0.2, False), (0.3, False))
    assert measured("voiced_pacing_lateness_seconds") == 0
    assert measured("voiced_underruns_total") == 0


def test_the_worst_of_a_reply_counts():
    pacing = reply((-1.0, False), (LEAD, True), (0.1, False), (0.3, False))
    assert pacing.worst == pytest.approx(LEAD - 0.1)


def test_a_carrier_that_runs_dry_in_the_middle_is_counted_with_its_hole(measured):
    reply((-1.0, False), (LEAD, True), (-0.5, False), (0.1, False), (-0.25, False))
    assert measured("voiced_underruns_total") == 2
    assert measured("voiced_underrun_seconds_total") == pytest.approx(0.75)


def test_a_hole_that_the_carrier_s_own_buffer_fills_is_none(measured):
    reply((-1.0, False), (-0.01, False))
    assert measured("voiced_underruns_total") == 0
