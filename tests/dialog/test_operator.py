"""What a person does to a call from outside, and what stays right all the same."""

import pytest

from voiced.dialog.operator import UNREACHED, refusal
from voiced.dialog.talk import (
    Broke,
    Dismissed,
    Dropped,
    HangUp,
    HeardReply,
    Hush,
    Listen,
    Muted,
    Prompted,
    Redirected,
    Say,
    Spoken,
    Thought,
    TimeUp,
    ToolReturned,
)

ASK = """
    question:
      ask: Que puis-je faire pour vous ?
      routes:
        - { intent: horaires, to: heures }
        - { dtmf: "1", to: heures }
        - { intent: fin, examples: [c'est tout], to: fin }
    heures: { say: De neuf heures à midi., next: question }
    fin: { hangup: Au revoir. }
"""
DESK = """
    question:
      ask: Que puis-je faire pour vous ?
      routes: [{ intent: humain, examples: [un humain], to: accueil }]
    accueil:
      transfer: { to: "+33199000001", say: Je vous passe l'accueil., timeout: 30 }
      failed: absent
    absent: { hangup: Personne n'est là. }
"""
TOOL = """
    chercher: { say: Un instant., tool: look_up, next: dire, failed: rien }
    dire: { hangup: Voilà. }
    rien: { hangup: Je n'ai rien trouvé. }
"""
NUMERO = """
    numero: { collect: { slot: tel, kind: telephone, ask: Votre numéro ? }, next: fin }
    fin: { hangup: Merci. }
"""


def by_operator(call):
    return [say.text for say in call.of(Say) if say.by == "operator"]


# --- saying something ---------------------------------------------------------------------------------------------


def test_what_a_person_says_is_said_after_what_the_agent_says(play):
    call = play(ASK).do(Prompted("Un collègue arrive."))
    assert by_operator(call) == call.said == ["Un collègue arrive."]
    assert call.of(Hush) == []
    call.listens().says("merci").wants("horaires")
    assert call.said[0] == "De neuf heures à midi."


def test_what_a_person_said_is_history_for_the_model_and_for_who_wants_to_hear_it_again(play):
    call = play(ASK).listens().do(Prompted("Un collègue arrive.")).listens().says("vos horaires ?")
    assert [line.text for line in call.question.lines][-2:] == ["Un collègue arrive.", "vos horaires ?"]
    assert call.question.lines[-2].role == "assistant"
    assert call.engine.state.told[-1] == "Un collègue arrive."


def test_a_person_may_speak_instead_of_the_agent(play):
    call = play(ASK).do(Prompted("Attendez.", interrupt=True))
    assert [type(command) for command in call.last] == [Hush, Say]


def test_a_person_answers_instead_of_the_model(play):
    call = play(ASK).listens().says("vos horaires ?").do(Prompted("Neuf heures.", interrupt=True))
    assert by_operator(call) == ["Neuf heures."]
    assert call.of(Listen)
    assert call.do(Thought("Trop tard.")).last == ()
    assert call.listens().says("et le samedi ?").thinks


def test_a_person_who_does_not_interrupt_leaves_the_answer_to_the_model(play):
    call = play(ASK).listens().says("vos horaires ?").do(Prompted("Je regarde."))
    assert call.wants("horaires").said[0] == "De neuf heures à midi."


def test_words_of_a_person_that_were_cut_by_a_cough_are_said_to_their_end_as_theirs(play):
    call = play(ASK).listens().do(Prompted("Un collègue arrive.")).cuts_in(words=1).coughed()
    assert by_operator(call) == ["collègue arrive."]


def test_what_was_heard_before_a_person_interrupted_is_remembered(play):
    call = play(ASK).do(Prompted("Attendez.", interrupt=True))
    call.do(Dropped((HeardReply(1, "Que puis-je", "Que puis-je faire pour vous ?"),)))
    assert call.engine.state.lines == [Spoken("assistant", "Que puis-je")]


def test_what_the_call_is_about_to_do_it_does_after_a_person_interrupted(play):
    call = play(DESK).listens().says("quelqu'un").wants("humain").do(Prompted("Restez en ligne.", interrupt=True))
    assert call.connects == [("+33199000001", 30)]
    call = play(ASK).listens().says("non").wants("fin").do(Prompted("Merci.", interrupt=True))
    assert call.left == "goodbye"


def test_a_tool_goes_on_while_a_person_speaks(play):
    call = play(TOOL).do(Prompted("Je cherche.", interrupt=True))
    assert call.returns().said == ["Voilà."]


# --- sending the caller on ----------------------------------------------------------------------------------------


def test_a_person_sends_the_caller_on_as_the_flow_does(play):
    call = play(DESK).do(Redirected("+33612345678"))
    assert call.of(Hush)
    assert call.said == ["Je vous passe l'accueil."]
    assert call.connects == [("+33612345678", 30)]
    assert call.reaches_nobody().said == ["Personne n'est là."]


def test_a_line_that_drops_in_between_is_sent_on_to_the_same_number(play):
    assert play(DESK).do(Redirected("+33612345678")).reconnects().connects == [("+33612345678", 30)]


def test_the_next_transfer_is_the_flows_own_again(play):
    flow = DESK.replace("absent: { hangup: Personne n'est là. }", "absent: { say: Personne., next: question }")
    call = play(flow).do(Redirected("+33612345678")).reaches_nobody().listens().says("quelqu'un").wants("humain")
    assert call.connects == [("+33199000001", 30)]


def test_a_flow_without_transfers_can_be_sent_on_and_takes_the_caller_back(play):
    call = play(ASK).do(Redirected("+33612345678"))
    assert call.said == ["Je vous mets en relation."]
    assert call.connects == [("+33612345678", 25)]
    assert call.reaches_nobody().said == [UNREACHED, "Que puis-je faire pour vous ?"]


def test_a_tool_that_comes_back_does_not_call_the_caller_back(play):
    call = play(TOOL)
    id_ = call.engine.state.pending_tool
    call.do(Redirected("+33612345678"))
    assert call.do(ToolReturned(id_, ok=True)).last == ()


# --- ending the call ----------------------------------------------------------------------------------------------


def test_a_person_ends_the_call_after_a_last_sentence(play):
    call = play(ASK).do(Dismissed("Nous fermons."))
    assert by_operator(call) == call.said == ["Nous fermons."]
    assert call.of(Say)[0].barge_in == "none"
    assert call.left == "operator"
    assert play(ASK).do(Dismissed()).said == []


@pytest.mark.parametrize("flow", [ASK, NUMERO])
def test_nobody_talks_the_call_out_of_it(play, flow):
    ends = [HangUp("operator")]
    assert play(flow).do(Dismissed()).says("attendez").of(HangUp) == ends
    assert play(flow).do(Dismissed()).says("attendez").says("mais").of(HangUp) == ends
    assert play(flow).do(Dismissed("Au revoir.")).cuts_in().coughed().of(HangUp) == ends
    assert play(flow).do(Dismissed()).presses("1").last == ()
    assert play(flow).do(Dismissed("Au revoir.")).breaks("tts").last == (HangUp("operator"),)
    assert play(flow).do(Dismissed("Au revoir.")).reconnects().of(HangUp) == ends


# --- taking the word ----------------------------------------------------------------------------------------------


def test_a_muted_agent_is_silent_and_remembers_what_is_said(play):
    call = play(ASK).do(Muted(on=True))
    assert [type(command) for command in call.last] == [Hush]
    assert call.says("vos horaires ?").last == ()
    assert call.stays_silent().stays_silent().stays_silent().mumbles().presses("1").breaks("tts").last == ()
    assert by_operator(call.do(Prompted("Je suis là."))) == ["Je suis là."]
    call.listens()
    lines = [(line.role, line.text) for line in call.engine.state.lines]
    assert lines == [("user", "vos horaires ?"), ("assistant", "Je suis là.")]


def test_a_persons_words_that_waited_for_the_agents_are_said_when_it_is_muted(play):
    call = play(ASK).do(Prompted("Je suis là.")).do(Muted(on=True))
    assert [type(command) for command in call.last] == [Hush, Say]
    assert by_operator(call) == ["Je suis là."]


def test_an_agent_that_gets_the_word_back_takes_its_step_up_again(play):
    call = play(ASK).do(Muted(on=True)).says("euh").do(Muted(on=False))
    assert call.said == ["Que puis-je faire pour vous ?"]
    assert call.says("vos horaires ?").thinks
    assert [line.text for line in call.question.lines] == ["euh", "vos horaires ?"]


def test_a_yes_to_a_person_is_no_answer_to_the_agent(play):
    call = play("""
        consentement:
          consent: { ask: Puis-je garder cet appel ? }
          granted: fin
          refused: fin
        fin: { hangup: Merci. }
    """)
    call.listens().do(Muted(on=True)).do(Prompted("Vous m'entendez ?")).listens().says("oui").do(Muted(on=False))
    assert call.engine.state.consent == "unknown"
    assert call.said == ["Puis-je garder cet appel ?"]


def test_an_answer_that_was_on_its_way_is_dropped(play):
    call = play(ASK).listens().says("vos horaires ?").do(Muted(on=True))
    assert call.do(Thought("De neuf heures à midi.")).last == ()
    assert call.do(Muted(on=False)).said == ["Que puis-je faire pour vous ?"]


def test_what_a_tool_brings_waits_for_the_word(play):
    call = play(TOOL).do(Muted(on=True))
    assert call.returns().last == ()
    assert call.do(Muted(on=False)).said == ["Voilà."]
    failed = play(TOOL).do(Muted(on=True)).do(Broke("tool")).do(Muted(on=False))
    assert failed.said == ["Je n'ai rien trouvé."]


def test_a_tool_that_is_not_back_yet_is_not_called_again(play):
    call = play(TOOL).do(Muted(on=True)).do(Muted(on=False))
    assert call.last == ()
    assert len(call.tools) == 1
    assert call.returns().said == ["Voilà."]


def test_a_person_who_takes_the_word_keeps_a_caller_whom_the_agent_sent_home(play):
    call = play(ASK).listens().says("non").wants("fin").do(Muted(on=True))
    assert call.left == ""
    assert call.engine.state.closing is None
    assert call.do(Muted(on=False)).left == "goodbye"


def test_words_that_waited_for_their_rest_are_remembered(play):
    call = play(ASK).listens().says("je voudrais").cuts_in().do(Muted(on=True)).do(Muted(on=False))
    assert call.engine.state.lines[-1] == Spoken("user", "je voudrais")
    assert call.says("vos horaires").question.lines[-1].text == "vos horaires"


def test_the_same_word_twice_changes_nothing(play):
    assert play(ASK).do(Muted(on=False)).last == ()
    assert play(ASK).do(Muted(on=True)).do(Muted(on=True)).last == ()


def test_a_line_that_drops_does_not_give_the_agent_the_word(play):
    call = play(ASK).do(Muted(on=True)).reconnects()
    assert call.last == ()
    assert call.do(Muted(on=False)).said == ["Que puis-je faire pour vous ?"]


def test_the_limit_of_a_call_holds_for_persons_too(play):
    call = play(ASK).do(Muted(on=True)).do(TimeUp())
    assert call.said
    assert not call.engine.state.muted


@pytest.mark.parametrize("act", [Redirected("+33612345678"), Dismissed("Au revoir.")])
def test_who_sends_the_caller_on_or_ends_the_call_gives_the_word_back(play, act):
    call = play(DESK).do(Muted(on=True)).do(act)
    assert not call.engine.state.muted


# --- what cannot be done now --------------------------------------------------------------------------------------


def test_a_call_on_its_way_out_cannot_be_muted(play):
    call = play(DESK).do(Redirected("+33612345678"))
    assert refusal(call.engine.state, Muted(on=True)) == "the caller is on the way out"
    assert refusal(call.engine.state, Dismissed()) == ""
    assert call.do(Muted(on=True)).last == ()
    assert not call.engine.state.muted


def test_a_call_that_has_not_begun_cannot_do_anything(play):
    call = play(ASK)
    call.engine.state.step = ""
    assert refusal(call.engine.state, Prompted("Bonjour.")) == "the call has not begun"
