import numpy as np
import pytest

from voiced.audio import FLOOR, AudioFormat, LevelGate, amplify, dbfs, decode, encode, energy, gain_table
from voiced.audio.hot import pcm16, rms


def sine(seconds=1.0, peak=0.5, hertz=440, rate=8000):
    return 32767 * peak * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


@pytest.mark.parametrize("law", ["mulaw", "alaw", "pcm16"])
@pytest.mark.parametrize("decibels", [-18.0, -6.0, 3.0])
def test_sound_gets_louder_or_softer_by_what_was_asked(law, decibels):
    loud = encode(sine(), law)
    assert dbfs(amplify(loud, law, decibels), law) == pytest.approx(dbfs(loud, law) + decibels, abs=0.1)


@pytest.mark.parametrize("law", ["mulaw", "alaw", "pcm16"])
def test_too_much_gain_stays_at_the_limit_and_keeps_the_sign(law):
    loud = encode(sine(peak=0.9), law)
    before, after = decode(loud, law).astype(int), decode(amplify(loud, law, 40.0), law).astype(int)
    assert np.all(before * after >= 0)
    assert after.max() >= 32000


@pytest.mark.parametrize("law", ["mulaw", "alaw"])
def test_no_gain_at_all_is_silence(law):
    quiet = amplify(encode(sine(), law), law, float("-inf"))
    assert quiet == AudioFormat(law, 8000).silence * 8000


def test_ducking_is_one_table_for_each_gain_and_nothing_at_zero():
    data = b"\x10\x90"
    assert amplify(data, "mulaw", 0) is data
    assert gain_table("mulaw", -12.0) is gain_table("mulaw", -12.0)
    assert len(gain_table("alaw", -12.0)) == 256


@pytest.mark.parametrize("law", ["mulaw", "alaw", "pcm16"])
def test_level_is_rms_against_the_largest_sample(law):
    assert dbfs(encode(sine(peak=1.0), law), law) == pytest.approx(-3.01, abs=0.1)
    assert dbfs(encode(sine(peak=0.01), law), law) == pytest.approx(-43.01, abs=0.2)


def test_silence_and_nothing_have_the_floor_level():
    assert dbfs(b"", "mulaw") == dbfs(b"\xff" * 160, "mulaw") == dbfs(bytes(320), "pcm16") == FLOOR
    assert energy(b"", "pcm16") == 0


def frames(*peaks):
    return [encode(sine(0.02, peak), "pcm16") for peak in peaks]


def test_the_gate_opens_on_loud_sound_and_closes_after_its_hold():
    gate = LevelGate(opens=-40, closes=-46, hold=0.06)
    loud, soft = frames(0.1, 0.001)
    assert [gate.feed(frame, 0.02) for frame in (soft, loud, soft, soft, soft, soft)] == [
        False, True, True, True, False, False,
    ]  # fmt: skip


def test_between_its_levels_the_gate_stays_as_it_is():
    gate = LevelGate(opens=-40, closes=-46, hold=0.02)
    loud, middle = frames(0.1, 0.0099)
    assert [gate.feed(frame, 0.02) for frame in (middle, loud, middle, middle)] == [False, True, True, True]


@pytest.mark.parametrize("law", ["mulaw", "alaw"])
def test_a_frame_in_c_holds_the_samples_that_arrays_give(law):
    every = bytes(range(256))
    assert pcm16(every, law) == decode(every, law).tobytes()
    assert pcm16(b"\x01\x02", "pcm16") == b"\x01\x02"


@pytest.mark.parametrize("peak", [1.0, 0.3, 0.01])
def test_loudness_in_c_is_the_level_that_arrays_give(peak):
    sound = encode(sine(peak=peak), "pcm16")
    assert rms(sound) == pytest.approx(energy(sound, "pcm16") ** 0.5, abs=1)
    assert rms(b"") == 0
