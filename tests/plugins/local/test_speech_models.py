"""The real models: hearing people and voices, hearing oneself. Fetches 210 MB on a fresh machine; 15 s of CPU."""

from pathlib import Path

import numpy as np
import pytest
import trio

import voiced.lab
from voiced.audio.convert import to_format
from voiced.audio.g711 import decode, encode
from voiced.audio.level import dbfs
from voiced.audio.wav import read_wav
from voiced.lab.score_speech import hear, read_rows, score
from voiced.plugin import MULAW_8K
from voiced.text.normalise import wer
from voiced_local import Options, make
from voiced_local.stt.provider import LocalStt
from voiced_local.weights import ensure

DEMO_SPEECH = Path(voiced.lab.__file__).parent / "speech"
SPEECH = Path(__file__).parents[2] / "data" / "speech"


@pytest.fixture(scope="module")
def models():
    ensure(["whisper", "kokoro"])
    options = Options()
    return {
        "whisper": make.whisper(options, None),
        "kokoro": make.kokoro(options, None),
        "pico": make.pico(options, None),
    }


@pytest.fixture
def stt(models, model_host):
    return LocalStt(model_host(models))


async def test_people_and_voices_are_understood(stt, autojump_clock):
    report = await score(lambda: stt, read_rows(SPEECH / "transcripts.tsv"))
    assert len(report.voices) == 3
    assert max(map(report.wer, report.voices)) <= 0.2, str(report)
    assert report.wer("human fr-CA June Wallack") <= 0.15, str(report)


async def test_clear_words_are_heard_wherever_the_silence_before_them_ends(models, model_host, autojump_clock):
    """With 782 ms of it, the model finds "no speech" likely, and is sure of every word all the same."""
    wav = read_wav(DEMO_SPEECH / "kok_f_s19.wav")
    speech = to_format(wav.channel(0), wav.format, MULAW_8K)
    sound = MULAW_8K.silence * 6256 + speech + MULAW_8K.silence * 258
    found = await model_host(models).infer("whisper", "transcribe", sound, {"hints": ["rendez-vous"]})
    assert "mardi prochain" in found["text"]


async def test_noise_is_not_speech(stt, autojump_clock):
    rng = np.random.default_rng(5)
    for sound in (rng.normal(size=24000) * 300, rng.normal(size=24000) * 3000, np.sin(np.arange(24000) * 0.35) * 9000):
        assert await hear(stt, encode(sound, "mulaw")) == ""


@pytest.mark.parametrize("voice", ["claire", "pico"])
async def test_what_it_says_it_understands(stt, models, model_host, voice, autojump_clock):
    text = "Bonjour, votre rendez-vous est confirmé mardi prochain à quatorze heures."
    ensure(["kokoro"])
    tts = make.tts(Options(voice=voice), model_host(models))
    give, clauses = trio.open_memory_channel(1)
    sink, sent = trio.open_memory_channel(1000)
    give.send_nowait(text)
    give.close()
    await tts.speak(clauses, sink, MULAW_8K)
    sink.close()
    sound = b"".join([packet.data async for packet in sent])
    assert dbfs(sound, "mulaw") == pytest.approx(-22, abs=2.5)
    assert np.abs(decode(sound, "mulaw").astype(int)).max() < 32000
    assert 3 < MULAW_8K.seconds(len(sound)) < 6
    errors, words = wer(text, await hear(stt, sound))
    assert errors <= 0.2 * words


async def test_hints_do_not_spoil_what_is_said_without_them(stt, models, model_host, autojump_clock):
    rows = read_rows(SPEECH / "transcripts.tsv")[:2]
    hinted = model_host(models)
    for row in rows:
        sound = row.file.read_bytes()[58:]
        found = await hinted.infer("whisper", "transcribe", sound, {"hints": ["Dubreuil", "Kerlann", "Plouzané"]})
        errors, words = wer(row.transcript, found["text"])
        assert errors <= 0.25 * words


def height(sound):
    """Return how often a voice swings in a second, in the middle of its sounds (Hz)."""
    samples, found = decode(sound, "mulaw"), []
    for start in range(0, len(samples) - 640, 320):
        window = samples[start : start + 640] - np.mean(samples[start : start + 640])
        if np.sqrt(np.mean(window**2)) > 800:
            likeness = np.correlate(window, window, "full")[639:]
            found.append(8000 / (23 + np.argmax(likeness[23:115])))
    return np.median(found)


@pytest.mark.parametrize("voice", ["kokoro", "pico"])
def test_a_voice_speaks_higher_at_the_same_pace(models, voice):
    own = models[voice].speak("Bonjour, cabinet Martin.", 1.0, "mulaw", 8000)
    higher = models[voice].speak("Bonjour, cabinet Martin.", 1.0, "mulaw", 8000, 1.2)
    assert height(higher) / height(own) == pytest.approx(1.2, abs=0.08)
    assert len(higher) / len(own) == pytest.approx(1, abs=0.1)
