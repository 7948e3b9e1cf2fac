"""The shipped reception, walked through its main conversations; the test answers for the model."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from voiced.dialog.phrase import fixed_texts
from voiced.dialog.reader import read_flows
from voiced.dialog.talk import Decided, Say

CONSTANTS = {"company": "Cabinet Martin", "site": "martin.example", "retention": "90 jours"}
SUNDAY = datetime(2026, 12, 6, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
MORE = "Puis-je faire autre chose pour vous ?"
WISH = "Que puis-je faire pour vous ?"


@pytest.fixture(scope="module")
def flow():
    return read_flows(Path(__file__).parents[2] / "flows", CONSTANTS, ["appointment_request", "take_message"])[
        "accueil"
    ]


@pytest.fixture
def call(dialog, flow):
    """A call in opening hours, before consent."""
    return dialog(flow)


@pytest.fixture
def agreed(call):
    return call.listens().says("oui").listens()


def leaves_a_message(call, words):
    """Say name and number, where they are asked for, and the message."""
    if call.said[-1].startswith("À quel nom"):
        call.listens().says("je m'appelle Sophie Martin")
        call.listens().says("zéro six douze trente-quatre cinquante-six soixante-dix-huit")
    call.listens().says("oui")
    assert call.said == ["Je vous écoute, quel est votre message ?"]
    return call.listens().says(words)


def test_the_law_is_said_in_order_before_the_caller_may_speak(call):
    assert [(say.text.split(",")[0].split(".")[0], say.barge_in) for say in call.of(Say)] == [
        ("Bonjour", "none"),
        ("Pour vous répondre", "none"),
        ("Acceptez-vous que nous gardions le texte de cet appel pendant 90 jours", "voice"),
    ]
    assert "Cabinet Martin" in call.said[0]
    assert "intelligence artificielle" in call.said[0]


def test_everything_said_in_the_opening_is_ready_before_the_call(call, flow):
    assert all(say.fixed and say.text in fixed_texts(flow) for say in call.of(Say))


def test_a_caller_who_agrees_asks_for_the_hours_and_leaves(agreed):
    assert [say.text for say in agreed.all_said][-1] == WISH
    agreed.says("vous ouvrez à quelle heure ?").wants("horaires")
    assert agreed.said[0].startswith("Nous sommes ouverts en ce moment. Nos horaires sont du lundi au jeudi de 9h")
    assert agreed.said[1:] == [MORE]
    agreed.listens().says("non merci")
    assert agreed.left == "goodbye"


def test_on_a_sunday_we_are_closed(dialog, flow):
    call = dialog(flow, now=SUNDAY).listens().presses("1").listens().says("vos horaires").wants("horaires")
    assert call.said[0].startswith("Nous sommes fermés")


def test_who_refuses_gets_the_same_service(call):
    call.listens().says("non je ne préfère pas")
    assert call.decision.decision == "refused"
    assert call.said == ["Très bien, rien ne sera conservé.", WISH]


def test_an_appointment_in_one_go(agreed):
    agreed.says("je voudrais un rendez-vous jeudi à quinze heures").wants("rdv_prendre")
    assert agreed.said == ["Très bien.", "J'ai noté jeudi trois décembre à quinze heures.", "C'est bien ça ?"]
    agreed.listens().says("non, plutôt à seize heures")
    assert agreed.said == ["Très bien.", "J'ai noté jeudi trois décembre à seize heures.", "C'est bien ça ?"]
    agreed.listens().says("oui").listens().says("Sophie Martin")
    assert agreed.said == ["À quel numéro pouvons-nous vous joindre ?"]
    agreed.listens().says("zéro six douze trente-quatre")
    assert agreed.said == ["Et la suite du numéro ?"]
    agreed.listens().says("cinquante-six soixante-dix-huit").listens().says("oui c'est ça")
    assert agreed.tool.name == "appointment_request"
    assert dict(agreed.tool.arguments) == {
        "name": "Sophie Martin",
        "moment": "2026-12-03T16:00",
        "telephone": "+33612345678",
    }
    agreed.returns()
    assert agreed.said[0] == "C'est noté."
    assert agreed.said[1].startswith("Votre demande de rendez-vous, pour jeudi trois décembre à seize heures")
    assert agreed.said[-1] == MORE


def test_a_second_appointment_is_asked_for_anew_and_the_name_is_not(agreed):
    agreed.says("un rendez-vous jeudi à quinze heures").wants("rdv_prendre").says("oui").says("Sophie Martin")
    agreed.says("06 12 34 56 78").says("oui").returns().listens()
    agreed.says("un autre rendez-vous").wants("rdv_prendre")
    assert agreed.said == ["Quel jour et à quelle heure souhaitez-vous venir ?"]
    agreed.listens().says("vendredi à dix heures").says("oui")
    assert agreed.said[0] == "Je récapitule."
    assert agreed.said[1].startswith("Le zéro six")


def test_two_messages_in_one_call_are_two_messages(agreed):
    agreed.says("je voudrais laisser un message").wants("message")
    first = leaves_a_message(agreed, "le livre est arrivé")
    assert dict(first.tool.arguments) == {
        "name": "Sophie Martin",
        "telephone": "+33612345678",
        "message": "le livre est arrivé",
    }
    agreed.returns().listens().says("encore un message").wants("message")
    assert leaves_a_message(agreed, "et il est beau").tool.arguments["message"] == "et il est beau"


def test_the_nought_leads_to_a_person_at_any_time(call):
    call.presses("0")
    assert call.said == ["Je vous mets en relation. La conversation avec la personne n'est pas enregistrée."]
    assert call.connects == [("+33199000001", 25)]
    assert not call.of(Decided)
    call.reaches_nobody("busy")
    assert call.said[0].startswith("Personne n'est disponible")
    assert leaves_a_message(call, "rappelez-moi").tool.name == "take_message"


def test_out_of_hours_a_message_is_taken_instead(dialog, flow):
    call = dialog(flow, now=SUNDAY).presses("0")
    assert call.said == [
        "Nous sommes fermés en ce moment. Je prends votre message et nous vous rappelons.",
        "À quel nom, s'il vous plaît ?",
    ]


def test_a_tool_that_fails_leads_to_a_person(agreed):
    agreed.says("un message").wants("message")
    assert leaves_a_message(agreed, "bonjour").returns(ok=False).connects


def test_three_silences_end_the_call(agreed):
    assert agreed.stays_silent().said == ["Êtes-vous toujours là ?"]
    assert agreed.stays_silent().said[0].startswith("Je ne vous entends pas. Si vous")
    assert agreed.stays_silent().left == "goodbye"
    assert agreed.said[0].startswith("Je ne vous entends pas, je vais raccrocher.")


def test_three_misunderstandings_lead_to_a_person(agreed):
    agreed.says("tarentule").answers().says("tarentule").answers()
    assert "prendre rendez-vous" in agreed.said[0]
    assert agreed.says("tarentule").answers().connects


def test_a_caller_who_is_never_understood_out_of_hours_is_not_kept_for_ever(dialog, flow):
    call = dialog(flow, now=SUNDAY).listens().says("oui").listens()
    turns = 0
    while not call.left:
        call.mumbles()
        turns += 1
    assert turns <= 12


def test_the_call_can_be_erased(agreed):
    agreed.says("effacez mon appel").wants("effacer")
    assert agreed.decision.decision == "withdrawn"
    assert agreed.said[0].startswith("C'est fait")


def test_where_to_read_more(agreed):
    assert "martin.example" in agreed.presses("9").said[0]


@pytest.mark.parametrize("what", ["llm", "stt"])
def test_who_cannot_be_understood_gets_answers_and_a_person_by_keys(agreed, what):
    if what == "llm":
        agreed.says("vos horaires")
    assert agreed.breaks(what).said[0] == "Excusez-moi, je rencontre un problème technique."
    assert agreed.said[1].startswith("Tapez 1 pour nos horaires")
    assert "rue des Lilas" in agreed.presses("2").said[0]
    assert agreed.said[2].startswith("Tapez 1 pour nos horaires")
    assert agreed.presses("0").connects


def test_the_longest_call_says_goodbye(agreed):
    assert agreed.runs_out_of_time().said == [
        "Nous devons nous arrêter là.",
        "Merci de votre appel, et bonne journée. Au revoir.",
    ]


def test_every_wish_leads_somewhere_in_both_places_where_it_is_asked_for(dialog, flow):
    reached = set()
    for step in ("demande", "autre_chose"):
        for route in flow.steps[step].routes:
            if not route.intent:
                continue
            call = dialog(flow).listens().says("oui").listens()
            call.engine.goto(step)
            call.says("je voudrais quelque chose").wants(route.intent)
            assert call.said, route.intent
            reached.add(route.to)
    wishes = {route.to for step in ("demande", "autre_chose") for route in flow.steps[step].routes if route.intent}
    assert reached == wishes


def test_both_questions_offer_the_same_wishes(flow):
    first, again = ({route.intent for route in flow.steps[name].routes} for name in ("demande", "autre_chose"))
    assert first == again - {None}
