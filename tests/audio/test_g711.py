"""G.711 against a scalar reference written from the Recommendation's segment tables, value by value."""

import numpy as np
import pytest

from voiced.audio import AudioFormat, decode, encode

# G.711 table 2 (mu-law, 14 bits) and table 1 (A-law, 13 bits): each segment's first decision level, and its step.
MULAW_SEGMENTS = [(-1, 2), (31, 4), (95, 8), (223, 16), (479, 32), (991, 64), (2015, 128), (4063, 256)]
ALAW_SEGMENTS = [(0, 2), (32, 2), (64, 4), (128, 8), (256, 16), (512, 32), (1024, 64), (2048, 128)]


def levels(segments):
    """Return the lower decision level of each of the 128 intervals of one sign, in the law's own units."""
    return [start + step * k for start, step in segments for k in range(16)]


def middles(segments):
    """Return the output value of each of the 128 intervals of one sign."""
    return [start + step * k + step // 2 for start, step in segments for k in range(16)]


def interval(value, starts):
    """Return the number of the interval that `value` (not negative) lies in, by search."""
    return max(n for n, start in enumerate(starts) if value >= start)


def reference_code(linear, segments, unit, law):
    """Encode one 16-bit value: `unit` is how many 16-bit steps one step of the law's own scale has."""
    magnitude = (linear if linear >= 0 else -linear - 1) // unit
    number = interval(magnitude, levels(segments))
    if law == "mulaw":
        return (0xFF if linear >= 0 else 0x7F) - number
    return (number | (0x80 if linear >= 0 else 0)) ^ 0x55


def reference_value(code, segments, unit, law):
    positive = bool(code & 0x80)
    number = (~code & 0x7F) if law == "mulaw" else (code ^ 0x55) & 0x7F
    return middles(segments)[number] * unit * (1 if positive else -1)


# A-law's first interval begins at 0 and its units are of 13 bits: 8 steps of 16. In 12-bit magnitudes its step is 2.
LAWS = [("mulaw", MULAW_SEGMENTS, 4), ("alaw", ALAW_SEGMENTS, 8)]


@pytest.mark.parametrize(("law", "segments", "unit"), LAWS)
def test_every_code_decodes_to_the_value_in_the_recommendation(law, segments, unit):
    expected = [reference_value(code, segments, unit, law) for code in range(256)]
    assert decode(bytes(range(256)), law).tolist() == expected


@pytest.mark.parametrize(("law", "segments", "unit"), LAWS)
def test_every_16_bit_value_encodes_to_the_code_in_the_recommendation(law, segments, unit):
    by_magnitude = {top: reference_code(top * unit, segments, unit, law) for top in range(32768 // unit)}
    flip = {code: reference_code(-(top * unit) - 1, segments, unit, law) for top, code in by_magnitude.items()}
    values = np.arange(-32768, 32768, dtype=np.int16)
    expected = bytes(
        by_magnitude[v // unit] if v >= 0 else flip[by_magnitude[(-v - 1) // unit]] for v in values.tolist()
    )
    assert encode(values, law) == expected


def test_the_reference_agrees_with_itself_on_single_values():
    for value in (-32768, -1000, -1, 0, 1, 1000, 32767):
        assert encode(np.array([value]), "mulaw")[0] == reference_code(value, MULAW_SEGMENTS, 4, "mulaw")
        assert encode(np.array([value]), "alaw")[0] == reference_code(value, ALAW_SEGMENTS, 8, "alaw")


@pytest.mark.parametrize(
    ("law", "value", "code"),
    [
        ("mulaw", 0, "ff"), ("mulaw", 1000, "ce"), ("mulaw", -1000, "4e"), ("mulaw", 32767, "80"),
        ("mulaw", -32768, "00"), ("alaw", 0, "d5"), ("alaw", 32767, "aa"), ("alaw", -32768, "2a"),
        ("alaw", -1, "55"), ("alaw", 1000, "fa"),
    ],
)  # fmt: skip
def test_fixed_vectors(law, value, code):
    assert encode(np.array([value], np.int16), law).hex() == code


def test_a_code_survives_the_way_through_linear_except_mulaws_second_zero():
    codes = bytes(range(256))
    assert encode(decode(codes, "alaw"), "alaw") == codes
    assert encode(decode(codes, "mulaw"), "mulaw") == codes.replace(b"\x7f", b"\xff")


@pytest.mark.parametrize("law", ["mulaw", "alaw", "pcm16"])
def test_a_full_scale_sine_never_wraps(law):
    wave = 32767.9 * np.sin(np.arange(8000) * 0.05)
    there = decode(encode(wave, law), law).astype(float)
    assert np.max(np.abs(there - wave)) <= 32768 / 30


@pytest.mark.parametrize("law", ["mulaw", "alaw", "pcm16"])
def test_values_beyond_16_bits_are_held_at_the_limit(law):
    limits = np.array([32767, -32768], np.int16)
    assert encode(np.array([70000, -70000], np.int32), law) == encode(limits, law)


def test_silence_of_each_format_is_what_zero_encodes_to():

    for law in ("mulaw", "alaw", "pcm16"):
        assert encode(np.zeros(1, np.int16), law) == AudioFormat(law, 8000).silence


def test_half_a_sample_at_the_end_is_left_out():
    assert decode(b"\x01\x00\x02", "pcm16").tolist() == [1]
