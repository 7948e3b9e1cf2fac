"""The espeak-ng process, for real."""

import threading
from pathlib import Path

import pytest

from voiced_local.tts.ipa import phonemise
from voiced_local.tts.phonemes import Espeak


@pytest.fixture
def espeak():
    client = Espeak()
    yield client
    client.close()


def test_french_becomes_phonemes(espeak):
    assert phonemise("Bonjour, c'est noté.", espeak.ipa) == "bɔ̃ʒˈuʁ, sɛ notˈe."
    assert espeak.ipa("une ligne\net une autre")


def test_the_gpl_library_is_not_in_this_process(espeak):
    espeak.ipa("bonjour")
    assert "espeak" not in Path("/proc/self/maps").read_text()


def test_it_is_started_again_when_it_died(espeak):
    espeak.ipa("bonjour")
    espeak._process.kill()
    espeak._process.wait()
    assert espeak.ipa("bonjour") == "bɔ̃ʒˈuʁ"


def test_threads_get_their_own_answers(espeak):
    words = ["un", "deux", "trois", "quatre"] * 5
    alone = {word: espeak.ipa(word) for word in words}
    answers = [""] * len(words)

    def ask(place):
        answers[place] = espeak.ipa(words[place])

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(len(words))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [alone[word] for word in words]
