"""What each kind of step does, one call at a time."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from voiced.dialog.talk import CallTool, Decided, Hush, Listen, Say, Think

SATURDAY = datetime(2026, 12, 5, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))

# --- say, branch, hangup, echo, transfer ------------------------------------------------------------------------------


def test_say_says_and_goes_on_at_once(play):
    call = play("""
        un: { say: Un., next: deux }
        deux: { say: Deux., interruptible: false, next: fin }
        fin: { hangup: Fin. }
    """)
    assert call.said == ["Un.", "Deux.", "Fin."]
    assert [say.barge_in for say in call.of(Say)] == ["voice", "none", "words"]
    assert call.left == "goodbye"


def test_who_speaks_up_after_the_last_step_is_still_heard(play):
    call = play("""
        flow: essai
        title: Un essai
        start: un
        anywhere: [{ intent: horaires, to: heures }]
        steps:
          un: { say: Un., next: null }
          heures: { hangup: De neuf à midi. }
    """)
    assert call.left == "end of flow"
    assert call.says("attendez, vos horaires").wants("horaires").said == ["De neuf à midi."]


def test_a_text_of_which_nothing_is_left_is_not_said(play):
    call = play("""
        un: { tool: chercher, save: livre, next: deux, failed: deux }
        deux: { say: "{livre_titre}", next: fin }
        fin: { hangup: Au revoir. }
    """)
    assert call.returns().said == ["Au revoir."]


OPEN = """
flow: essai
title: Un essai
start: selon
hours: { tuesday: ["09:00-12:00"] }
vars: { ville: Rennes }
steps:
  selon:
    branch:
      - { when: { open: true, slot: ville, is: Rennes }, to: ouvert }
      - { when: { open: false }, to: ferme }
    else: ailleurs
  ouvert: { hangup: "Ouvert {hours}." }
  ferme: { hangup: Fermé. }
  ailleurs: { hangup: Ailleurs. }
"""


def test_a_branch_takes_the_first_arm_that_holds(play):
    assert play(OPEN).said == ["Ouvert le mardi de 9h à 12h."]
    assert play(OPEN, now=SATURDAY).said == ["Fermé."]
    assert play(OPEN.replace("Rennes }", "Brest }", 1)).said == ["Ailleurs."]


def test_a_branch_on_a_value_that_is_known_or_not_and_on_consent(play):
    flow = """
        selon:
          branch:
            - { when: { slot: nom }, to: connu }
            - { when: { consent: true }, to: connu }
            - { when: { consent: false }, to: inconnu }
          else: connu
        connu: { hangup: Connu. }
        inconnu: { hangup: Inconnu. }
    """
    call = play(flow)
    assert call.said == ["Inconnu."]
    call.engine.keep("nom", "Martin", "Martin")
    call.engine.goto("selon")
    assert call.engine.out[-1].reason == "goodbye"
    assert call.engine.out[-2].text == "Connu."


def test_without_opening_hours_nothing_is_open(play):
    call = play("""
        selon: { branch: [{ when: { open: true }, to: oui }], else: non }
        oui: { hangup: Ouvert. }
        non: { hangup: Fermé. }
    """)
    assert call.said == ["Fermé."]


GOODBYE = """
question:
  ask: Que puis-je faire ?
  routes:
    - { intent: horaires, to: heures }
    - { intent: au_revoir, to: fin }
heures: { say: De neuf à midi., next: question }
fin: { hangup: "Merci de votre appel, au revoir." }
"""


def leaving(play):
    return play(GOODBYE).listens().says("c'est tout").wants("au_revoir")


def test_a_goodbye_is_cancelled_once_by_a_request(play):
    call = leaving(play).cuts_in(words=2).says("attendez, vos horaires ?")
    assert call.thinks
    assert "horaires" in [choice.name for choice in call.question.choices]
    assert call.wants("horaires").said == ["De neuf à midi.", "Que puis-je faire ?"]
    call.listens().says("merci c'est tout").wants("au_revoir")
    assert call.of(Say)[0].barge_in == "none"
    assert call.says("attendez encore").left == "goodbye"
    assert not call.thinks


def test_a_goodbye_said_over_ours_is_no_request(play):
    call = leaving(play).cuts_in(words=2).says("merci beaucoup, au revoir")
    assert (call.said, call.thinks, call.left) == ([], False, "goodbye")


def test_words_over_the_goodbye_that_are_no_request_let_it_be_said_again(play):
    call = leaving(play).cuts_in(words=2).says("tarentule").answers()
    assert (call.said, call.left) == (["Merci de votre appel, au revoir."], "goodbye")


def test_noise_and_silence_do_not_keep_the_line(play):
    assert leaving(play).stays_silent().left == "goodbye"
    assert leaving(play).mumbles().last == ()
    assert leaving(play).cuts_in(words=2).coughed().left == "goodbye"


def test_a_voice_without_words_after_a_goodbye_that_was_cancelled_leaves(play):
    call = leaving(play).cuts_in(words=2).says("attendez")
    call.engine.state.mode = ""
    assert call.mumbles().left == "goodbye"


ECHO = """
test: { say: Parlez., echo: 20, next: fin }
fin: { hangup: Au revoir. }
"""


def test_echo_announces_itself_lasts_and_goes_on_whatever_is_said(play):
    call = play(ECHO)
    assert (call.said, call.echo) == (["Parlez."], [20])
    assert call.says("un deux trois").last == ()
    assert call.mumbles().last == ()
    assert call.echoes().said == ["Au revoir."]


TRANSFER = """
flow: essai
title: Un essai
start: personne
vars: { numero: "+33199000001" }
steps:
  personne: { transfer: { to: "{numero}", timeout: 30 }, failed: absent }
  absent: { hangup: Personne n'est là. }
"""


def test_a_transfer_announces_itself_and_connects(play):
    call = play(TRANSFER)
    assert call.said == ["Je vous mets en relation."]
    assert call.of(Say)[0].barge_in == "none"
    assert call.connects == [("+33199000001", 30)]


@pytest.mark.parametrize("result", ["busy", "no-answer", "failed", "canceled"])
def test_a_transfer_that_reaches_nobody_goes_on(play, result):
    assert play(TRANSFER).reaches_nobody(result).said == ["Personne n'est là."]


def test_a_transfer_without_a_number_has_failed(play):
    assert play(TRANSFER.replace('"+33199000001"', '""')).said == ["Personne n'est là."]


def test_nothing_the_caller_does_loses_a_transfer(play):
    assert play(TRANSFER).says("non attendez").connects == [("+33199000001", 30)]
    assert play(TRANSFER).cuts_in().coughed().connects == [("+33199000001", 30)]
    assert play(TRANSFER).presses("1").last == ()
    assert play(TRANSFER).mumbles().last == ()


# --- ask --------------------------------------------------------------------------------------------------------------

MORE = """
question:
  ask: Puis-je faire autre chose ?
  routes:
    - { no: true, to: fin }
    - { yes: true, to: quoi }
    - { intent: horaires, to: heures }
quoi: { ask: Quoi donc ?, routes: [{ dtmf: "1", to: fin }] }
heures: { hangup: De neuf à midi. }
fin: { hangup: Au revoir. }
"""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("oui", "Quoi donc ?"),
        ("oui s'il vous plaît", "Quoi donc ?"),
        ("non merci, c'est tout", "Au revoir."),
        ("non non ça ira, merci beaucoup madame", "Au revoir."),
    ],
)
def test_a_plain_yes_or_no_is_taken_at_once(play, words, said):
    assert play(MORE).listens().says(words).said == [said]


def test_a_yes_that_says_more_is_for_the_model(play):
    call = play(MORE).listens().says("oui, vos horaires s'il vous plaît")
    assert call.thinks
    assert [choice.name for choice in call.question.choices] == ["non", "oui", "horaires"]
    assert call.wants("horaires").said == ["De neuf à midi."]


def test_a_yes_with_words_that_the_model_does_not_know_is_still_a_yes(play):
    assert play(MORE).listens().says("oui, une tarentule").answers().said == ["Quoi donc ?"]


def test_a_yes_that_contradicts_itself_is_none(play):
    assert play(MORE).listens().says("oui mais non").answers().said[0].startswith("Pardon")


def test_where_yes_and_no_lead_on_they_are_expected(play):
    assert play(MORE).policy.expects == "yes_no"
    assert play(GOODBYE).policy.expects == ""


def test_facts_may_be_stated_and_the_question_is_put_again(play):
    call = play("""
        flow: essai
        title: Un essai
        start: question
        vars: { prix: 20 € }
        steps:
          question:
            ask: Que voulez-vous savoir ?
            again: Autre chose ?
            facts: ["Une coupe coûte {prix}."]
            routes: [{ intent: au_revoir, to: fin }]
          fin: { hangup: Au revoir. }
    """).listens()
    question = call.says("c'est combien ?").question
    assert (question.free, question.facts) == (True, ("Une coupe coûte 20 €.",))
    assert "Une coupe coûte 20 €." in question.system
    assert call.answers("Vingt euros.").said == ["Autre chose ?"]
    assert call.says("merci").wants("au_revoir").said == ["Au revoir."]


# --- llm --------------------------------------------------------------------------------------------------------------

TALK = """
libre:
  llm: { prompt: Aide l'appelant., tools: [chercher] }
  ask: Je vous écoute.
  routes: [{ intent: au_revoir, to: fin }]
fin: { hangup: Au revoir. }
"""


def test_a_free_talk_asks_first_and_then_the_model_leads(play):
    call = play(TALK)
    assert call.said == ["Je vous écoute."]
    question = call.listens().says("je cherche un livre").question
    assert (question.free, question.tools) == (True, ("chercher",))
    assert "Aide l'appelant." in question.system
    assert call.answers("Quel livre ?").said == []
    assert call.of(Listen)


def test_the_model_may_use_a_tool_and_speaks_about_what_it_gave(play):
    call = play(TALK).listens().says("vous avez Proust ?").wants("chercher", "Je regarde.", titre="Proust")
    assert (call.tool.name, dict(call.tool.arguments)) == ("chercher", {"titre": "Proust"})
    lines = call.returns(stock=3).question.lines
    assert [line.role for line in lines] == ["assistant", "user", "assistant", "tool"]
    assert lines[2].wanted[0].id == lines[3].id != ""
    assert '"stock": 3' in lines[3].text
    assert call.answers("Il en reste trois.").of(Listen)


def test_what_was_spoken_while_the_tool_ran_does_not_part_its_request_from_its_answer(play):
    call = play(TALK).listens().says("vous avez Proust ?")
    call.under_way.append(Say(call.of(Think)[0].reply, "Je regarde."))
    call.wants("chercher", "Je regarde.").listens()
    assert [line.role for line in call.returns().question.lines[-3:]] == ["assistant", "assistant", "tool"]


def test_a_tool_that_breaks_is_told_to_the_model(play):
    call = play(TALK).listens().says("vous avez Proust ?").wants("chercher").breaks("tool")
    assert '"ok": false' in call.question.lines[-1].text


def test_a_model_that_calls_tools_for_ever_is_stopped(play):
    call = play(TALK).listens().says("vous avez Proust ?")
    for _ in range(5):
        call.wants("chercher").returns()
    assert call.wants("chercher").of(CallTool) == []
    assert call.said[0].startswith("Pardon")


def test_a_model_that_says_nothing_and_chooses_nothing_has_not_understood(play):
    assert play(TALK).listens().says("euh").answers("").said[0].startswith("Pardon")


def test_a_free_talk_takes_routes(play):
    assert play(TALK).listens().says("au revoir").wants("au_revoir").said == ["Au revoir."]


# --- tool -------------------------------------------------------------------------------------------------------------

TOOL = """
flow: essai
title: Un essai
start: noter
anywhere: [{ dtmf: "0", to: fin }]
steps:
  noter:
    tool: noter
    say: Un instant.
    with: { qui: "{caller}", texte: "De {caller}", liste: ["{caller}", 2] }
    save: recu
    next: bien
    failed: mal
  bien: { say: "Numéro {recu_numero}.", next: question }
  mal: { hangup: Échec. }
  question: { ask: Et ensuite ?, routes: [{ intent: horaires, to: fin }] }
  fin: { hangup: Au revoir. }
"""


def test_a_tool_is_called_with_values_and_its_data_is_kept(play):
    call = play(TOOL)
    assert call.said == ["Un instant."]
    arguments = {"qui": "+33612345678", "texte": "De +33612345678", "liste": ["+33612345678", 2]}
    assert dict(call.tool.arguments) == arguments
    assert call.returns(numero=12, say="C'est fait.").said == ["C'est fait.", "Numéro 12.", "Et ensuite ?"]
    assert call.engine.values["recu_numero"] == 12


def test_a_tool_that_fails_or_breaks_takes_its_own_way(play):
    assert play(TOOL).returns(ok=False).said == ["Échec."]
    assert play(TOOL).breaks("tool").said == ["Échec."]


def test_a_tool_without_such_a_way_apologises_when_it_breaks(play):
    call = play(TOOL.replace("    failed: mal\n", "").replace("  mal: { hangup: Échec. }\n", "")).breaks("tool")
    assert call.said == ["Excusez-moi, je rencontre un problème technique."]


def test_what_is_said_while_a_tool_runs_is_answered_afterwards(play):
    call = play(TOOL).says("et vos horaires")
    assert call.last == ()
    call.says("s'il vous plaît").says("oui")
    assert call.returns(numero=1).question.lines[-1].text == "et vos horaires s'il vous plaît"


def test_a_key_pressed_while_a_tool_runs_is_taken_afterwards(play):
    call = play(TOOL).presses("0")
    assert call.last == ()
    assert call.returns(numero=1).said[-1] == "Au revoir."


def test_a_turn_that_ran_a_tool_is_never_taken_back(play):
    call = play("""
        question: { ask: Je note ?, routes: [{ yes: true, to: noter }, { no: true, to: fin }] }
        noter: { tool: noter, next: fin, failed: fin }
        fin: { hangup: Au revoir. }
    """)
    call.listens().says("oui").cuts_in()
    assert call.step == "noter"
    assert call.returns().said == ["Au revoir."]


def test_a_tool_is_called_again_under_the_same_id_when_the_line_dropped(play):
    call = play(TOOL)
    first = call.tool.id
    assert call.reconnects().tool.id == first


# --- collect ----------------------------------------------------------------------------------------------------------

NUMBER = """
flow: essai
title: Un essai
start: numero
anywhere: [{ dtmf: "0", to: fin }, { intent: horaires, to: heures }, { dtmf: "*", to: heures }]
steps:
  numero:
    collect:
      slot: numero
      kind: telephone
      ask: Votre numéro ?
      again: Et la suite ?
      confirm: "Le {numero}, c'est bien ça ?"
    next: fin
  heures: { hangup: De neuf à midi. }
  fin: { hangup: "Merci, {numero}." }
"""
WHOLE = "Le zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit, c'est bien ça ?"


def test_a_value_is_read_back_and_confirmed(play):
    call = play(NUMBER)
    assert call.policy.expects == "telephone"
    assert call.listens().says("zéro six douze trente-quatre cinquante-six soixante-dix-huit").said == [WHOLE]
    assert call.policy.expects == "yes_no"
    call.listens().says("oui c'est ça")
    assert call.said == ["Merci, zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit."]
    assert call.engine.values["numero"] == "+33612345678"


def test_a_number_may_come_in_parts(play):
    call = play(NUMBER).listens().says("zéro six douze")
    assert call.said == ["Et la suite ?"]
    assert call.policy.so_far == "0612"
    assert call.listens().says("trente-quatre cinquante-six soixante-dix-huit").said == [WHOLE]


def test_the_same_part_again_and_again_is_no_progress(play):
    call = play(NUMBER.replace("kind: telephone", "kind: moment")).listens().says("jeudi")
    assert call.said == ["Et la suite ?"]
    assert call.says("jeudi").said[0].startswith("Pardon")


@pytest.mark.parametrize("words", ["non, quarante-huit", "oui mais c'est quarante-huit à la fin"])
def test_a_correction_changes_what_it_names_and_is_read_back(play, words):
    call = play(NUMBER).says("06 12 34 56 78").listens().says(words)
    assert call.said == [WHOLE.replace("soixante-dix-huit", "quarante-huit")]


def test_a_plain_no_asks_for_the_whole_again(play):
    call = play(NUMBER).says("06 12 34 56 78").listens().says("non")
    assert call.said == ["Votre numéro ?"]
    assert "numero" not in call.engine.values
    assert call.says("07 12 34 56 78").said[0].startswith("Le zéro sept")


def test_a_confirmation_that_repeats_the_value_is_a_yes(play):
    assert play(NUMBER).says("06 12 34 56 78").says("oui, 06 12 34 56 78").said[0].startswith("Merci")


def test_a_confirmation_that_is_neither_is_asked_for_again(play):
    call = play(NUMBER).says("06 12 34 56 78").says("tarentule").answers()
    assert call.said[0].startswith("Pardon")
    assert call.policy.expects == "yes_no"
    assert call.says("oui").said[0].startswith("Merci")


def test_a_confirmation_survives_a_thought_that_was_cut(play):
    call = play(NUMBER).says("06 12 34 56 78").listens().says("tarentule").stays_silent().cuts_in(words=1)
    assert call.says("oui c'est exact").said[0].startswith("Merci")


def test_another_wish_is_followed(play):
    assert play(NUMBER).says("vos horaires").wants("horaires").said == ["De neuf à midi."]
    assert play(NUMBER).says("06 12 34 56 78").says("vos horaires").wants("horaires").said == ["De neuf à midi."]


def test_digits_may_be_keyed_even_with_a_nought_that_elsewhere_leads_away(play):
    assert play(NUMBER).presses("0612345678").said == [WHOLE]


def test_keyed_digits_hush_the_question(play):
    assert play(NUMBER).presses("06").of(Hush)


def test_a_nought_alone_leads_where_it_leads(play):
    call = play(NUMBER).presses("0").stays_silent()
    assert call.said == ["Merci, ."]
    assert play(NUMBER).presses("06").stays_silent().said == ["Êtes-vous toujours là ?"]


def test_the_hash_ends_what_was_keyed(play):
    call = play(NUMBER.replace("kind: telephone", "kind: digits")).presses("123")
    assert call.said == []
    assert call.presses("#").said == ["Le un deux trois, c'est bien ça ?"]
    assert play(NUMBER).presses("0612#").said[0].startswith("Pardon")
    assert play(NUMBER).presses("*").said == ["De neuf à midi."]


def test_one_and_two_confirm_by_key_and_others_lead_away(play):
    assert play(NUMBER).presses("0612345678").presses("1").said[0].startswith("Merci")
    assert play(NUMBER).presses("0612345678").presses("2").said == ["Votre numéro ?"]
    assert play(NUMBER).presses("0612345678").presses("0").said[0].startswith("Merci")


def test_what_was_keyed_before_a_number_was_said_does_not_count(play):
    call = play(NUMBER).presses("06").says("07 12 34 56 78").says("non").presses("0612345678")
    assert call.said == [WHOLE]


NAME = """
flow: essai
title: Un essai
start: nom
anywhere: [{ intent: horaires, to: heures }]
steps:
  nom: { collect: { slot: nom, kind: name, ask: Votre nom ? }, next: encore }
  encore: { collect: { slot: nom, kind: name, ask: Votre nom ?, fresh: true }, next: texte }
  texte: { collect: { slot: texte, kind: text, ask: Votre message ?, fresh: true }, next: question }
  question: { ask: Encore ?, routes: [{ yes: true, to: nom }] }
  heures: { hangup: De neuf à midi. }
"""


def test_a_value_that_may_be_something_else_is_taken_when_the_model_knows_nothing_better(play):
    call = play(NUMBER).listens().says("six douze trente-quatre cinquante-six soixante-dix-huit")
    assert call.thinks
    assert call.answers().said == [WHOLE]


def test_what_holds_no_value_is_for_the_model(play):
    assert play(NAME).listens().says("pourquoi voulez-vous savoir ça").answers().said[0].startswith("Pardon")


def test_a_value_that_is_known_is_not_asked_for_but_a_fresh_one_is_each_time(play):
    call = play(NAME).listens().says("je m'appelle Sophie Martin")
    assert call.said == ["Votre message ?"]
    call.listens().says("rappelez-moi demain")
    assert call.said == ["Encore ?"]
    call.listens().says("oui")
    assert call.said == ["Votre nom ?"]  # `nom` knows it, `encore` wants it anew
    call.says("je m'appelle Jean Petit")
    assert call.said == ["Votre message ?"]
    call.says("annulez tout")
    assert (call.engine.values["nom"], call.engine.values["texte"]) == ("Jean Petit", "annulez tout")


def test_a_choice_is_one_of_what_is_offered(play):
    call = play("""
        plat:
          collect: { slot: plat, kind: choice, ask: Viande ou poisson ?, choices: [viande, poisson] }
          next: fin
        fin: { hangup: "Bien, {plat}." }
    """)
    assert call.says("le poisson").said == ["Bien, poisson."]


def test_an_uncertain_part_is_not_taken_for_the_whole(play):
    call = play("""
        quand: { collect: { slot: heure, kind: time, ask: À quelle heure ? }, next: fin }
        fin: { hangup: "À {heure}." }
    """).says("le matin")
    assert call.thinks
    assert call.answers().said == ["À quelle heure ?"]
    assert "heure" not in call.engine.values


def test_words_of_agreement_are_no_name(play):
    call = play("""
        nom: { collect: { slot: nom, kind: name, ask: Nom ?, confirm: "{nom}, c'est bien ça ?" }, next: fin }
        fin: { hangup: "Au revoir {nom}." }
    """).says("je m'appelle Sophie Martin")
    assert call.says("oui c'est moi Sophie").said == ["Au revoir Sophie Martin."]


def test_no_is_no_message(play):
    call = play("""
        texte: { collect: { slot: texte, kind: text, ask: Message ?, confirm: "{texte}, c'est bien ça ?" }, next: fin }
        fin: { hangup: Noté. }
    """).says("rappelez-moi")
    assert call.says("non").said == ["Message ?"]
    call.says("rappelez-moi demain")
    assert call.says("dites plutôt après-demain").said == ["dites plutôt après-demain, c'est bien ça ?"]
    assert call.says("oui").said == ["Noté."]


# --- consent ----------------------------------------------------------------------------------------------------------

CONSENT = """
flow: essai
title: Un essai
start: legal
anywhere:
  - { intent: effacer, do: forget, to: efface }
  - { intent: transfert, to: personne }
vars: { duree: 90 jours }
steps:
  legal: { say: Je suis une machine., interruptible: false, next: accord }
  accord:
    consent: { ask: "Gardons-nous le texte pendant {duree} ?", again: Oui ou non ? }
    granted: merci
    refused: tant_pis
  merci: { say: Merci., next: question }
  tant_pis: { say: Rien n'est gardé., next: question }
  question: { ask: Et donc ?, routes: [{ intent: horaires, to: accord }] }
  efface: { say: C'est effacé., next: question }
  personne: { hangup: Je vous passe quelqu'un. }
"""


def test_the_disclosure_cannot_be_cut_and_the_question_can(play):
    assert [(say.text, say.barge_in) for say in play(CONSENT).of(Say)] == [
        ("Je suis une machine.", "none"),
        ("Gardons-nous le texte pendant 90 jours ?", "voice"),
    ]


@pytest.mark.parametrize("words", ["oui", "oui bien sûr", "d'accord", "oui je suis d'accord"])
def test_yes_is_kept_with_its_evidence(play, words):
    call = play(CONSENT).listens().says(words, confidence=0.7)
    decision = call.decision
    assert (decision.decision, decision.words, decision.modality, decision.confidence) == (
        "granted",
        words,
        "voice",
        0.7,
    )
    assert decision.script == "Gardons-nous le texte pendant 90 jours ?"
    assert len(decision.script_sha256) == 64
    assert (decision.flow, call.said) == ("essai", ["Merci.", "Et donc ?"])


@pytest.mark.parametrize("words", ["non", "non merci", "je ne préfère pas"])
def test_no_is_no(play, words):
    call = play(CONSENT).listens().says(words)
    assert (call.decision.decision, call.said[0]) == ("refused", "Rien n'est gardé.")


@pytest.mark.parametrize(
    "words", ["oui mais non", "je ne sais pas", "oui mais pas le numéro", "pourquoi pas", "oui attendez"]
)
def test_a_yes_with_reserve_is_asked_again(play, words):
    call = play(CONSENT).listens().says(words).answers()
    assert (call.of(Decided), call.said) == ([], ["Oui ou non ?"])


def test_two_silences_are_a_no(play):
    call = play(CONSENT).stays_silent()
    assert (call.of(Decided), call.said) == ([], ["Oui ou non ?"])
    call.stays_silent()
    assert (call.decision.decision, call.decision.modality, call.decision.words) == ("refused", "silence", "")


def test_what_cannot_be_understood_twice_is_a_no(play):
    call = play(CONSENT).mumbles().says("blabla").answers()
    assert (call.decision.decision, call.decision.modality) == ("refused", "voice")


@pytest.mark.parametrize(("key", "decision"), [("1", "granted"), ("2", "refused")])
def test_keys_decide(play, key, decision):
    call = play(CONSENT).presses(key)
    assert (call.decision.decision, call.decision.modality, call.decision.words) == (decision, "key", key)
    assert call.of(Hush)


def test_other_keys_do_not(play):
    assert play(CONSENT).presses("5").last == ()


def test_a_yes_said_over_the_disclosure_is_no_consent(play):
    call = play(CONSENT).cuts_in(words=2).says("oui oui")
    assert call.of(Decided) == []
    assert call.said[0] == "Je suis une machine."


def test_a_yes_said_before_the_question_was_heard_is_no_consent(play):
    call = play(CONSENT).cuts_in(words=4 + 2).says("oui")
    assert call.of(Decided) == []
    assert call.listens().says("oui").decision.decision == "granted"


def test_who_wants_something_else_gets_it_and_consent_stays_unknown(play):
    call = play(CONSENT).listens().says("passez-moi quelqu'un").wants("transfert")
    assert (call.of(Decided), call.engine.state.consent) == ([], "unknown")


def test_consent_can_be_withdrawn_and_is_not_asked_for_again(play):
    call = play(CONSENT).listens().says("oui").listens().says("effacez mon appel").wants("effacer")
    assert (call.decision.decision, call.decision.words) == ("withdrawn", "effacez mon appel")
    assert call.listens().says("vos horaires").wants("horaires").said == ["Rien n'est gardé.", "Et donc ?"]


def test_who_has_decided_is_not_asked_again(play):
    call = play(CONSENT).listens().says("oui").listens().says("vos horaires").wants("horaires")
    assert (call.of(Decided), call.said[0]) == ([], "Merci.")


def test_a_yes_that_goes_on_with_a_no_before_anything_was_heard_is_withdrawn_and_asked_again(play):
    call = play(CONSENT).listens().says("oui").cuts_in()
    assert call.decision.decision == "withdrawn"
    assert call.engine.state.consent == "unknown"
    call.says("enfin non").answers()
    assert call.said == ["Oui ou non ?"]
    assert call.says("non").decision.decision == "refused"


def test_a_yes_and_then_a_wish_before_anything_was_heard_are_both_taken(play):
    call = play(CONSENT).listens().says("oui").cuts_in().says("Quels sont vos horaires ?")
    assert call.decision.decision == "granted"
    assert call.decision.words == "oui"
    assert call.said == ["Merci.", "Et donc ?"]
    assert call.question.lines[-1].text == "Quels sont vos horaires ?"
    assert call.wants("horaires").engine.state.consent == "granted"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("oui", "mais pas trop longtemps"), ("oui", "enfin non"), ("oui", "je ne sais pas"), ("oui", "merci beaucoup"),
        ("oui", "oui allez-y"), ("vos horaires", "et l'adresse"), ("oui attendez", "quelle adresse"),
    ],
)  # fmt: skip
def test_what_may_belong_together_is_understood_together(play, first, then):
    call = play(CONSENT).listens().says(first).cuts_in().says(then)
    assert call.engine.state.kept_turn == ""
    assert [line.text for line in call.engine.state.lines if line.role == "user"] == [f"{first} {then}"]
