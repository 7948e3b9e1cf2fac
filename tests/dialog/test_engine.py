"""The rules common to all steps: interruption, silence, misunderstanding, failure, length, keys, circles."""

import pytest

from voiced.dialog.steps.routing import choices
from voiced.dialog.talk import Decided, Hush, Interrupted, Say, Think, Thought, ToolReturned, Turn, Wanted
from voiced.text.collect import KINDS

ASK = """
    question:
      ask: Que puis-je faire pour vous ?
      routes:
        - { intent: horaires, to: heures }
        - { intent: adresse, to: ici }
    heures: { say: De neuf heures à midi puis de quatorze à dix-huit heures., next: question }
    ici: { hangup: Au revoir. }
"""
LEGAL = """
    bonjour: { say: Je suis une machine., interruptible: false, next: question }
    question:
      ask: Acceptez-vous que je parle encore un peu ?
      routes:
        - { yes: true, to: bien }
        - { no: true, to: mal }
    bien: { hangup: Bien. }
    mal: { hangup: Tant pis. }
"""


# --- silence and misunderstanding -------------------------------------------------------------------------------------


def test_silences_are_answered_differently_each_time_and_then_end_the_call(play):
    call = play(ASK)
    heard = [call.stays_silent().said for _ in range(2)]
    assert heard == [["Êtes-vous toujours là ?"], ["Je ne vous entends pas. Pouvez-vous parler un peu plus fort ?"]]
    assert call.stays_silent().left == "silences"


def test_a_word_in_between_starts_the_silences_anew(play):
    call = play(ASK).stays_silent().stays_silent().says("hein").answers()
    assert call.stays_silent().said == ["Êtes-vous toujours là ?"]


def test_two_misunderstandings_rephrase_and_the_third_takes_the_way_out(play):
    call = play("""
        question:
          ask: Alors ?
          routes: [{ intent: horaires, to: fin }]
          misunderstanding: { say: [Pardon ?, Comment ?], then: fin }
        fin: { hangup: Au revoir. }
    """)
    assert call.says("blabla").answers().said == ["Pardon ?"]
    assert call.mumbles().said == ["Comment ?"]
    assert call.mumbles().said == ["Au revoir."]


def test_a_caller_who_never_answers_does_not_go_round_for_ever(play):
    call = play("""
        un:
          ask: Un ?
          routes: [{ intent: horaires, to: deux }]
          silence: { say: [Allô ?], then: deux }
        deux:
          ask: Deux ?
          routes: [{ intent: horaires, to: un }]
          silence: { say: [Allô ?], then: un }
    """)
    silences = 0
    while not call.left:
        call.stays_silent()
        silences += 1
    assert silences == 8


def test_a_circle_that_the_linter_cannot_see_is_cut(play):
    call = play("""
        nom: { collect: { slot: nom, kind: name, ask: Votre nom ? }, next: dire }
        dire: { say: Bien., next: nom }
    """)
    call.says("je m'appelle Sophie Martin")
    assert call.left == "end of flow"
    assert len(call.said) <= 50


# --- interruptions ----------------------------------------------------------------------------------------------------


def test_an_answer_of_which_nothing_was_heard_is_taken_back_and_its_words_wait_for_the_rest(play):
    call = play(ASK).listens().says("vos horaires").wants("horaires")
    assert call.step == "question"
    call.cuts_in()
    assert call.of(Hush)
    assert call.says("euh non l'adresse").thinks
    assert call.question.lines[-1].text == "vos horaires euh non l'adresse"
    assert [line.role for line in call.question.lines] == ["assistant", "user"]


def test_a_turn_heard_better_replaces_the_one_that_was_taken_back(play):
    call = play(ASK).listens().says("je m'appelle Leff").cuts_in()
    call.do(Turn("Je m'appelle Lefèvre.", corrects=True))
    assert [line.text for line in call.engine.state.lines if line.role == "user"] == ["Je m'appelle Lefèvre."]


def test_when_nothing_follows_the_turn_that_was_taken_back_is_answered_after_all(play):
    call = play(ASK).listens().says("vos horaires").wants("horaires").cuts_in()
    assert call.coughed().thinks
    assert call.wants("horaires").said[0].startswith("De neuf heures")


def test_what_expects_the_caller_is_taken_back_too(play):
    call = play("""
        nom: { collect: { slot: nom, kind: name, ask: Votre nom ? }, next: numero }
        numero: { collect: { slot: numero, kind: telephone, ask: Votre numéro ? }, next: fin }
        fin: { hangup: Au revoir. }
    """)
    call.listens().says("Sophie Martin")
    assert call.policy.expects == "telephone"
    assert call.cuts_in().policy.expects == "name"
    call.says("Lefèvre")
    assert call.engine.values["nom"] != "Sophie Martin"


def test_a_false_alarm_says_what_was_not_heard_and_nothing_twice(play):
    call = play(ASK).listens().says("vos horaires").wants("horaires").cuts_in(words=4)
    assert call.coughed().said == ["midi puis de quatorze à dix-huit heures.", "Que puis-je faire pour vous ?"]


def test_only_a_whole_fixed_text_is_still_fixed_when_it_is_resumed(play):
    call = play(ASK).listens().says("vos horaires").wants("horaires").cuts_in(words=4).coughed()
    assert [say.fixed for say in call.of(Say)] == [False, True]


def test_what_was_heard_is_what_history_keeps(play):
    call = play(ASK).listens().says("vos horaires").wants("horaires").cuts_in(words=3).says("et l'adresse")
    assert [(line.role, line.text) for line in call.question.lines[-3:]] == [
        ("user", "vos horaires"),
        ("assistant", "De neuf heures"),
        ("user", "et l'adresse"),
    ]


def test_a_nod_over_an_explanation_lets_it_go_on(play):
    call = play(ASK).listens().says("vos horaires").wants("horaires").cuts_in(words=4)
    assert call.says("oui d'accord").said[0] == "midi puis de quatorze à dix-huit heures."


def test_a_nod_before_the_question_was_heard_is_no_answer_to_it(play):
    call = play("""
        dire: { say: Voici une longue explication., next: question }
        question: { ask: Voulez-vous raccrocher ?, routes: [{ yes: true, to: fin }, { no: true, to: dire }] }
        fin: { hangup: Au revoir. }
    """)
    assert call.cuts_in(words=3).says("oui").said == ["explication.", "Voulez-vous raccrocher ?"]
    assert call.cuts_in(words=3).says("oui").said == ["Au revoir."]


def test_a_yes_to_most_of_a_question_is_an_answer(play):
    assert play(LEGAL).cuts_in(words=4 + 5).says("oui").said == ["Bien."]


def test_a_mere_nod_when_nothing_was_cut_is_an_ordinary_turn(play):
    assert play(ASK).listens().says("oui").thinks


def test_words_that_must_be_heard_come_before_any_answer(play):
    call = play(LEGAL).cuts_in()
    call.says("oui allô bonjour")
    assert call.said == ["Je suis une machine.", "Acceptez-vous que je parle encore un peu ?"]
    assert [say.barge_in for say in call.of(Say)] == ["none", "voice"]
    assert call.listens().says("oui").said == ["Bien."]


def test_words_that_must_be_heard_are_said_whole_even_after_a_cut_in_the_middle(play):
    assert play(LEGAL).cuts_in(words=2).coughed().said[0] == "Je suis une machine."


def test_words_that_must_be_heard_come_before_what_a_key_leads_to(play):
    call = play(LEGAL.replace("{ yes: true,", '{ yes: true, dtmf: "1",')).cuts_in().presses("1")
    assert call.said == ["Je suis une machine.", "Bien."]


def test_a_key_drops_what_may_be_dropped(play):
    call = play(LEGAL.replace("{ yes: true,", '{ yes: true, dtmf: "1",')).presses("1")
    assert call.of(Hush)
    assert [say.text for say in call.under_way] == ["Je suis une machine.", "Bien."]


def test_a_key_settles_the_turn_before_it(play):
    call = play(ASK.replace("intent: adresse,", 'intent: adresse, dtmf: "5",')).listens().says("vos horaires")
    call.presses("5")
    assert call.said == ["Au revoir."]
    call.do(Interrupted(()))
    assert call.step == "ici"


def test_a_thought_that_was_cut_before_it_said_anything_is_thought_again(play):
    call = play(ASK).listens().says("vos horaires").stays_silent().cuts_in(words=1)
    assert call.coughed().said == ["toujours là ?"]
    assert call.question.lines[-1].role == "user"
    assert call.wants("horaires").said[0].startswith("De neuf")


def test_a_thought_that_was_cut_while_it_spoke_goes_on_with_what_is_known_of_it(play):
    call = play("""
        libre:
          llm: { prompt: Bavarde. }
          ask: Parlons.
          again: Et encore ?
    """)
    call.listens().says("parlez-moi de vous")
    call.under_way.append(Say(call.of(Think)[0].reply, "Je suis une machine qui"))
    assert call.cuts_in(words=2).coughed().said == ["une machine qui", "Et encore ?"]


def test_a_late_thought_changes_nothing(play):
    call = play(ASK).listens().says("vos horaires").cuts_in()
    assert call.do(Thought("", (Wanted("horaires"),))).last == ()


# --- failures, length, lines ------------------------------------------------------------------------------------------

FAILING = """
flow: essai
title: Un essai
start: question
policies:
  failure: { say: Un problème technique., then: secours }
  length: { max: 60, say: C'est long., then: fin }
steps:
  question:
    ask: Que puis-je faire pour vous ?
    routes: [{ intent: horaires, to: fin }]
  secours:
    ask: Je peux prendre un message ?
    routes: [{ yes: true, to: fin }]
  fin: { hangup: Au revoir. }
"""


@pytest.mark.parametrize("what", ["stt", "llm", "tts", "call"])
def test_a_failure_is_apologised_for_and_the_flow_takes_its_way_out(play, what):
    call = play(FAILING).says("euh").breaks(what)
    assert call.of(Hush)
    assert call.said == ["Un problème technique.", "Je peux prendre un message ?"]
    assert call.of(Say)[0].barge_in == "none"


def test_a_second_failure_ends_the_call_and_a_voice_that_fails_says_nothing_more(play):
    call = play(FAILING).breaks("tts").breaks("tts")
    assert (call.said, call.left) == (["Un problème technique."], "end of flow")
    assert call.breaks("tts").last == ()


def test_a_flow_without_a_way_out_apologises_and_ends(play):
    call = play(ASK).breaks("llm")
    assert (call.said, call.left) == (["Excusez-moi, je rencontre un problème technique."], "end of flow")


def test_the_longest_call_ends_politely(play):
    call = play(FAILING).runs_out_of_time()
    assert (call.said, call.left) == (["C'est long.", "Au revoir."], "goodbye")


def test_a_tool_that_comes_back_after_its_time_changes_nothing(play):
    call = play("""
        noter: { tool: take_message, next: fin, failed: fin }
        fin: { hangup: Au revoir. }
    """)
    pending = call.tool.id
    call.runs_out_of_time()
    assert call.do(ToolReturned(pending, ok=True, say="Noté.")).last == ()
    assert call.engine.state.mode == "closing"


def test_a_line_that_dropped_is_apologised_for_and_the_question_put_again(play):
    assert play(ASK).listens().reconnects().said == [
        "Excusez-moi, nous avons été coupés.",
        "Que puis-je faire pour vous ?",
    ]


def test_what_must_be_heard_is_said_again_when_the_line_dropped_before(play):
    call = play(LEGAL).reconnects()
    assert call.said[1:] == ["Je suis une machine.", "Acceptez-vous que je parle encore un peu ?"]
    assert call.of(Say)[1].barge_in == "none"
    assert call.listens().reconnects().said[1:] == ["Acceptez-vous que je parle encore un peu ?"]


def test_a_line_that_dropped_before_the_first_word_begins_at_the_beginning(play, dialog):
    call = play(ASK)
    fresh = type(call)(call.engine.flow).reconnects()
    assert fresh.said[1:] == ["Que puis-je faire pour vous ?"]


# --- what all routes can do -------------------------------------------------------------------------------------------

ANYWHERE = """
flow: essai
title: Un essai
start: dire
anywhere:
  - { intent: repeter, do: repeat }
  - { intent: attendre, do: wait }
  - { dtmf: "0", to: fin }
  - { intent: effacer, do: forget, to: fin }
steps:
  dire: { say: Il fait beau., next: question }
  question:
    ask: Que puis-je faire pour vous ?
    routes: [{ intent: rdv_prendre, slots: { moment: moment }, to: quand }]
  quand: { collect: { slot: moment, kind: moment, ask: Quand ?, confirm: "Le {moment}, c'est ça ?" }, next: fin }
  fin: { hangup: Au revoir. }
"""


def test_repeat_says_all_of_it_again_however_little_was_heard(play):
    call = play(ANYWHERE).cuts_in(words=4).says("pardon, vous pouvez répéter ?").wants("repeter")
    assert call.said == ["Il fait beau.", "Que puis-je faire pour vous ?"]
    assert call.listens().says("encore").wants("repeter").said == ["Il fait beau.", "Que puis-je faire pour vous ?"]


def test_what_must_be_heard_is_not_said_again_to_who_asks_to_repeat(play):
    call = play(ANYWHERE.replace("dire: { say:", "dire: { interruptible: false, say:"))
    assert call.listens().says("pardon ?").wants("repeter").said == ["Que puis-je faire pour vous ?"]


def test_who_wants_time_gets_it(play):
    call = play(ANYWHERE).listens().says("un instant").wants("attendre")
    assert call.said == ["Je vous en prie, prenez votre temps."]
    assert call.step == "question"


def test_keys_that_hold_anywhere(play):
    assert play(ANYWHERE).presses("0").said == ["Au revoir."]


def test_keys_that_lead_nowhere_do_nothing(play):
    assert play(ANYWHERE).presses("7").last == ()


def test_to_forget_is_a_withdrawal_with_its_words(play):
    call = play(ANYWHERE).listens().says("effacez mon appel").wants("effacer")
    assert (call.decision.decision, call.decision.words, call.decision.modality) == (
        "withdrawn",
        "effacez mon appel",
        "voice",
    )
    assert call.engine.state.consent == "withdrawn"
    assert not call.says("effacez").wants("effacer").of(Decided)


def test_a_sentence_that_holds_the_value_already_is_not_asked_for_it(play):
    call = play(ANYWHERE).listens().says("je voudrais un rendez-vous jeudi à quinze heures").wants("rdv_prendre")
    assert call.said == ["Le jeudi trois décembre à quinze heures, c'est ça ?"]


def test_the_model_may_give_the_value_of_a_sentence(play):
    call = play(ANYWHERE).listens().says("comme la dernière fois").wants("rdv_prendre", moment="vendredi à midi")
    assert call.engine.values["moment"] == "2026-12-04T12:00"


def test_a_newer_sentence_gives_a_newer_value(play):
    call = play(ANYWHERE).listens().says("un rendez-vous jeudi à quinze heures").wants("rdv_prendre")
    call.engine.goto("question")
    call.says("plutôt un rendez-vous lundi à dix heures").wants("rdv_prendre")
    assert call.engine.values["moment"] == "2026-12-07T10:00"


def test_the_model_is_shown_the_routes_each_once_with_their_slots(play):
    question = play(ANYWHERE).listens().says("bonjour").question
    assert [choice.name for choice in question.choices] == ["rdv_prendre", "repeter", "attendre", "effacer"]
    assert dict(question.choices[0].slots) == {"moment": "moment"}
    assert set(question.choices[0].slots.values()) <= set(KINDS)
    assert question.free is False
    assert "Que puis-je faire pour vous ?" in question.system


def test_what_a_step_offers_is_known_before_anyone_rings(play):
    flow = play(ANYWHERE).engine.flow
    assert [choice.name for choice in choices(flow, flow.steps["quand"])] == ["repeter", "attendre", "effacer"]


def test_the_model_is_shown_a_bounded_part_of_a_long_talk_that_begins_with_the_caller(play):
    call = play(ASK).listens()
    for _ in range(40):
        call.says("bla").answers().listens()
    lines = call.says("bla").question.lines
    assert len(lines) <= 40
    assert lines[0].role == "user"


def test_texts_read_the_variables_and_the_caller(play):
    call = play("""
        flow: essai
        title: Un essai
        start: dire
        vars: { ville: Rennes }
        steps:
          dire: { say: "Bonjour {caller} à {ville}.", next: fin }
          fin: { hangup: Au revoir. }
    """)
    assert call.said[0] == "Bonjour +33612345678 à Rennes."
    assert [say.fixed for say in call.of(Say)] == [False, True]
