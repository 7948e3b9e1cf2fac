"""When `<Gather>` has heard enough."""

import pytest

from voiced.testing.twilio.gather import Gather, Gathered
from voiced.testing.twilio.twiml import parse


def gather(attributes=""):
    (verb,) = parse(f"<Response><Gather {attributes}/></Response>".encode())
    waiting = Gather(verb)
    waiting.prompted(at=10.0)
    return waiting


@pytest.mark.checklist("twilio-46")
def test_num_digits_ends_it():
    waiting = gather('numDigits="2"')
    assert waiting.digit("1", 11.0) is None
    result = waiting.digit("2", 11.5)
    assert result == Gathered(digits="12")
    assert waiting.fields(result) == {"Digits": "12"}


@pytest.mark.checklist("twilio-46")
def test_the_finish_key_ends_it_and_is_not_told():
    waiting = gather()
    waiting.digit("4", 11.0)
    assert waiting.digit("#", 11.1) == Gathered(digits="4")
    assert gather('finishOnKey="*"').digit("#", 11.0) is None
    assert gather().digit("#", 11.0).empty


@pytest.mark.checklist("twilio-46")
def test_each_key_starts_the_wait_again():
    waiting = gather('timeout="3"')
    assert waiting.deadline == 13.0
    waiting.digit("7", 12.0)
    assert waiting.deadline == 15.0
    assert waiting.expire() == Gathered(digits="7")
    assert gather().deadline == 15.0


@pytest.mark.checklist("twilio-46")
def test_words_wait_for_the_speech_timeout():
    waiting = gather('input="dtmf speech" speechTimeout="auto"')
    assert waiting.speech("bonjour", 11.0) is None
    waiting.speech("madame", 11.2)
    assert 11.2 < waiting.deadline < 12.2
    result = waiting.expire()
    assert waiting.fields(result) == {"SpeechResult": "bonjour madame", "Confidence": "0.93"}


@pytest.mark.checklist("twilio-46")
def test_only_what_was_asked_for_is_heard():
    assert gather('input="speech"').digit("1", 11.0) is None
    silent = gather('input="dtmf"')
    silent.speech("bonjour", 11.0)
    assert silent.expire().empty
    assert silent.fields(silent.expire()) == {"Digits": ""}
