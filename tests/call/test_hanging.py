"""Calls whose providers hang without a word of why: another stands in before the caller wonders."""

import pytest
import trio
from small_flows import act, events

from voiced.plugin import Packet, SttCapabilities, TtsCapabilities
from voiced.testing.fakes import ScriptedTts, spell
from voiced.testing.fakes.spelling import CHARACTER
from voiced.testing.stage import Cast

DESK = """
flow: essai
title: Un guichet
start: question
policies:
  failure: { say: Un incident est arrivé., then: fin }
steps:
  question:
    ask: Que voulez-vous savoir ?
    routes:
      - { intent: horaires, to: nom }
      - { intent: au_revoir, to: fin }
  nom:
    collect: { slot: nom, kind: name, ask: Quel est votre nom ? }
    next: note
  note: { say: "Merci {nom}, c'est noté, et nous vous rappelons demain matin entre neuf heures et midi.", next: fin }
  fin: { hangup: Au revoir. }
"""
ASKED, HOURS = {"agent": "Que voulez-vous savoir"}, {"caller": "Quels sont vos horaires d'ouverture ?"}
NAME, MINE = {"agent": {"says": "Quel est votre nom", "within": 2.5}}, {"caller": "Je m'appelle Jean Dupont."}
NOTED = {"agent": "Merci Jean Dupont, c'est noté, et nous vous rappelons demain matin entre neuf heures et midi."}
BYE = [{"agent": "Au revoir."}, {"ends": "agent"}]
CALL = [ASKED, HOURS, NAME, MINE, NOTED, *BYE]


def with_stand_ins(cast):
    cast.stand_ins = Cast(stt=cast.stt.__class__(cast.stt.finals), tts=ScriptedTts(fingerprint="stand-in"))


class DeafStt:
    """Takes sound, and says nothing."""

    capabilities = SttCapabilities()

    async def transcribe(self, audio, *_):
        async for _item in audio:
            pass


class AwayStt:
    """Was never reached by its connection."""

    capabilities = SttCapabilities()

    async def transcribe(self, *_):
        await trio.sleep_forever()


class StuckTts(ScriptedTts):
    """Says half of a clause, and no more."""

    async def speak(self, clauses, audio, format):
        async for clause in clauses:
            sound = spell(clause) + b" " * CHARACTER
            await audio.send(Packet(sound[: len(sound) // 2], format))
            await trio.sleep_forever()


def deaf(cast):
    cast.stt = DeafStt()


def away(cast):
    cast.stt = AwayStt()


def thoughtless(cast):
    cast.llm.first_token = 1000


def dumb(cast):
    cast.tts = ScriptedTts(first_byte=1000, capabilities=TtsCapabilities(patience=1.5))


def stuck(cast):
    cast.tts = StuckTts(capabilities=TtsCapabilities(patience=1.5))


@pytest.mark.parametrize("fault", [deaf, away, thoughtless, dumb])
def test_the_caller_hears_something_within_two_and_a_half_seconds_and_is_answered(fault):
    def change(cast):
        with_stand_ins(cast)
        fault(cast)

    performance = act(CALL, text=DESK, change=change, expect={"gap": 2.5})
    assert performance.failures == []
    assert events(performance, "provider.failed") == []


def test_a_voice_that_stops_in_mid_word_is_followed_by_one_that_says_the_clause_again():
    def change(cast):
        with_stand_ins(cast)
        stuck(cast)

    performance = act([ASKED, HOURS, {"agent": "Quel est votre nom"}, MINE, *BYE], text=DESK, change=change)
    assert performance.failures == []
    heard = " ".join(entry.text for entry in performance.entries if entry.who == "agent")
    assert "nous vous rappelons demain matin entre neuf heures et midi" in heard


@pytest.mark.parametrize("fault", [deaf, away])
def test_without_another_the_flow_is_told_and_the_call_has_its_way_out(fault):
    performance = act([ASKED, HOURS, {"agent": "Un incident"}, *BYE], text=DESK, change=fault)
    assert performance.failures == []
