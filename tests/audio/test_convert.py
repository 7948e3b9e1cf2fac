import numpy as np
import pytest

from voiced.audio import MULAW_8K, PCM_16K, AudioFormat, Converter, Packet, decode, encode, resample_phrase, to_format

PCM_24K = AudioFormat("pcm16", 24000)
ALAW_8K = AudioFormat("alaw", 8000)


def tone(hertz, format, seconds=1.0, peak=12000):
    return encode(
        peak * np.sin(2 * np.pi * hertz * np.arange(round(format.rate * seconds)) / format.rate), format.encoding
    )


def snr(got, wanted):
    return 10 * np.log10(np.sum(wanted**2) / (np.sum((got - wanted) ** 2) + 1e-9))


def test_equal_formats_pass_untouched():
    data = b"\x01\x02\x03"
    assert to_format(data, MULAW_8K, MULAW_8K) is data
    assert Converter(MULAW_8K, MULAW_8K).feed(data) is data
    packet = Packet(data)
    assert to_format(packet, MULAW_8K, MULAW_8K) is packet
    assert Converter(MULAW_8K, MULAW_8K).delay == 0


@pytest.mark.parametrize("src", [PCM_16K, PCM_24K, AudioFormat("pcm16", 22050), AudioFormat("pcm16", 44100)])
def test_a_phrase_becomes_what_the_carrier_plays(src):
    made = to_format(tone(700, src), src, MULAW_8K)
    assert len(made) == pytest.approx(8000, abs=1)
    wanted = decode(tone(700, MULAW_8K), "mulaw").astype(float)
    got = decode(made, "mulaw").astype(float)
    size = min(len(got), len(wanted)) - 200
    assert snr(got[200:size], wanted[200:size]) > 30


def test_a_packet_stays_a_packet():
    packet = to_format(Packet(tone(700, PCM_16K), PCM_16K), PCM_16K, MULAW_8K)
    assert packet.format == MULAW_8K
    assert packet.seconds == pytest.approx(1.0, abs=0.001)


def test_a_full_scale_phrase_never_wraps():
    square = np.where(np.arange(16000) // 80 % 2, 32767, -32768).astype(np.int16)
    made = resample_phrase(square, 16000, 8000)
    assert np.mean(np.sign(made[:7980:]) == np.sign(square[:15960:2])) > 0.97
    assert resample_phrase(square, 8000, 8000) is square


def test_one_law_becomes_the_other_without_resampling():
    there = Converter(MULAW_8K, ALAW_8K)
    mulaw = tone(440, MULAW_8K)
    assert there.delay == 0
    assert snr(decode(there.feed(mulaw), "alaw").astype(float), decode(mulaw, "mulaw").astype(float)) > 35


@pytest.mark.parametrize("size", [1, 37, 960])
def test_a_stream_cut_anywhere_even_inside_samples_sounds_the_same(size):
    sound = tone(440, PCM_24K, 0.2)
    stream = Converter(PCM_24K, MULAW_8K)
    pieces = b"".join(stream.feed(sound[at : at + size]) for at in range(0, len(sound), size))
    whole = Converter(PCM_24K, MULAW_8K).feed(sound)
    assert len(pieces) == len(whole) == 1600
    assert snr(decode(pieces, "mulaw").astype(float), decode(whole, "mulaw").astype(float)) > 50


def test_every_frame_of_a_live_stream_becomes_one_frame():
    stream = Converter(MULAW_8K, PCM_16K)
    assert {len(stream.feed(b"\xff" * 160)) for _ in range(10)} == {640}
    assert stream.delay == pytest.approx(0.003)


def test_reset_forgets_the_half_sample_and_the_sound():
    stream = Converter(PCM_16K, MULAW_8K)
    stream.feed(tone(440, PCM_16K)[:1001])
    stream.reset()
    assert stream.feed(bytes(640)) == b"\xff" * 160
    plain = Converter(AudioFormat("pcm16", 8000), MULAW_8K)
    plain.feed(b"\x7f")
    plain.reset()
    assert plain.feed(b"\x00\x00") == b"\xff"
