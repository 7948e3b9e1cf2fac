"""Callers who are kept waiting by the model hear that they are not forgotten."""

from small_flows import act, events

from voiced.testing.fakes import ScriptedStt, ScriptedTts
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


# --- the recogniser keeps them waiting --------------------------------------------------------------------------------


class Late(ScriptedStt):
    """A recogniser that gives finals alone; it is late with the first, or with all."""

    all_late = True

    async def transcribe(self, audio, heard, hints=()):
        class Finals:
            async def send(_, words):  # noqa: N805 - `self` is the recogniser
                if words.final:
                    self.final_delay = self.final_delay if self.all_late else 0.1
                    await heard.send(words)

        await super().transcribe(audio, Finals(), hints)


def hears_late(seconds, first_token=0.2):
    """Return how to let the recogniser give nothing until so long after it was asked for a final."""

    def change(cast):
        cast.stt = Late(cast.stt.finals, final_delay=seconds)
        cast.llm.first_token = first_token

    return change


def deaf(cast):
    """Let the recogniser take sound and say nothing."""
    hears_late(1000)(cast)


WAIT = {"agent": {"says": "Un instant.", "within": 1.7}}
ONLY_ONCE = {"unheard": "Je cherche encore"}


def test_a_recogniser_that_takes_long_is_announced_too():
    performance = act([ASKED, HOURS, WAIT, OPEN, ASKED, ONLY_ONCE], text=DESK, change=hears_late(2.0))
    assert performance.failures == []


def test_one_that_is_quick_enough_is_not():
    performance = act([ASKED, HOURS, OPEN, {"unheard": "Un instant"}], text=DESK, change=hears_late(1.0))
    assert performance.failures == []


def test_the_answer_comes_behind_the_announcement_which_is_said_to_its_end():
    performance = act([ASKED, HOURS, WAIT, {"agent": {"says": "Nous ouvrons", "within": 1.5}}], DESK, hears_late(1.3))
    assert performance.failures == []
    assert events(performance, "interrupted") == []


def test_a_caller_who_waited_for_the_recogniser_is_not_announced_the_model_at_once_again():
    performance = act([ASKED, HOURS, WAIT, OPEN, ASKED, ONLY_ONCE], text=DESK, change=hears_late(2.0, first_token=3.0))
    assert performance.failures == []


def test_but_is_when_the_model_keeps_them_waiting_really_long():
    call = [ASKED, HOURS, WAIT, {"agent": "Je cherche encore."}, OPEN]
    performance = act(call, text=DESK, change=hears_late(2.0, first_token=6.0))
    assert performance.failures == []


def test_in_the_next_turn_the_recogniser_is_announced_again():
    again = [HOURS, {"agent": {"says": "Je cherche encore.", "within": 1.7}}, OPEN]
    performance = act([ASKED, HOURS, WAIT, OPEN, ASKED, *again], text=DESK, change=hears_late(2.0))
    assert performance.failures == []


def test_a_caller_whom_nobody_understands_at_last_is_asked_again():
    performance = act([ASKED, HOURS, WAIT, {"agent": "Pardon"}], text=DESK, change=deaf)
    assert performance.failures == []


def test_a_caller_who_goes_on_is_not_spoken_over_and_the_whole_is_understood():
    def change(cast):
        hears_late(1.9)(cast)
        cast.stt.all_late = False
        cast.llm.understands = {"Bonjour madame. Vos horaires.": "horaires"}
        asked.append(cast.llm)

    asked = []
    cut = {"caller": {"says": "Vos horaires.", "over": 0.3}}
    performance = act([ASKED, {"caller": "Bonjour madame."}, cut, OPEN], text=DESK, change=change)
    assert performance.failures == []
    assert asked[0].asked[-1].messages[-1].content == "Bonjour madame. Vos horaires."


def test_one_who_goes_on_and_is_not_understood_is_asked_again_too():
    call = [
        {"caller": {"says": "Bonjour madame.", "heard": ""}},
        {"caller": {"says": "Vous m'entendez ?", "over": 0.3, "heard": ""}},
        {"agent": "Pardon"},
    ]
    performance = act([ASKED, *call], text=DESK, change=hears_late(1.9))
    assert performance.failures == []


def test_where_callers_must_not_cut_the_words_that_were_owed_are_an_answer_all_the_same():
    firm = DESK.replace("ask: Que voulez-vous savoir ?", "ask: Que voulez-vous savoir ?\n    interruptible: false")
    performance = act([ASKED, HOURS, WAIT, OPEN], text=firm, change=hears_late(1.5))
    assert performance.failures == []


def test_a_recogniser_that_hangs_is_announced_until_the_stand_in_has_understood():
    def change(cast):
        deaf(cast)
        cast.stand_ins = Cast(stt=cast.stt.__class__(cast.stt.finals), tts=ScriptedTts(fingerprint="stand-in"))

    performance = act([ASKED, HOURS, WAIT, OPEN, ASKED], text=DESK, change=change, expect={"gap": 1.7})
    assert performance.failures == []
    assert events(performance, "provider.failed") == []


def test_callers_who_have_only_keys_left_are_not_told_to_wait_for_words():
    keys = DESK.replace("ask: Que voulez-vous savoir ?", "ask: Que voulez-vous savoir ?\n    keypad: Tapez 1.")
    keys = keys.replace("{ intent: horaires, to", '{ intent: horaires, dtmf: "1", to')

    call = [ASKED, {"fails": "stt"}, {"agent": "Tapez 1"}, {"works": "stt"}, HOURS, {"agent": "Tapez 1"}]
    performance = act([*call, {"unheard": "Un instant"}], text=keys, change=deaf)
    assert performance.failures == []


def test_a_recogniser_that_takes_long_ends_the_gap_that_is_measured_by_its_announcement(measured):
    performance = act([ASKED, HOURS, WAIT, OPEN, ASKED], text=DESK, change=hears_late(2.5), expect={"gap": 1.7})
    assert performance.failures == []
    assert measured("voiced_response_gap_seconds", cached="yes") >= 1
