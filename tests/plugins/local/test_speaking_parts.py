"""The voice's parts: phonemes, clauses, sound."""

import numpy as np
import pytest

from voiced.audio.g711 import decode
from voiced.audio.level import dbfs
from voiced.plugin import MULAW_8K, AudioFormat
from voiced_local.tts.clauses import LEAST, SHORT, opening, pause_after
from voiced_local.tts.ipa import clean, phonemise
from voiced_local.tts.kokoro import split
from voiced_local.tts.sound import finish, gain, trim


def test_punctuation_stays_and_carries_the_melody():
    assert phonemise("Oui, bonjour… Ça va ?!", str.lower) == "oui, bonjour… ça va?"


def test_quotes_and_typographic_apostrophes_are_not_spoken():
    assert phonemise("« L’été »", str.lower) == "l'été"


@pytest.mark.parametrize(("word", "heard"), [("e-mail", "imèl"), ("Parking", "parkinng"), ("week-end", "ouikènde")])
def test_english_words_of_french_are_respelled(word, heard):
    assert phonemise(f"Le {word}.", str) == f"Le {heard}."


def test_ties_hyphens_and_language_marks_go_and_affricates_are_one_letter():
    assert clean("lə- (^e^n)d^ʒˈiːmˈe^ɪl(^f^r) mˈat^ʃ") == "lə ʤˈimˈeil mˈaʧ"


def test_long_speech_is_split_after_punctuation_or_at_a_space():
    assert split("aaaa, bbbb. cccc", 12) == ["aaaa, bbbb.", "cccc"]
    assert split("aaaa bbbb cccc", 10) == ["aaaa bbbb", "cccc"]
    assert split("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]
    assert split("  ", 10) == []


def test_a_long_first_clause_is_cut_so_that_sound_comes_soon():
    text = "Votre rendez-vous de mardi est confirmé, et vous recevrez un message de rappel."
    head, rest = opening(text)
    assert f"{head} {rest}" == text
    assert LEAST <= len(head) <= SHORT


@pytest.mark.parametrize(
    "text",
    [
        "Oui.",
        "Votre demande est enregistrée.",
        "Rendez-vous confirmé mardi quatorze octobre deux mille vingt-six midi.",
    ],
)
def test_a_clause_that_is_short_or_cannot_be_cut_stays_whole(text):
    assert opening(text) == [text]


def test_a_joining_word_is_a_place_to_cut_where_there_is_no_comma():
    assert opening("Je transmets votre demande au service technique pour qu'il vous rappelle demain") == [
        "Je transmets votre demande au service technique pour qu'il vous rappelle demain"
    ]
    assert opening("Je note votre nouvelle adresse pour la livraison de votre commande demain matin")[0] == (
        "Je note votre nouvelle adresse"
    )


def test_a_full_stop_is_a_longer_pause_than_a_comma():
    assert pause_after("Oui.") > pause_after("oui,") > pause_after("oui") == 0.0


def speech(level, rate=24000):
    rng = np.random.default_rng(7)
    burst = rng.normal(size=rate).astype(np.float32) * level
    return np.concatenate([np.zeros(rate, np.float32), burst, np.zeros(rate, np.float32)])


def test_silence_around_the_words_is_cut():
    assert len(trim(speech(0.1), 24000)) / 24000 == pytest.approx(1.08, abs=0.03)
    assert len(trim(np.zeros(24000, np.float32), 24000)) == 0


@pytest.mark.parametrize("level", [0.003, 0.05, 0.25])
def test_every_voice_is_as_loud_as_the_others(level):
    assert dbfs(finish(speech(level), 24000, AudioFormat("pcm16", 24000)), "pcm16") == pytest.approx(-20.5, abs=0.7)


def test_a_peaky_sound_is_softer_rather_than_clipped():
    sound = speech(0.01)
    sound[30000] = 0.9
    assert gain(sound, 24000) * 0.9 <= 0.9
    assert np.abs(decode(finish(sound, 24000, MULAW_8K), "mulaw")).max() < 32000


def test_silence_is_nothing_to_send():
    assert finish(np.zeros(24000, np.float32), 24000, MULAW_8K) == b""


def test_the_format_is_the_one_asked_for():
    for wanted in (MULAW_8K, AudioFormat("alaw", 8000), AudioFormat("pcm16", 16000)):
        assert wanted.seconds(len(finish(speech(0.1), 24000, wanted))) == pytest.approx(1.08, abs=0.03)
