"""Two spellings of the same words compare equal."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiced.text.normalise import bare, folded, folded_bare, plain, wer, words
from voiced.text.numbers import cardinal


def test_plain_keeps_accents_and_bare_drops_them():
    assert plain("L’Été, c'est « bien » — 'sûr' !") == "l'été c'est bien sûr"
    assert bare("Élève, cœur, ça") == "eleve coeur ca"
    assert folded("Rendez-vous à 14h30 !") == "rendez vous à 14h30"
    assert folded_bare("Déjà_vu") == "deja vu"


def test_words_are_those_of_plain():
    assert words("M. Dupont, 14h30") == ["monsieur", "dupont", "quatorze", "heures", "trente"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("06 12 34 56 78", "zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit"),
        ("à 14h30", "à quatorze heures trente"),
        ("49,90 €", "quarante-neuf euros quatre-vingt-dix"),
        ("72", "septante-deux"),
        ("71", "septante et un"),
        ("91", "nonante et un"),
        ("81", "huitante et un"),
        ("99", "nonante-neuf"),
        ("200", "deux cent"),
        ("zero", "zéro"),
        ("l’heure", "l'heure"),
    ],
)
def test_digits_and_words_compare_equal(one, other):
    assert wer(one, other)[0] == 0
    assert plain(one) == plain(other)


def test_errors_are_counted_over_words():
    assert wer("je voudrais un rendez-vous", "je voudrais deux rendez-vous s'il") == (2, 5)
    assert wer("", "bonjour") == (1, 0)
    assert wer("bonjour", "") == (1, 1)


@settings(max_examples=150)
@given(st.integers(0, 999_999))
def test_any_number_equals_its_words(number):
    assert wer(str(number), cardinal(number))[0] == 0


@settings(max_examples=100)
@given(st.text(max_size=40), st.text(max_size=40))
def test_the_distance_is_symmetric_and_bounded(one, other):
    errors, length = wer(one, other)
    assert errors == wer(other, one)[0]
    assert abs(length - len(words(other))) <= errors <= max(length, len(words(other)))
