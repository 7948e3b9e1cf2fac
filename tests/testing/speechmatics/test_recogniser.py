"""When the emulated recogniser tells what, counted in sound."""

import numpy as np
import pytest

from voiced.audio.g711 import decode
from voiced.testing.emulator.prompter import Prompter
from voiced.testing.fakes import spell
from voiced.testing.speechmatics import Ear, Manner

LETTER = 533 / 8000


@pytest.mark.checklist("speechmatics-7")
def test_words_of_the_moment_replace_each_other_and_begin_anew_after_a_final(hearing):
    heard = hearing(partials=True, max_delay=1.0)
    heard.hear("un deux trois quatre cinq six sept huit neuf", pause=1.0)
    moments = heard.texts("AddPartialTranscript")
    assert moments[0] == "un"
    assert any(text == "un deux" for text in moments)
    at = heard.of("AddTranscript")[0][0]
    after = [message for when, message in heard.of("AddPartialTranscript") if when >= at]
    assert not after[0]["metadata"]["transcript"].startswith("un ")


@pytest.mark.checklist("speechmatics-7")
def test_words_of_the_moment_are_wrong_now_and_then(hearing):
    heard = hearing(partials=True)
    heard.hear("un deux quatre cinq", pause=0.5)
    assert "un deux quatrs" in heard.texts("AddPartialTranscript")
    assert heard.texts("AddPartialTranscript")[-1] == "un deux quatre cinq"
    assert heard.core.force(None)[0][1]["metadata"]["transcript"] == "un deux quatre cinq "


def test_without_partials_there_are_none(hearing):
    heard = hearing()
    heard.hear("un deux trois", pause=5.0)
    assert heard.texts("AddPartialTranscript") == []
    assert "".join(heard.texts("AddTranscript")) == "un deux trois "


@pytest.mark.checklist("speechmatics-8")
@pytest.mark.parametrize(("flexible", "longer"), [(False, 0.0), (True, 1.0)])
def test_words_are_final_after_max_delay_and_numbers_later(hearing, flexible, longer):
    heard = hearing(max_delay=1.0, flexible=flexible)
    heard.hear("oui 12", pause=3.0)
    ends = {message["metadata"]["transcript"].strip(): at for at, message in heard.of("AddTranscript")}
    assert ends["oui"] == pytest.approx(3 * LETTER + 1.0, abs=0.05)
    assert ends["12"] == pytest.approx(6 * LETTER + 1.0 + longer, abs=0.05)


@pytest.mark.checklist("speechmatics-9")
def test_finals_come_in_pieces_with_punctuation_apart(hearing):
    heard = hearing(max_delay=0.7)
    heard.hear("Bonjour, je voudrais un rendez-vous.", pause=1.0)
    finals = heard.texts("AddTranscript")
    assert len(finals) > 1
    assert "".join(finals) == "Bonjour, je voudrais un rendez-vous. "
    results = [result for _, message in heard.of("AddTranscript") for result in message["results"]]
    marks = [(each["alternatives"][0]["content"], each["is_eos"]) for each in results if each["type"] == "punctuation"]
    assert marks == [(",", False), (".", True)]


@pytest.mark.checklist("speechmatics-10")
def test_silence_ends_an_utterance_once_after_its_final(hearing):
    heard = hearing(trigger=0.6)
    heard.hear("", pause=2.0)
    assert heard.told == []
    heard.hear("bonjour", pause=3.0)
    assert [message["message"] for _, message in heard.told] == ["AddTranscript", "EndOfUtterance"]
    [(at, end)] = heard.of("EndOfUtterance")
    assert at == pytest.approx(2.0 + 7 * LETTER + 0.6, abs=0.05)
    assert end["metadata"]["start_time"] == end["metadata"]["end_time"]


@pytest.mark.checklist("speechmatics-10")
def test_silence_ends_nothing_where_it_was_not_asked_to(hearing):
    heard = hearing()
    heard.hear("bonjour", pause=6.0)
    assert heard.of("EndOfUtterance") == []


@pytest.mark.checklist("speechmatics-11")
def test_a_forced_end_goes_up_to_its_timestamp(hearing):
    heard = hearing()
    heard.hear("bonjour madame", pause=0.2)
    told = [message for _, message in heard.core.force(8 * LETTER - 0.01)]
    assert [each["message"] for each in told] == ["AddTranscript", "EndOfUtterance"]
    assert told[0]["metadata"]["transcript"] == "bonjour "
    assert all(each["forced"] for each in told)
    assert heard.core.force(None)[0][1]["metadata"]["transcript"] == "madame "


@pytest.mark.checklist("speechmatics-11")
def test_a_forced_end_in_the_future_waits_for_its_sound(hearing):
    heard = hearing()
    heard.hear("bonjour")
    assert heard.core.force(1.0) == []
    heard.hear("", pause=1.0)
    assert heard.of("EndOfUtterance")[0][0] == pytest.approx(1.0, abs=0.03)


@pytest.mark.checklist("speechmatics-11", by="nothing")
@pytest.mark.parametrize(
    ("nothing", "told"),
    [("final", ["AddTranscript"]), ("utterance", ["EndOfUtterance"]), ("both", ["AddTranscript", "EndOfUtterance"])],
)
def test_a_forced_end_with_nothing_to_say(hearing, nothing, told):
    heard = hearing(Manner(nothing=nothing))
    heard.hear("", pause=0.5)
    assert [message["message"] for _, message in heard.core.force(None)] == told


@pytest.mark.checklist("speechmatics-21")
def test_times_count_from_the_first_sound_of_the_session(hearing):
    for before in (0.0, 2.0):
        heard = hearing()
        heard.hear("", pause=before)
        heard.hear("oui", pause=0.1)
        [(_, final), _] = heard.core.force(None)
        assert final["metadata"]["start_time"] == pytest.approx(before, abs=0.02)
        assert final["metadata"]["end_time"] == pytest.approx(before + 3 * LETTER, abs=0.02)


def test_sound_that_spells_nothing_says_the_lines_of_a_script():
    ear = Ear(prompter=Prompter(iter(["Bonjour madame.", "Oui."])))
    for seconds in (1.2, 0.4):
        ear.feed(b"\x10\x90" * round(seconds * 4000) + b"\xff" * 4000)
    assert [word.text for word in ear.words] == ["Bonjour", "madame.", "Oui."]
    assert ear.words[2].start == pytest.approx(1.7, abs=0.1)


def test_a_line_is_whole_when_its_speaker_was_faster():
    ear = Ear(prompter=Prompter(iter(["Quels sont vos horaires ?", "Oui."])))
    ear.feed(b"\x10\x90" * 3200 + b"\xff" * 2000)
    ear.flush()
    assert " ".join(word.text for word in ear.words) == "Quels sont vos horaires ?"
    ear.feed(b"\xff" * 3000 + b"\x10\x90" * 3000 + b"\xff" * 1000)
    ear.flush()
    assert ear.words[-1].text == "Oui."


@pytest.mark.parametrize("encoding", ["pcm_s16le", "pcm_f32le"])
def test_linear_sound_is_heard_too(encoding):
    samples = decode(spell("oui ") + b"\xff" * 400, "mulaw")
    data = samples.astype("<i2") if encoding == "pcm_s16le" else (samples / 32767).astype(np.dtype("<f4"))
    ear = Ear(encoding)
    ear.feed(data.tobytes())
    assert [word.text for word in ear.words] == ["oui"]
