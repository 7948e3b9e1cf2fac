"""What is read of Speechmatics' messages, and what is made of them."""

import json

import pytest

from voiced.plugin import ProviderProtocol, Unavailable
from voiced_speechmatics import make
from voiced_speechmatics.options import SpeechmaticsOptions
from voiced_speechmatics.recognition import Recognition
from voiced_speechmatics.wire import MOST_WORDS, Fault, Force, Plain, read, start, written
from voiced_speechmatics.words import Words, tokens


def message(kind, *results, **more):
    return json.dumps({"message": kind, "results": [result(*each) for each in results], **more})


def result(content, start, end, attaches="none", kind="word"):
    found = [{"content": content, "confidence": 0.5, "language": "fr"}]
    return {"type": kind, "start_time": start, "end_time": end, "attaches_to": attaches, "alternatives": found}


def test_text_is_joined_as_the_marks_attach():
    said = message(
        "AddTranscript",
        ("«", 0, 0, "next", "punctuation"),
        ("Bonjour", 0, 1),
        ("»", 1, 1, "previous", "punctuation"),
        ("aujourd'", 1, 2, "next"),
        ("hui", 2, 3),
        ("?", 3, 3, "previous", "punctuation"),
    )
    words = Words()
    assert words.final(tokens(read(said), 10.0)).text == "«Bonjour» aujourd'hui?"
    final = words.give(14.0)
    assert [(word.text, word.start, word.end) for word in final.words] == [
        ("Bonjour", 10.0, 11.0),
        ("aujourd'", 11.0, 12.0),
        ("hui", 12.0, 13.0),
    ]
    assert (final.start, final.end, final.confidence) == (10.0, 13.0, 0.5)


def test_a_mark_attaches_across_two_pieces():
    words = Words()
    words.final(tokens(read(message("AddTranscript", ("oui", 0, 1))), 0.0))
    words.final(tokens(read(message("AddTranscript", (".", 1, 1, "previous", "punctuation"))), 0.0))
    assert words.give(2.0).text == "oui."


def test_words_of_the_moment_stand_behind_the_pieces_that_are_final():
    words = Words()
    words.interim(tokens(read(message("AddPartialTranscript", ("un", 0, 1), ("deux", 1, 2))), 0.0))
    assert words.final(tokens(read(message("AddTranscript", ("Un", 0, 1))), 0.0)).text == "Un deux"
    assert words.interim(tokens(read(message("AddPartialTranscript", ("Deux", 1, 2), ("trois", 2, 3))), 0.0)).text == (
        "Un Deux trois"
    )


def test_text_without_words_is_taken_as_it_is():
    said = {"message": "AddTranscript", "metadata": {"start_time": 1, "end_time": 2, "transcript": "Oui. "}}
    [token] = tokens(read(json.dumps(said)), 1.0)
    assert (token.text, token.start, token.end) == ("Oui.", 2.0, 3.0)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ('{"message":"TomorrowsMessage","seq_no":"x","results":7}', Plain("TomorrowsMessage")),
        ('{"message":"AudioAdded","seq_no":3,"more":{}}', Plain("AudioAdded", 3)),
        ('{"message":"Error","type":"job_error","reason":"..."}', Fault("Error", "job_error")),
        ('{"message":"Error"}', Fault("Error", "unknown_error")),
        ("{}", Plain("")),
    ],
)
def test_what_is_not_known_is_passed_over(text, reply):
    assert read(text) == reply


@pytest.mark.parametrize("text", ["{", "[]", '{"message":"AddTranscript","results":"secret"}', b"\xff"])
def test_what_is_no_message_is_told_without_its_text(text):
    with pytest.raises(ProviderProtocol) as raised:
        read(text)
    assert "secret" not in str(raised.value)


def test_an_end_of_an_utterance_that_nobody_asked_for_gives_nothing():
    core = Recognition()
    core.begin()
    assert core.take(Plain("EndOfUtterance")) == []
    assert core.take(read('{"message":"AddTranscript","results":[],"forced":true}')) == []


def test_the_vocabulary_is_the_flows_and_the_operators_without_doubles():
    options = SpeechmaticsOptions(sounds_like={"Doctolib": ("docteur lib",), "Lefèvre": ()})
    config = json.loads(start(options, ("Lefèvre", "Doctolib", " ", "Lefèvre")))["transcription_config"]
    assert config["additional_vocab"] == [
        {"content": "Lefèvre"},
        {"content": "Doctolib", "sounds_like": ["docteur lib"]},
    ]
    many = json.loads(start(options, tuple(f"mot{n}" for n in range(2 * MOST_WORDS))))["transcription_config"]
    assert len(many["additional_vocab"]) == MOST_WORDS
    assert "additional_vocab" not in json.loads(start(SpeechmaticsOptions(), ()))["transcription_config"]


def test_a_forced_end_names_its_place():
    assert json.loads(written(Force(1.23456))) == {"message": "ForceEndOfUtterance", "timestamp": 1.2346}


@pytest.mark.parametrize("url", ["http://eu2.rt.speechmatics.com", "ws://eu2.rt.speechmatics.com/v2"])
def test_words_of_callers_never_travel_in_the_clear(url):
    with pytest.raises(ValueError, match="url"):
        SpeechmaticsOptions(url=url)


async def test_without_a_key_it_says_what_to_do(host):
    with pytest.raises(Unavailable, match="SPEECHMATICS_API_KEY"):
        make(SpeechmaticsOptions(), host)
