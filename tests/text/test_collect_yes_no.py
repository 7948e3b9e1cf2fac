"""Yes, no, or neither."""

from datetime import date

import pytest

from voiced.text.collect import KINDS, Context

YES_NO = KINDS["yes_no"]
ASKED = Context(date(2026, 11, 24))


@pytest.mark.parametrize(
    "text",
    [
        "Oui.",
        "d'accord",
        "Ouais",
        "OK",
        "C'est ça.",
        "tout à fait",
        "Bien sûr !",
        "volontiers",
        "J'accepte",
        "oui, c'est exactement ça",
        "pas de problème",
        "ça ne me dérange pas",
        "Si, si.",
        "si",
        "euh oui",
        "oui je veux bien",
        "je ne dis pas non",
    ],
)
def test_people_agree(text):
    answer = YES_NO.collect(text, ASKED)
    assert (answer.value, answer.said, answer.complete) == (True, "oui", True)


@pytest.mark.parametrize(
    "text",
    [
        "Non.",
        "Non merci",
        "pas du tout",
        "surtout pas",
        "Je refuse",
        "je préfère pas",
        "Je ne suis pas d'accord",
        "ce n'est pas ça",
        "non, c'est pas ça",
        "bien sûr que non",
        "absolument pas",
        "je n'accepte pas",
        "je ne veux pas",
        "certainement pas",
    ],
)
def test_people_decline(text):
    answer = YES_NO.collect(text, ASKED)
    assert (answer.value, answer.said, answer.complete) == (False, "non", True)


@pytest.mark.parametrize(
    "text",
    [
        "oui mais non",
        "je ne sais pas",
        "peut-être",
        "Quels sont vos tarifs ?",
        "oui, non, oui",
        "si vous êtes ouverts",
        "",
        "je n'ai pas compris",
    ],
)
def test_what_is_neither(text):
    assert YES_NO.collect(text, ASKED) is None


def test_a_no_that_asks_to_wait_is_not_complete():
    answer = YES_NO.collect("non non attendez", ASKED)
    assert (answer.value, answer.complete) == (False, False)
    assert YES_NO.unfinished("non non attendez", "")
    assert not YES_NO.unfinished("oui", "")
    assert not YES_NO.unfinished("si", "")


def test_a_plain_answer_is_surer_than_a_hesitant_or_a_buried_one():
    plain = YES_NO.collect("oui", ASKED).confidence
    hesitant = YES_NO.collect("pourquoi pas", ASKED).confidence
    buried = YES_NO.collect("écoutez moi je trouve que c'est parfait comme cela pour nous", ASKED).confidence
    wordy = YES_NO.collect("oui enfin il faudrait quand même que mon mari regarde cela", ASKED).confidence
    assert plain > wordy > hesitant
    assert plain > buried
