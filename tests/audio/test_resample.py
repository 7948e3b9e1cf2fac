"""The live resampler: proportion, delay and stop band, measured."""

import numpy as np
import pytest

from voiced.audio import Resampler

PAIRS = [(8000, 16000), (16000, 8000), (24000, 8000), (22050, 8000), (44100, 8000), (48000, 8000), (8000, 24000),
         (8000, 22050), (16000, 24000)]  # fmt: skip
SLOW = [(rate, 8000) for rate in (16000, 22050, 24000, 44100, 48000)]


def tone(hertz, rate, seconds=0.5, peak=16000):
    return np.rint(peak * np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate)).astype(np.int16)


def through(sound, rate_in, rate_out):
    return Resampler(rate_in, rate_out).feed(sound).astype(float)


def spectrum(sound, rate):
    """Return frequencies in Hz and levels in dB, 0 dB being a sine of peak 16000, after the filter has settled."""
    settled = sound[len(sound) // 5 :]
    window = np.blackman(len(settled))
    bins = np.abs(np.fft.rfft(settled * window)) / (window.sum() / 2) / 16000
    return np.fft.rfftfreq(len(settled), 1 / rate), 20 * np.log10(np.maximum(bins, 1e-9))


@pytest.mark.parametrize(("rate_in", "rate_out"), PAIRS)
def test_every_20_ms_in_give_20_ms_out(rate_in, rate_out):
    stream = Resampler(rate_in, rate_out)
    frame = np.zeros(rate_in // 50, np.int16)
    assert {len(stream.feed(frame)) for _ in range(50)} == {rate_out // 50}


@pytest.mark.parametrize(("rate_in", "rate_out"), PAIRS)
def test_chunks_of_any_size_make_the_same_sound_as_one(rate_in, rate_out):
    sound = tone(1234, rate_in)
    stream, pieces, place = Resampler(rate_in, rate_out), [], 0
    for size in [1, 0, 7, 160, 3, 2, 441, 1000] * 40:
        pieces.append(stream.feed(sound[place : place + size]))
        place += size
    pieces.append(stream.feed(sound[place:]))
    whole = Resampler(rate_in, rate_out).feed(sound)
    # Sums of another order may round to the neighbouring 16-bit value.
    assert np.max(np.abs(np.concatenate(pieces).astype(int) - whole)) <= 1
    assert len(whole) == -(-len(sound) * rate_out // rate_in)


@pytest.mark.parametrize(("rate_in", "rate_out"), PAIRS)
def test_the_delay_is_what_it_says_and_at_most_5_ms(rate_in, rate_out):
    stream = Resampler(rate_in, rate_out)
    click = np.zeros(rate_in // 10, np.int16)
    click[rate_in // 50] = 20000
    heard = np.argmax(stream.feed(click)) / rate_out - 0.02
    assert heard == pytest.approx(stream.delay, abs=1.5 / min(rate_in, rate_out))
    assert stream.delay <= 0.005


@pytest.mark.parametrize(("rate_in", "rate_out"), PAIRS)
@pytest.mark.parametrize("hertz", [100, 300, 1000, 3400])
def test_the_telephone_band_passes_flat(rate_in, rate_out, hertz):
    assert spectrum(through(tone(hertz, rate_in), rate_in, rate_out), rate_out)[1].max() == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize(("rate_in", "rate_out"), SLOW)
def test_what_would_fold_into_the_telephone_band_is_80_db_down(rate_in, rate_out):
    worst = max(
        spectrum(through(tone(hertz, rate_in, 0.2), rate_in, rate_out), rate_out)[1].max()
        for hertz in [4600, *range(4700, rate_in // 2, 331)]
    )
    assert worst <= -80


@pytest.mark.parametrize(("rate_in", "rate_out"), SLOW)
def test_what_lies_just_above_4_khz_falls_above_the_telephone_band_only(rate_in, rate_out):
    hertz, levels = spectrum(through(tone(4300, rate_in), rate_in, rate_out), rate_out)
    assert levels[hertz < 3600].max() <= -75


@pytest.mark.parametrize("rate_out", [16000, 22050, 24000])
@pytest.mark.parametrize("hertz", [300, 1000, 3400])
def test_images_of_the_telephone_band_are_85_db_down(rate_out, hertz):
    frequencies, levels = spectrum(through(tone(hertz, 8000), 8000, rate_out), rate_out)
    assert levels[frequencies > 4600].max() <= -85


def test_a_full_scale_square_wave_is_held_at_the_limit():
    square = np.where(np.arange(8000) // 40 % 2, 32767, -32768).astype(np.int16)
    made = Resampler(8000, 16000).feed(square)
    assert made.max() == 32767
    assert made.min() == -32768
    assert np.all(made[20 * 80 + 60 : 20 * 80 + 120] < 0)  # the inside of a negative half wave has no wrapped sample


def test_reset_forgets_the_sound_before():
    stream, fresh = Resampler(22050, 8000), Resampler(22050, 8000)
    stream.feed(tone(500, 22050)[:777])
    stream.reset()
    assert np.array_equal(stream.feed(tone(800, 22050)), fresh.feed(tone(800, 22050)))
