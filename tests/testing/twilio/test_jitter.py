"""What the network does to the caller's frames."""

from itertools import pairwise

import pytest

from voiced.testing.twilio.jitter import CallerFrame, Network


def frames(count, silent=()):
    return [CallerFrame(bytes([n % 256]) * 160, (n + 1) * 20, n in silent) for n in range(count)]


@pytest.mark.checklist("twilio-21", way="in time")
def test_without_jitter_every_frame_passes_at_once():
    network = Network("none")
    assert [network.pass_on(frame) for frame in frames(100)] == [[frame] for frame in frames(100)]


@pytest.mark.checklist("twilio-21")
def test_bursts_hold_three_to_five_frames_and_lose_none():
    network = Network("bursts")
    out = [network.pass_on(frame) for frame in frames(120)]
    assert {len(burst) for burst in out} == {0, 3, 4, 5}
    assert [frame for burst in out for frame in burst] == frames(120)


@pytest.mark.checklist("twilio-21")
def test_gaps_lose_200_ms_every_second():
    network = Network("gaps")
    passed = [frame.ends for frame in frames(150) for frame in network.pass_on(frame)]
    holes = [after - before for before, after in pairwise(passed) if after - before > 20]
    assert holes == [220, 220, 220]


@pytest.mark.checklist("twilio-21")
def test_silence_may_be_left_out():
    network = Network("none", suppress_silence=True)
    passed = [frame.ends for frame in frames(10, silent=range(3, 7)) for frame in network.pass_on(frame)]
    assert passed == [20, 40, 60, 160, 180, 200]
