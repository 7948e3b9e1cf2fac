"""What the brain sees in a sentence: politeness gone, clauses, sounds, concepts; and the data behind it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiced_local.brain.background import background
from voiced_local.brain.concepts import concepts
from voiced_local.brain.sounds import sound
from voiced_local.brain.words import clauses, clean, is_thin, words

FRENCH = st.text(alphabet="abcdeéèêlmnopqrstuvç '-,.!?0123456789@", max_size=60)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Bonjour madame, euh, je voudrais savoir si vous livrez, s'il vous plaît.", "vous livrez"),
        ("Alors voilà, pouvez-vous me dire où vous êtes ?", "où vous êtes ?"),
        ("Bonjour, s'il vous plaît.", "Bonjour, s'il vous plaît."),
        ("Je suis en retard.", "Je suis en retard."),
    ],
)
def test_politeness_goes_but_never_the_whole_sentence(said, left):
    assert clean(said) == left


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("Oui, et quels sont vos horaires ?", ["quels sont vos horaires"]),
        ("Je suis malade, donc je voudrais annuler", ["Je suis malade", "je voudrais annuler"]),
        ("Oui, d'accord, merci.", []),
    ],
)
def test_clauses_are_those_that_say_something(said, parts):
    assert clauses(said) == parts


@pytest.mark.parametrize(("said", "thin"), [("Oui, c'est ça, merci", True), ("Non", True), ("Non, le mardi", False)])
def test_assent_and_politeness_are_thin(said, thin):
    assert is_thin(said) is thin


@pytest.mark.parametrize(
    ("said", "shape"),
    [
        ("mon numéro, zéro six douze trente-quatre cinquante-six soixante-dix-huit", "#telephone"),
        ("jean point dupont arobase gmail point com", "#mail"),
        ("plutôt vers quatorze heures trente", "#heure"),
        ("le quinze mars", "#jour"),
        ("ça s'écrit D U P O N T", "#epelle"),
    ],
)
def test_numbers_dates_and_addresses_become_shapes(said, shape):
    assert shape in words(said)


@pytest.mark.parametrize(
    ("heard", "written"),
    [("chaudierre", "chaudiere"), ("parkin", "parking"), ("mesage", "messages"), ("payement", "paiement")],
)
def test_what_sounds_alike_is_alike(heard, written):
    assert sound(heard) == sound(written)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Absolument pas.", ("non",)),
        ("Absolument.", ("oui",)),
        ("la chaudierre est en pane", ("appareil", "panne")),
        ("Où est-ce que je peux me garer ?", ("parking",)),
    ],
)
def test_the_longest_expression_gives_the_concept(said, found):
    assert tuple(each for each in concepts(said) if each not in {"pouvoir_savoir", "negation"}) == found


@given(FRENCH)
def test_any_text_can_be_read(text):
    assert clean(text) == text.strip() or len(clean(text)) < len(text)
    assert all(part.strip() for part in clauses(text))
    assert isinstance(concepts(text), tuple)


def test_no_sentence_of_the_background_stands_twice():
    sentences = background().sentences
    assert sorted(sentences) == sorted(set(sentences))
