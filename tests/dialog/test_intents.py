"""The library of intents: it holds what flows rely on, and a faulty one is refused with every fault named."""

import pytest

from voiced.dialog.intents import library, parse
from voiced.errors import BadInput

RECEPTION = [
    "rdv_prendre",
    "rdv_annuler",
    "rdv_deplacer",
    "horaires",
    "adresse",
    "parking",
    "tarifs",
    "transfert",
    "commande",
    "livraison",
    "remboursement",
    "paiement",
    "facture",
    "mot_de_passe",
    "panne",
    "urgence",
    "ordonnance",
    "reservation",
    "rappel",
    "message",
    "repeter",
    "attendre",
    "au_revoir",
    "allo",
    "oui",
    "non",
    "nom",
    "email",
    "telephone",
    "code_postal",
    "date",
    "effacer",
]


def test_it_holds_what_a_reception_is_asked():
    assert set(RECEPTION) == set(library())


@pytest.mark.parametrize("name", RECEPTION)
def test_each_intent_has_a_meaning_and_many_sentences(name):
    intent = library()[name]
    assert intent.name == name
    assert intent.about.endswith(".")
    assert len(set(intent.examples)) >= 25


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[", "not YAML"),
        ("- a", "a mapping of intents is expected"),
        ("a: {about: A.}", "exactly `about` and `examples`"),
        ("a: {about: A., examples: [b], more: c}", "exactly `about` and `examples`"),
        ("a: {about: '', examples: [b]}", "`about` is a sentence"),
        ("a: {about: A., examples: []}", "a list of sentences"),
        ("a: {about: A., examples: [75011]}", "put quotes around numbers"),
        ("a: {about: A., examples: [Oui]}\nb: {about: B., examples: [oui]}", "already an example of a"),
    ],
)
def test_a_faulty_library_is_refused(text, fault):
    with pytest.raises(BadInput, match=fault):
        parse(text)


def test_every_fault_is_told_at_once():
    with pytest.raises(BadInput) as caught:
        parse("a: {about: '', examples: []}\nb: c")
    assert len(caught.value.problems) == 3
