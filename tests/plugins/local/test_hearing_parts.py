"""The recogniser's parts: spectrum, tokens, guards, windows."""

import json

import numpy as np
import pytest

from voiced_local.stt.guards import plausible
from voiced_local.stt.mel import log_mel
from voiced_local.stt.tokens import Tokens
from voiced_local.stt.whisper import WINDOWS, levelled, window


def band(hertz):
    times = np.arange(8000) / 8000
    mel = log_mel(np.sin(2 * np.pi * hertz * times).astype(np.float32), 100)
    return int(mel[:, 20:80].mean(axis=1).argmax())


def test_a_tone_stands_in_its_mel_band():
    # Slaney's scale: 66.7 Hz a mel up to 1 kHz (mel 15), 80 bands of 45.2 mels over 8 kHz.
    assert [band(hertz) for hertz in (300, 1000, 3000)] == pytest.approx([7, 26, 54], abs=1)


def test_the_spectrum_is_filled_to_the_window_and_bounded_below():
    mel = log_mel(np.ones(800, np.float32) * 0.1, 1200)
    assert mel.shape == (80, 1200)
    assert mel.max() - mel.min() <= 2.0 + 1e-6
    assert mel.dtype == np.float32


@pytest.fixture
def tokens(tmp_path):
    def build(as_json):
        pieces = [*(chr(code) for code in range(33, 127)), "Ġ", "Ã", "©", "Ġoui", "allo"]
        if as_json:
            (tmp_path / "vocabulary.json").write_text(json.dumps(pieces), "utf-8")
        else:
            (tmp_path / "vocabulary.txt").write_text("\n".join(pieces), "utf-8")
        return Tokens(tmp_path)

    return build


@pytest.mark.parametrize("as_json", [False, True])
def test_text_survives_the_tokens_and_long_pieces_are_preferred(tokens, as_json):
    vocabulary = tokens(as_json)
    ids = vocabulary.encode(" oui, été allo")
    assert vocabulary.decode(ids) == " oui, été allo"
    assert vocabulary.decode(ids[:1]) == " oui"
    assert vocabulary.decode([50257, *ids, 50363]) == " oui, été allo"


@pytest.mark.parametrize(
    ("text", "logprob", "no_speech", "heard"),
    [
        ("Oui.", -1.14, 0.01, True),
        ("Je voudrais un rendez-vous.", -0.1, 0.02, True),
        ("C'est parti !", -1.5, 0.7, False),
        ("Bonjour, je vous appelle.", -1.06, 0.18, False),
        ("Non, non, non.", -1.21, 0.15, False),
        ("Plutôt mardi prochain à 14h30.", -0.19, 0.306, True),
        (". . .", -0.2, 0.0, False),
        ("Sous-titres réalisés par un inconnu", -0.3, 0.0, False),
    ],
)
def test_what_was_invented_is_told_from_what_was_heard(text, logprob, no_speech, heard):
    assert plausible(text, logprob, no_speech) is heard


def test_windows_come_in_few_sizes():
    assert {window(seconds) for seconds in np.arange(3, 40, 0.1)} == set(WINDOWS)
    assert all(window(seconds) >= seconds for seconds in np.arange(3, 30, 0.1))


def test_loud_and_soft_callers_sound_alike_to_the_model():
    rng = np.random.default_rng(1)
    speech = rng.normal(size=8000).astype(np.float32) * 0.1
    assert levelled(speech) == pytest.approx(levelled(speech * 0.05), rel=1e-4)
    assert not levelled(np.zeros(8000, np.float32)).any()
