"""Streamed text is cut so that speech starts early and nothing is torn."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiced.text.clauses import FIRST_TARGET, Clauses
from voiced.text.syllables import syllables


def streamed(text, size=3):
    clauses = Clauses()
    found = [clause for at in range(0, len(text), size) for clause in clauses.feed(text[at : at + size])]
    return found + clauses.flush()


def test_the_first_clause_is_short_and_the_rest_follows():
    assert streamed("Bien sûr, je regarde. Votre commande est partie hier matin. Autre chose ?") == [
        "Bien sûr, je regarde.",
        "Votre commande est partie hier matin.",
        "Autre chose ?",
    ]


def test_a_comma_ends_the_first_clause_once_it_is_long_enough():
    clauses = streamed("Alors je vérifie cela, un instant je vous prie, c'est noté.")
    assert clauses[0] == "Alors je vérifie cela,"
    assert syllables(clauses[0]) <= FIRST_TARGET


def test_a_first_clause_that_runs_on_is_cut_before_a_conjunction():
    text = "Je vous propose un rendez-vous mardi prochain avec le docteur Bernard mais il faudra venir à jeun."
    assert streamed(text)[0] == "Je vous propose un rendez-vous mardi prochain avec le docteur Bernard"


def test_a_long_first_sentence_that_comes_at_once_is_shortened_too():
    text = "Je vous propose un rendez-vous mardi prochain avec le docteur Bernard mais il faudra venir à jeun. Merci."
    assert streamed(text, 200)[0] == "Je vous propose un rendez-vous mardi prochain avec le docteur Bernard"


@pytest.mark.parametrize(
    "whole",
    [
        "M. Dupont et Mme. Martin vous attendent au 12 bd. Voltaire.",
        "Cela fait 14,50 € ou 3.5 points.",
        "Le 06, 12, 34, 56, 78.",
        "Il est 14:30 ou 14h30 pile.",
        "Voir p. ex. J. Martin.",
    ],
)
@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_numbers_hours_and_abbreviations_are_never_torn(whole, size):
    assert streamed(whole, size) == [whole]


def test_later_commas_cut_only_long_clauses():
    clauses = streamed(
        "Bonjour. Oui, non. Nous sommes ouverts du lundi au vendredi matin, sauf les jours fériés du mois."
    )
    assert clauses == [
        "Bonjour.",
        "Oui, non.",
        "Nous sommes ouverts du lundi au vendredi matin,",
        "sauf les jours fériés du mois.",
    ]


def test_a_line_end_ends_a_clause_and_empty_ones_are_dropped():
    assert streamed("- un\n\n---\n- deux\n**...** !") == ["- un", "- deux"]


def test_endless_text_is_cut_at_a_blank():
    clauses = streamed("parlons " * 80)
    assert len(clauses) > 2
    assert " ".join(clauses).split() == ["parlons"] * 80


def test_it_starts_afresh_after_a_flush():
    clauses = Clauses()
    clauses.feed("Première réponse, oui")
    clauses.flush()
    assert clauses.feed("Seconde réponse, oui") == ["Seconde réponse,"]


@settings(max_examples=100)
@given(st.text(alphabet="ab é.,;!?…\n:-'\"12€M", max_size=120), st.integers(1, 7))
def test_every_word_comes_out_once_and_no_clause_is_silent(text, size):
    clauses = streamed(text, size)
    assert all(any(c.isalnum() or c == "€" for c in clause) for clause in clauses)
    letters = [c for c in text if c.isalnum()]
    assert [c for clause in clauses for c in clause if c.isalnum()] == letters


@pytest.mark.parametrize(
    ("text", "count"), [("bonjour", 2), ("table", 1), ("le", 1), ("rendez-vous", 3), ("12", 4), ("", 0)]
)
def test_syllables_by_ear(text, count):
    assert syllables(text) == count
