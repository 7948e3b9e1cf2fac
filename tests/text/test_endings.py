"""The last words tell whether the caller goes on."""

import pytest

from voiced.text.endings import allo, backchannel, finished, strong, unfinished


@pytest.mark.parametrize(
    "text",
    [
        "Je voudrais",
        "c'est pour",
        "euh",
        "et",
        "Donc",
        "mon",
        "Appuyez sur un pour écouter vos",
        "Il y a présentement plus de",
        "qui se décrit comme...",
        "Si c'est exact appuyez…",
        "Bonjour,",
        "je vous appelle parce que",
        "zéro six, douze, trente-quatre",
        "mon numéro c'est le 06 12",
        "jean point dupont arobase",
        "vingt et un zéro six pour",
    ],
)
def test_a_dangling_text_is_unfinished(text):
    assert unfinished(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Oui.",
        "D'accord",
        "Quels sont vos horaires d'ouverture ?",
        "Passez-moi un humain, s'il vous plaît.",
        "Mon numéro de commande est le quatre, sept, deux, neuf, un.",
        "Vous pouvez me rappeler au zéro un, quarante-deux, soixante-huit, cinquante-trois, zéro zéro.",
        "soixante-quinze zéro onze",
        "vingt et un",
        "à 09:30",
        "Qu'est-ce que c'est",
        "Et vous",
        "le 24/11",
    ],
)
def test_a_complete_text_is_not(text):
    assert not unfinished(text)


@pytest.mark.parametrize("text", ["Un rendez-vous, s'il vous plaît.", "Merci.", "voilà", "Au revoir !", "c'est tout"])
def test_closing_words(text):
    assert finished(text)


def test_an_ordinary_sentence_does_not_close():
    assert not finished("Je voudrais un rendez-vous mardi")


@pytest.mark.parametrize("text", ["Oui.", "hum", "D'accord !", "Voilà", "ok", "oui oui"])
def test_listening_sounds(text):
    assert backchannel(text)


@pytest.mark.parametrize("text", ["Oui mais je voudrais changer", "non", "", "Attendez"])
def test_what_is_more_than_listening(text):
    assert not backchannel(text)


@pytest.mark.parametrize(
    "text", ["Stop !", "Attendez.", "non non attendez", "Euh, arrêtez", "Mais non, non, non", "Un instant"]
)
def test_words_that_take_the_floor(text):
    assert strong(text)


@pytest.mark.parametrize("text", ["Non.", "Oui", "Je vous attendais", "le bus s'arrête"])
def test_words_that_do_not(text):
    assert not strong(text)


@pytest.mark.parametrize("text", ["Allô ?", "Allô, vous m'entendez ?", "Oui allo", "Vous êtes là ?"])
def test_the_caller_hears_nothing(text):
    assert allo(text)


def test_a_greeting_in_a_sentence_is_not_a_check():
    assert not allo("Bonjour, je voudrais un allotissement")
