"""Calls whose providers fail: others stand in, keys are left, the carrier's own voice has the last word."""

import pytest
from small_flows import act, events

from voiced.errors import ProviderOverloaded
from voiced.testing.fakes import ScriptedLlm, ScriptedTts
from voiced.testing.stage import Cast

DESK = """
flow: essai
title: Un guichet
start: question
policies:
  silence: { after: 6, say: [Êtes-vous là ?], then: fin }
  failure: { say: Un incident est arrivé., then: personne }
steps:
  question:
    ask: Que voulez-vous savoir ?
    keypad: Tapez 1 pour les horaires.
    routes:
      - { intent: horaires, dtmf: "1", to: horaires }
      - { intent: rappel, to: nom }
      - { intent: au_revoir, to: fin }
  horaires: { say: Nous ouvrons à neuf heures., next: question }
  nom:
    collect: { slot: nom, kind: name, ask: Quel est votre nom ? }
    next: note
  note: { say: "Merci {nom}, c'est noté. Nous rappelons {nom} demain. Tout est en ordre.", next: question }
  personne: { transfer: { to: "+33199000001", say: Je vous passe quelqu'un. }, failed: fin }
  fin: { hangup: Au revoir. }
"""
TALK = """
flow: essai
title: Une conversation
start: causer
policies: { failure: { say: Un incident est arrivé. } }
steps:
  causer: { llm: { prompt: Réponds. } }
"""
HOURS = {"caller": "Quels sont vos horaires d'ouverture ?"}
DOWN = ProviderOverloaded("down", provider="scripted")
ASKED, OPEN = {"agent": "Que voulez-vous savoir"}, {"agent": "Nous ouvrons à neuf heures"}
NAME = [
    {"caller": "Je préfère être rappelé."},
    {"agent": "Quel est votre nom"},
    {"caller": "Je m'appelle Jean Dupont."},
]


def with_stand_ins(cast):
    cast.stand_ins = Cast(stt=cast.stt.__class__(cast.stt.finals), tts=ScriptedTts(fingerprint="stand-in"))


def play(call, change=with_stand_ins, **fields):
    return act(call, text=DESK, change=change, **fields)


# --- another one stands in --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["llm", "stt", "tts"])
def test_a_provider_that_is_replaced_is_none_that_failed(kind):
    performance = play([ASKED, {"fails": kind}, HOURS, OPEN, ASKED, *NAME, {"agent": "Merci Jean Dupont, c'est noté."}])
    assert performance.failures == []
    assert events(performance, "provider.failed") == []


def test_a_recogniser_that_fails_in_the_middle_of_a_sentence_loses_no_word():
    performance = play([ASKED, HOURS, OPEN], change=tired_ears)
    assert performance.failures == []
    assert events(performance, "provider.failed") == []


def tired_ears(cast):
    """Let the recogniser fail in the middle of the first sentence."""
    with_stand_ins(cast)

    class Tired(cast.stt.__class__):
        async def transcribe(self, audio, heard, hints=()):
            await super().transcribe(Tiring(audio), heard, hints)

    cast.stt = Tired(cast.stt.finals)


class Tiring:
    """Sound of which a second of the caller's voice is too much."""

    def __init__(self, audio):
        self.audio, self.left = audio, 25

    def __aiter__(self):
        return self

    async def __anext__(self):
        item = await anext(self.audio)
        if getattr(item, "data", b"\xff")[0] != 0xFF:
            self.left -= 1
            if self.left == 0:
                raise ConnectionResetError
        return item


@pytest.mark.parametrize("breaks", [False, True])
def test_every_recogniser_of_a_call_is_told_the_words_of_its_flow(breaks):
    casts = []

    def change(cast):
        with_stand_ins(cast)
        casts.append(cast)

    words = ("Kerguélen", "rendez-vous")
    text = DESK.replace("start: question", f"start: question\nhints: [{', '.join(words)}]")
    fails = [{"fails": "stt"}] if breaks else []
    assert act([ASKED, *fails, HOURS, OPEN], text=text, change=change).failures == []
    assert casts[0].stt.told == [words]
    assert casts[0].stand_ins.stt.told == [words] * breaks


def test_a_slow_model_is_replaced_before_the_caller_wonders():
    def change(cast):
        with_stand_ins(cast)
        cast.llm.first_token = 1000

    performance = play([ASKED, HOURS, {"agent": {"says": "Nous ouvrons", "within": 5}}], change=change)
    assert performance.failures == []


OPENING = "Nous ouvrons à neuf heures, et nous fermons à dix-huit heures, du lundi au samedi inclus."


@pytest.mark.parametrize("breaks", ["breaks", "stalls"])
@pytest.mark.parametrize("able", [True, False])
def test_an_answer_that_breaks_off_is_gone_on_with_where_it_was(breaks, able):
    def change(cast):
        answers = {HOURS["caller"]: OPENING}
        cast.llm = ScriptedLlm(answers=answers, breaks_after=9, fails=DOWN if breaks == "breaks" else None)
        with_stand_ins(cast)
        cast.stand_ins.llm = ScriptedLlm(answers=answers, prefix=able)

    whole, half = {"agent": OPENING}, {"agent": "Un incident est arrivé."}
    performance = act([HOURS, whole if able else half], text=TALK, change=change)
    assert performance.failures == []
    assert bool(events(performance, "provider.failed")) is not able


# --- only keys are left -----------------------------------------------------------------------------------------------


def test_without_any_model_the_call_goes_on_by_keys():
    performance = play(
        [ASKED, {"fails": "llm"}, HOURS, {"agent": "Un incident"}, {"agent": "Tapez 1"}, {"dtmf": "1"}, OPEN, ASKED],
        change=None,
    )
    assert performance.failures == []


def test_without_any_recogniser_too_and_words_are_taken_again_when_it_works():
    performance = play(
        [
            ASKED,
            {"fails": "stt"},
            {"agent": "Un incident"},
            {"agent": "Tapez 1"},
            {"dtmf": "1"},
            OPEN,
            {"agent": "Tapez 1"},
            {"works": "stt"},
            {"silence": 8},
            {"caller": "Au revoir."},
            {"agent": "Au revoir"},
            {"ends": "agent"},
        ],
        change=None,
    )
    assert performance.failures == []


def test_a_recogniser_that_fails_again_later_is_apologised_for_no_second_time_but_the_keys_are_told():
    again = [{"fails": "stt"}, {"agent": "Tapez 1"}, {"works": "stt"}, {"silence": 8}]
    performance = play([ASKED, *again, HOURS, OPEN, ASKED, *again, HOURS, OPEN], change=None)
    assert performance.failures == []
    assert len(events(performance, "provider.failed")) == 2


# --- the carrier's own voice ------------------------------------------------------------------------------------------


def dumb(cast):
    """No voice, and no sentence that was made before."""
    cast.tts.fails, cast.ready = ConnectionResetError(), False


def test_the_carrier_says_that_a_person_comes():
    performance = play(
        [{"agent": "Un incident est arrivé. Je vous passe quelqu'un."}, {"ends": "transfer"}], change=dumb
    )
    assert performance.failures == []


def test_the_carrier_apologises_where_nobody_can_come():
    alone = DESK.replace("then: personne", "then: nom").replace('transfer: { to: "+33199000001", say: ', "say: ")
    alone = alone.replace("quelqu'un. }, failed: fin }", "quelqu'un., next: fin }").replace(
        "- { intent: au_revoir, to: fin }", "- { intent: au_revoir, to: personne }"
    )
    performance = act([{"agent": "Un incident est arrivé."}, {"ends": "agent"}], text=alone, change=dumb)
    assert performance.failures == []


def test_the_carrier_says_the_last_words_that_our_voice_could_not():
    def change(cast):
        cast.ready = False

    performance = play(
        [ASKED, {"fails": "tts"}, {"caller": "Au revoir."}, {"agent": "Au revoir."}, {"ends": "agent"}], change=change
    )
    assert performance.failures == []
