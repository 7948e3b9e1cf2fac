"""Our TwiML beside that of Twilio's own package."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml.voice_response import Dial, VoiceResponse

from voiced_twilio import twiml

VOICE = twiml.Voice("Polly.Lea-Neural", "fr-FR")


def canonical(document: str | bytes) -> str:
    return ET.canonicalize(document.decode() if isinstance(document, bytes) else document)


def assert_same(ours: twiml.WebResponse, theirs: VoiceResponse) -> None:
    assert ours.status == 200
    assert ours.content_type == "text/xml; charset=utf-8"
    assert canonical(ours.body) == canonical(str(theirs))


def test_stream():
    theirs = VoiceResponse()
    opened = theirs.connect().stream(url="wss://a.example/m/t?x&y", status_callback="https://a.example/s")
    opened.parameter(name="call_id", value="c<1>")
    theirs.redirect("https://a.example/after", method="POST")
    ours = twiml.stream(
        "wss://a.example/m/t?x&y",
        then="https://a.example/after",
        status="https://a.example/s",
        params={"call_id": "c<1>"},
    )
    assert_same(ours, theirs)


def test_hang_up():
    theirs = VoiceResponse()
    theirs.say("Au revoir & merci, à bientôt.", language="fr-FR", voice="Polly.Lea-Neural")
    theirs.hangup()
    assert_same(twiml.hang_up("Au revoir & merci, à bientôt.", VOICE), theirs)
    silent = VoiceResponse()
    silent.hangup()
    assert_same(twiml.hang_up("", VOICE), silent)


def test_a_recording_is_played_for_the_words_that_it_stands_for():
    voice = twiml.Voice("Polly.Lea-Neural", "fr-FR", "https://a.example/sorry.wav", "https://a.example/person.wav")
    theirs = VoiceResponse()
    theirs.play("https://a.example/sorry.wav")
    theirs.hangup()
    assert_same(twiml.apologise("Un incident est arrivé.", voice), theirs)
    silent = VoiceResponse()
    silent.hangup()
    assert_same(twiml.apologise("", voice), silent)
    dial = twiml.dial(twiml.Connection("+33100000001", "", 25, 3600), "Un instant.", voice)
    assert "<Play>https://a.example/person.wav</Play><Dial" in dial.body.decode()
    assert b"Play" not in twiml.dial(twiml.Connection("+33100000001", "", 25, 3600), "", voice).body
    assert b"Play" not in twiml.hang_up("Nous sommes complets.", voice).body


def test_dial():
    theirs = VoiceResponse()
    theirs.say("Un instant.", language="fr-FR", voice="Polly.Lea-Neural")
    dialled = Dial(timeout=25, time_limit=3600, caller_id="+33900000001", action="https://a.example/dialled")
    dialled.number("+33100000001")
    theirs.append(dialled)
    ours = twiml.Connection("+33100000001", "+33900000001", 25.2, 3600, "https://a.example/dialled")
    assert_same(twiml.dial(ours, "Un instant.", VOICE), theirs)


def test_dial_without_caller_or_sequel():
    theirs = VoiceResponse()
    dialled = Dial(timeout=600, time_limit=60)
    dialled.number("+33100000001")
    theirs.append(dialled)
    assert_same(twiml.dial(twiml.Connection("+33100000001", "", 5000, 60), "", VOICE), theirs)


def test_busy_and_empty():
    theirs = VoiceResponse()
    theirs.reject(reason="busy")
    assert_same(twiml.busy(), theirs)
    assert_same(twiml.empty(), VoiceResponse())


def test_a_document_says_its_encoding():
    assert twiml.empty().body.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")


@pytest.mark.parametrize("forbidden", ["\x00", "\x0b", "\ufffe", "\ud800"])
def test_characters_that_xml_cannot_hold_are_not_sent(forbidden: str):
    assert "a b" in canonical(twiml.hang_up(f"a{forbidden}b", VOICE).body)


@given(st.text())
def test_any_words_make_a_document(words: str):
    ET.fromstring(twiml.hang_up(words, VOICE).body)
