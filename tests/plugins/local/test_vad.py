"""The detectors, on real speech and on things that are not. Silero's weights (2 MB) are fetched if they are missing."""

from pathlib import Path

import numpy as np
import pytest

from voiced.audio.g711 import encode
from voiced.audio.wav import read_wav
from voiced.plugin import PCM_16K, Packet, ProviderBadInput
from voiced_local import Options, make
from voiced_local.weights import ensure

SPEECH = Path(__file__).parents[2] / "data" / "speech"


@pytest.fixture(scope="module")
def silero():
    ensure(["silero"])
    return make.vad_silero(Options(), None)


@pytest.fixture
def detectors(silero):
    return {"webrtc": make.vad_webrtc(Options(), None), "silero": silero}


def hear(vad, data, size=160):
    stream = vad.start()
    return np.array([stream.probability(Packet(data[at : at + size])) for at in range(0, len(data) - size + 1, size)])


@pytest.mark.parametrize("name", ["webrtc", "silero"])
def test_speech_is_found_and_the_silence_around_it_is_not(detectors, name):
    for path in sorted(SPEECH.glob("*.wav"))[::3]:
        data = b"\xff" * 8000 + read_wav(path).data + b"\xff" * 8000
        found = hear(detectors[name], data) > 0.5
        assert not found[:50].any()
        assert found[50:-50].mean() > 0.3
        assert not found[-35:].any()


def noise(level, seconds=5):
    rng = np.random.default_rng(3)
    spectrum = np.fft.rfft(rng.normal(size=8000 * seconds))
    pink = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1)))
    return encode(pink / pink.std() * level * 32767, "mulaw")


def test_silero_is_not_fooled_by_noise(detectors):
    assert (hear(detectors["silero"], noise(0.05)) > 0.5).mean() < 0.02


def test_what_is_too_soft_is_not_looked_at(detectors):
    whisper = encode(np.random.default_rng(1).normal(size=16000) * 30, "mulaw")
    for vad in detectors.values():
        assert not hear(vad, whisper).any()


@pytest.mark.parametrize("name", ["webrtc", "silero"])
def test_calls_do_not_hear_each_other(detectors, name):
    data = read_wav(SPEECH / "kok_f_s01.wav").data
    alone = hear(detectors[name], data)
    first, second = detectors[name].start(), detectors[name].start()
    both = []
    for at in range(0, len(data) - 159, 160):
        both.append(first.probability(Packet(data[at : at + 160])))
        second.probability(Packet(b"\x10" * 160))
    assert both == pytest.approx(list(alone))


def test_a_quiet_of_seconds_is_forgotten(detectors):
    data = read_wav(SPEECH / "kok_f_s01.wav").data
    fresh = hear(detectors["silero"], data)
    later = hear(detectors["silero"], noise(0.05, 3) + b"\xff" * 8000 * 3 + data)[-len(fresh) :]
    assert np.abs(later - fresh).mean() < 0.1


def test_frames_of_other_lengths_and_rates_are_refused(detectors):
    with pytest.raises(ProviderBadInput):
        detectors["webrtc"].start().probability(Packet(b"\x10" * 200))
    with pytest.raises(ProviderBadInput):
        detectors["silero"].start().probability(Packet(b"\x10" * 640, PCM_16K))
