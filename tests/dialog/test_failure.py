"""Without a model or a recogniser: keys, and what is understood without a model."""

import pytest

from voiced.dialog.reader import read_text
from voiced.dialog.steps.collect import YES_NO_KEYS
from voiced.dialog.talk import Begun, Broke, Connect, HangUp, Hush, Say

SORRY, KEYS, OTHER_KEYS = "Un problème technique.", "Tapez 1 pour les horaires, 2 pour rien.", "Tapez 2 pour finir."
DESK = f"""
flow: essai
title: Un guichet
start: question
policies:
  failure: {{ say: {SORRY}, then: secours }}
  misunderstanding: {{ say: [Pardon ?, Comment ?], then: secours }}
  silence: {{ say: [Allô ?], then: fin }}
anywhere:
  - {{ dtmf: "0", to: secours }}
  - {{ intent: adresse, to: question }}
  - {{ intent: rappel, to: nom }}
steps:
  question:
    ask: Que voulez-vous ?
    keypad: "{KEYS}"
    routes:
      - {{ intent: horaires, dtmf: "1", to: horaires }}
      - {{ dtmf: "2", to: fin }}
  horaires: {{ say: De neuf à midi., next: autre }}
  autre:
    ask: Autre chose ?
    keypad: {OTHER_KEYS}
    routes:
      - {{ yes: true, to: question }}
      - {{ no: true, dtmf: "2", to: fin }}
  nom:
    collect: {{ slot: nom, kind: name, ask: Votre nom ? }}
    next: numero
  numero:
    collect: {{ slot: numero, kind: telephone, ask: Votre numéro ?, confirm: "Le {{numero}}, c'est bien ça ?" }}
    keypad: Tapez votre numéro.
    next: noter
  noter: {{ tool: book, next: fin, failed: fin }}
  secours: {{ transfer: {{ to: "+33199000001", say: Je vous passe quelqu'un. }}, failed: fin }}
  fin: {{ hangup: Au revoir. }}
"""


@pytest.fixture
def call(play):
    return play(DESK).listens()


# --- without a model --------------------------------------------------------------------------------------------------


def test_a_model_that_fails_is_apologised_for_and_the_step_tells_its_keys(call):
    call.says("vos horaires").breaks("llm")
    assert call.of(Hush)
    assert call.said == [SORRY, KEYS]
    assert call.of(Say)[0].barge_in == "none"
    assert call.presses("1").said == ["De neuf à midi.", "Autre chose ?", OTHER_KEYS]


def test_the_apology_is_made_once_the_keys_are_told_in_every_step(call):
    call.says("vos horaires").breaks("llm").presses("1").listens()
    assert call.says("euh").breaks("llm").said == [OTHER_KEYS]
    assert [say.text for say in call.all_said].count(SORRY) == 1


def test_yes_and_no_are_understood_without_a_model(call):
    call.says("vos horaires").breaks("llm").presses("1").listens()
    assert call.says("oui").said == ["Que voulez-vous ?", KEYS]
    assert not call.thinks


def test_a_model_that_is_back_leaves_the_keys_untold(call):
    call.says("vos horaires").breaks("llm").listens()
    call.says("vos horaires").wants("horaires")
    assert call.said == ["De neuf à midi.", "Autre chose ?"]


def test_a_caller_who_cannot_be_understood_gets_the_way_out_in_the_end(call):
    call.says("vos horaires").breaks("llm")
    assert [call.says("hein").breaks("llm").said for _ in range(2)] == [[KEYS], [KEYS]]
    assert call.says("hein").breaks("llm").connects == [("+33199000001", 25.0)]


def test_a_value_that_was_half_understood_is_taken_without_a_second_opinion(play):
    call = play(DESK.replace("start: question", "start: numero")).listens()
    call.says("six douze trente-quatre cinquante-six soixante-dix-huit")
    assert call.thinks
    assert call.breaks("llm").said[0].endswith("c'est bien ça ?")


def test_what_is_no_value_is_asked_again(play):
    call = play(DESK.replace("start: question", "start: numero")).listens().says("je ne sais pas trop")
    assert call.breaks("llm").said == ["Tapez votre numéro."]
    assert call.presses("0612345678").said[0].endswith("c'est bien ça ?")


def test_a_step_without_keys_that_collects_asks_again_too(play):
    call = play(DESK.replace("start: question", "start: nom")).listens().says("mais pourquoi donc")
    assert call.breaks("llm").said == ["Pardon ?"]


def test_consent_is_understood_without_a_model_or_asked_for_again(play):
    call = play("""
        accord:
          consent: { ask: Gardons-nous ?, again: Tapez 1 ou 2. }
          granted: fin
          refused: fin
        fin: { hangup: Au revoir. }
    """).listens()
    assert call.says("ça dépend de quoi").breaks("llm").said == ["Tapez 1 ou 2."]
    assert call.says("oui").decision.decision == "granted"


def test_a_caller_who_says_goodbye_leaves_though_the_model_is_down(call):
    call.presses("2").says("et vos horaires")
    assert call.thinks
    assert call.breaks("llm").left == "goodbye"


# --- without ears -----------------------------------------------------------------------------------------------------


def test_a_recogniser_that_fails_leaves_the_keys(call):
    assert call.breaks("stt").said == [SORRY, KEYS]
    assert call.presses("1").said == ["De neuf à midi.", "Autre chose ?", OTHER_KEYS]


def test_who_speaks_or_keeps_silent_is_told_the_keys_again(call):
    call.breaks("stt")
    assert call.mumbles().said == [KEYS]
    assert call.stays_silent().said == [KEYS]
    assert call.stays_silent().left == "goodbye"


def test_a_caller_who_is_heard_again_is_asked_as_ever(call):
    call.breaks("stt").listens()
    assert call.says("vos horaires").wants("horaires").said == ["De neuf à midi.", "Autre chose ?"]


def test_a_value_is_keyed_in_and_agreed_to_by_keys(play):
    call = play(DESK.replace("start: question", "start: numero")).listens()
    assert call.breaks("stt").said == [SORRY, "Tapez votre numéro."]
    assert call.presses("0612345678").said[1:] == [YES_NO_KEYS]
    assert call.presses("1").tool.name == "book"


def test_ears_that_fail_while_a_value_is_read_back_leave_two_keys(play):
    call = play(DESK.replace("start: question", "start: numero")).listens().presses("0612345678").listens()
    assert call.breaks("stt").said == [SORRY, YES_NO_KEYS]
    assert call.presses("2").said == ["Votre numéro ?", "Tapez votre numéro."]


def test_consent_is_given_by_key(play):
    call = play("""
        accord:
          consent: { ask: Gardons-nous ? }
          keypad: Pour accepter, tapez 1. Sinon, tapez 2.
          granted: fin
          refused: fin
        fin: { hangup: Au revoir. }
    """).listens()
    assert call.breaks("stt").said[1:] == ["Pour accepter, tapez 1. Sinon, tapez 2."]
    assert call.presses("1").decision.modality == "key"


def test_a_step_without_keys_takes_the_flow_s_way_out(play):
    call = play(DESK.replace("start: question", "start: nom")).listens()
    assert call.breaks("stt").said == [SORRY, "Je vous passe quelqu'un."]


def test_ears_that_fail_before_the_first_word_are_apologised_for_after_it(dialog):
    call = dialog(read_text(DESK))
    call.engine.state.step = ""
    assert call.do(Broke("stt")).last == ()
    assert call.do(Begun()).said == ["Que voulez-vous ?", SORRY, KEYS]


def test_ears_that_fail_while_a_tool_runs_do_not_stop_it(play):
    call = play(DESK.replace("start: question", "start: noter"))
    assert call.breaks("stt").last == ()
    assert call.returns().said == ["Au revoir."]


# --- on the way out ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["stt", "tts"])
def test_nothing_that_fails_keeps_a_caller_from_a_person(call, what):
    call.presses("0")
    assert call.engine.state.closing == Connect("+33199000001", 25.0)
    assert call.breaks(what).last == ()
    assert call.engine.state.closing == Connect("+33199000001", 25.0)


@pytest.mark.parametrize("what", ["stt", "tts"])
def test_nothing_that_fails_keeps_a_caller_from_leaving(call, what):
    call.presses("2")
    assert call.breaks(what).last == ()
    assert call.engine.state.closing == HangUp("goodbye")


def test_a_voice_that_fails_takes_the_way_out_whatever_the_keys(call):
    assert call.breaks("tts").said == [SORRY, "Je vous passe quelqu'un."]
    assert call.breaks("tts").last == ()
