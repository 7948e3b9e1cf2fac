"""A script shared by caller and recogniser: it goes on with the sound that can be heard, and with nothing else."""

import pytest

from voiced.audio import MULAW_8K
from voiced.testing.emulator.prompter import Prompter, Said, said

LOUD, SILENT = b"\x10\x90" * 80, b"\xff" * 160


def test_a_text_is_said_by_its_utterance():
    script = Prompter(iter(["Bonjour madame.", "Oui."]))
    script.begin()
    assert script.hear(0.2) == "Bon"
    assert script.end() == "jour madame."
    script.begin()
    assert script.end() == "Oui."


def test_a_pause_within_a_line_is_no_new_line():
    script = Prompter(iter([Said("zéro six, douze", 1.5), "Oui."]))
    script.begin()
    assert script.hear(0.75) == "zéro si"
    assert script.end() == "x,"
    assert script.under_way
    script.begin()
    assert script.hear(0.7) == " douz"
    assert script.end() == "e"
    assert not script.under_way
    script.begin()
    assert script.end() == "Oui."


def test_no_word_is_cut_in_two():
    script = Prompter(iter([Said("zéro six, douze", 1.5)]))
    script.begin()
    assert script.hear(0.75) == "zéro si"
    assert script.whole_word() == "x,"
    assert script.hear(0.0) == ""
    assert script.hear(0.25) == " "
    assert script.whole_word() == ""
    assert script.hear(0.5) == "douze"


def test_nothing_is_said_after_the_last_line():
    script = Prompter(iter(()))
    script.begin()
    assert (script.hear(3.0), script.end()) == ("", "")


def test_a_line_is_as_long_as_its_sound_can_be_heard():
    line = said("oui", SILENT * 10 + LOUD * 20 + SILENT * 30 + LOUD * 5, MULAW_8K)
    assert line.text == "oui"
    assert line.audible == pytest.approx(0.5)
