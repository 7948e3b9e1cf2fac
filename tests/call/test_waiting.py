"""Callers who are kept waiting by the model hear that they are not forgotten."""

from small_flows import act, events

from voiced.testing.fakes import ScriptedTts
from voiced.testing.stage import Cast

DESK = """
flow: essai
title: Un guichet
start: question
policies:
  failure: { say: Un incident est arrivé., then: fin }
  waiting: { after: 1.2, say: [Un instant., Je cherche encore.] }
steps:
  question:
    ask: Que voulez-vous savoir ?
    routes:
      - { intent: horaires, to: horaires }
      - { intent: au_revoir, to: fin }
  horaires: { say: Nous ouvrons à neuf heures., next: question }
  fin: { hangup: Au revoir. }
"""
ASKED, HOURS = {"agent": "Que voulez-vous savoir"}, {"caller": "Quels sont vos horaires d'ouverture ?"}
OPEN = {"agent": "Nous ouvrons à neuf heures"}


def play(call, seconds, text=DESK, **fields):
    def change(cast):
        cast.llm.first_token = seconds

    return act(call, text=text, change=change, **fields)


def test_a_model_that_takes_long_is_announced_within_the_time_that_callers_bear():
    said = {"agent": {"says": "Un instant.", "within": 2.5}}
    performance = play([ASKED, HOURS, said, OPEN, ASKED], 3.0)
    assert performance.failures == []


def test_one_that_is_quick_is_not():
    performance = play([ASKED, HOURS, OPEN, {"unheard": "Un instant"}], 1.0)
    assert performance.failures == []


def test_who_waits_on_hears_something_else_the_second_time():
    performance = play([ASKED, HOURS, {"agent": "Un instant."}, {"agent": "Je cherche encore."}, OPEN], 7.0)
    assert performance.failures == []


def test_who_waits_again_does_too():
    second = [HOURS, {"agent": "Je cherche encore."}, OPEN]
    performance = play([ASKED, HOURS, {"agent": "Un instant."}, OPEN, ASKED, *second], 3.0)
    assert performance.failures == []


def test_nothing_is_said_where_the_flow_wants_nothing():
    quiet = DESK.replace("[Un instant., Je cherche encore.]", "[]")
    performance = play([ASKED, HOURS, {"agent": {"says": "Nous ouvrons", "within": 6}}], 3.0, text=quiet)
    assert performance.failures == []


def test_it_is_no_part_of_the_conversation_that_the_model_reads():
    asked = []

    def change(cast):
        cast.llm.first_token = 3.0
        asked.append(cast.llm)

    again = [HOURS, {"agent": "Je cherche"}, OPEN]
    performance = act([ASKED, HOURS, {"agent": "Un instant."}, OPEN, ASKED, *again], text=DESK, change=change)
    assert performance.failures == []
    (llm,) = asked
    assert not any("instant" in message.content for message in llm.asked[-1].messages)
    assert any("neuf heures" in message.content for message in llm.asked[-1].messages)


def test_a_caller_who_cuts_in_goes_on_with_what_they_were_saying():
    asked = []

    def change(cast):
        cast.llm.first_token = 3.0
        cast.llm.understands = {"Et pour demain.": "horaires", "Bonjour. Et pour demain.": "horaires"}
        asked.append(cast.llm)

    cut = {"caller": {"says": "Et pour demain.", "over": 0.3}}
    performance = act([ASKED, {"caller": "Bonjour."}, cut, OPEN], text=DESK, change=change)
    assert performance.failures == []
    assert asked[0].asked[-1].messages[-1].content == "Bonjour. Et pour demain."


def test_it_ends_the_gap_that_is_measured(measured):
    performance = play([ASKED, HOURS, {"agent": "Un instant."}, OPEN, ASKED, {"silence": 3}], 3.0, expect={"gap": 2.5})
    assert performance.failures == []
    assert measured("voiced_response_gap_seconds", cached="yes") >= 1


def test_a_model_that_never_answers_is_announced_before_it_is_given_up_for_good():
    performance = play(
        [ASKED, HOURS, {"agent": "Un instant."}, {"agent": "Je cherche"}, {"agent": "Un incident"}], 1000
    )
    assert performance.failures == []
    assert len(events(performance, "provider.failed")) == 1


def test_a_caller_whose_model_hangs_hears_the_stand_in_before_anything_need_be_announced_twice():
    def change(cast):
        cast.llm.first_token = 1000
        cast.stand_ins = Cast(stt=cast.stt.__class__(cast.stt.finals), tts=ScriptedTts(fingerprint="stand-in"))

    within = {"agent": {"says": "Un instant.", "within": 2.5}}
    performance = act([ASKED, HOURS, within, OPEN, {"unheard": "Je cherche"}], text=DESK, change=change)
    assert performance.failures == []
