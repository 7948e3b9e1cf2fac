"""Names, e-mails, choices, quantities, free text."""

import json
import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiced.text.addresses import say_address
from voiced.text.collect import KINDS, Context

TODAY = date(2026, 11, 24)
NAME, EMAIL, CHOICE, TEXT = KINDS["name"], KINDS["email"], KINDS["choice"], KINDS["text"]
NUMBER, AMOUNT = KINDS["number"], KINDS["amount"]
DELIVERY = ("Livraison à domicile", "Retrait en magasin", "Point relais")


def heard(collector, text, so_far="", hints=()):
    found = collector.collect(text, Context(TODAY, so_far=so_far, hints=hints))
    return None if found is None else (found.value, found.complete)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Je m'appelle Sophie Lefèvre.", "Sophie Lefèvre"),
        ("sophie lefèvre", "Sophie Lefèvre"),
        ("c'est Martin", "Martin"),
        ("bonjour, c'est Paul Durand à l'appareil", "Paul Durand"),
        ("je suis madame Bernard", "Bernard"),
        ("Monsieur DUPONT", "Dupont"),
        ("Au nom de Durand, s'il vous plaît", "Durand"),
        ("jean-pierre de la fontaine", "Jean-Pierre de la Fontaine"),
        ("Mon nom c'est Dubois, D, U, B, O, I, S.", "Dubois"),
        ("Sophie Duboit, D, U, B, O, I, S", "Sophie Dubois"),
        ("D U B O I S", "Dubois"),
        ("Dupont D-U-P-O-N-T", "Dupont"),
        ("D comme Daniel, U, P comme Pierre, O, N, T", "Dupont"),
        ("Lefèvre L E F E V R E", "Lefèvre"),
        ("L E F E accent grave V R E", "Lefèvre"),
        ("M A deux T H I S", "Matthis"),
        ("ça s'écrit dé u pé o enne té", "Dupont"),
        ("L E tiret G A L", "Le-Gal"),
        ("mon nom est Dupond avec un D", "Dupond"),
        ("McDonald", "McDonald"),
    ],
)
def test_names(text, name):
    assert heard(NAME, text) == (name, True)


def test_a_spelling_repairs_the_name_heard_before():
    assert heard(NAME, "D, U, B, O, I, S", "Sophie Duboit") == ("Sophie Dubois", True)
    assert NAME.collect("D, U, B, O, I, S", Context(TODAY)).said == "Dubois, D, U, B, O, I, S"


def test_a_half_spelled_name_goes_on():
    assert heard(NAME, "Dubois, D, U, B") == ("Dubois", False)
    assert NAME.unfinished("Dubois, D, U, B", "")
    assert NAME.unfinished("Dubois, ça s'écrit", "")
    assert NAME.unfinished("c'est D", "")
    assert not NAME.unfinished("Dubois, D, U, B, O, I, S", "")
    assert not NAME.unfinished("Sophie Lefèvre", "")


@pytest.mark.parametrize(
    "text", ["je ne sais pas", "oui", "Je voudrais un rendez-vous", "", "06 12", "un deux trois quatre cinq six"]
)
def test_what_is_no_name(text):
    assert heard(NAME, text) is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Mon adresse e-mail est jean point dupont arobase gmail point com.", "jean.dupont@gmail.com"),
        ("C'est marie tiret martin arobase orange point fr.", "marie-martin@orange.fr"),
        ("jean.dupont@gmail.com", "jean.dupont@gmail.com"),
        ("jean.dupont arobase gmail.com", "jean.dupont@gmail.com"),
        ("jean point dupont at gmail point com", "jean.dupont@gmail.com"),
        ("marie underscore martin 75 arobase free point fr", "marie_martin75@free.fr"),
        ("paul tiret du bas deux mille douze arobase hotmail point fr", "paul_2012@hotmail.fr"),
        ("sophie point lefèvre arobase la poste point net", "sophie.lefevre@laposte.net"),
        ("A comme Anatole, B, C arobase g mail point com", "abc@gmail.com"),
        ("alors c'est deux l arobase sfr point fr", "ll@sfr.fr"),
        ("contact arobase mon tiret entreprise point fr", "contact@mon-entreprise.fr"),
        ("julie arobase gmail point comme", "julie@gmail.com"),
    ],
)
def test_addresses(text, address):
    assert heard(EMAIL, text) == (address, True)
    assert not EMAIL.unfinished(text, "")


def test_an_address_is_read_back_in_words_and_a_known_provider_is_surer():
    known = EMAIL.collect("jean arobase gmail point com", Context(TODAY))
    other = EMAIL.collect("jean arobase dupont point fr", Context(TODAY))
    assert known.said == "jean arobase gmail point com"
    assert known.confidence > other.confidence


@pytest.mark.parametrize(
    ("so_far", "text", "expected"),
    [
        ("", "jean point dupont", ("jean.dupont", False)),
        ("", "jean dupont arobase", ("jeandupont@", False)),
        ("jean.dupont", "arobase gmail point com", ("jean.dupont@gmail.com", True)),
        ("jean.dupont@", "gmail point com", ("jean.dupont@gmail.com", True)),
        ("jean.dupont@gmail", "point com", ("jean.dupont@gmail.com", True)),
        ("jean.dupond", "jean.dupont@gmail.com", ("jean.dupont@gmail.com", True)),
    ],
)
def test_an_address_in_several_utterances(so_far, text, expected):
    assert heard(EMAIL, text, so_far) == expected
    assert EMAIL.unfinished(text, so_far) is not expected[1]


@pytest.mark.parametrize("text", ["bonjour", "je n'ai pas d'e-mail", "", "point ! ça suffit # maintenant"])
def test_what_is_no_address(text):
    assert heard(EMAIL, text) is None


@settings(max_examples=60)
@given(
    st.sampled_from(["jean.dupont", "marie-martin", "paul_durand", "sophie.lefevre75", "a.b", "contact"]),
    st.sampled_from(["gmail.com", "orange.fr", "free.fr", "mon-site.net"]),
)
def test_an_address_said_is_the_address_heard(local, host):
    assert heard(EMAIL, say_address(f"{local}@{host}")) == (f"{local}@{host}", True)


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("la livraison à domicile", 0),
        ("à domicile s'il vous plaît", 0),
        ("en magasin", 1),
        ("retrait magazin", 1),
        ("le premier", 0),
        ("la deuxième", 1),
        ("deux", 1),
        ("le dernier", 2),
        ("pas le domicile, le magasin", 1),
        ("le domicile, non, le point relais", 2),
    ],
)
def test_choices(text, option):
    assert heard(CHOICE, text, hints=DELIVERY) == (DELIVERY[option], True)


@pytest.mark.parametrize(
    "text", ["je ne sais pas", "aucun", "livraison ou magasin", "le quatrième", "", "ni l'un ni l'autre"]
)
def test_what_chooses_nothing(text):
    assert heard(CHOICE, text, hints=DELIVERY) is None


def test_without_options_nothing_can_be_chosen():
    assert heard(CHOICE, "le premier") is None
    assert heard(CHOICE, "oui", hints=("le la",)) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("douze", 12),
        ("nous serons quatre", 4),
        ("je voudrais une table pour quatre", 4),
        ("une", 1),
        ("une seule personne", 1),
        ("vingt et un", 21),
        ("1 200", 1200),
        ("deux virgule cinq", 2.5),
        ("deux et demi", 2.5),
        ("une douzaine", 12),
        ("cinq, non six", 6),
        ("personne", 0),
    ],
)
def test_numbers(text, number):
    assert heard(NUMBER, text) == (number, True)


def test_two_numbers_are_not_an_answer():
    assert heard(NUMBER, "quatre ou cinq") == (4, False)
    assert heard(NUMBER, "bonjour") is None
    assert heard(NUMBER, "9" * 30) is None
    assert not NUMBER.unfinished("une", "")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("quarante-neuf euros quatre-vingt-dix", "49.90"),
        ("49,90 €", "49.90"),
        ("12,5 euros", "12.50"),
        ("cinquante centimes", "0.50"),
        ("douze euros et demi", "12.50"),
        ("deux euros cinq", "2.05"),
        ("mille deux cents euros", "1200.00"),
        ("quarante-neuf quatre-vingt-dix", "49.90"),
        ("cent", "100.00"),
        ("dix euros, non vingt euros", "20.00"),
    ],
)
def test_amounts(text, amount):
    assert heard(AMOUNT, text) == (amount, True)


def test_an_amount_is_read_back():
    assert AMOUNT.collect("49,90 €", Context(TODAY)).said == "quarante-neuf euros quatre-vingt-dix"
    assert heard(AMOUNT, "rien") is None


def test_a_message_grows_and_dangles():
    assert heard(TEXT, "puis  une autre", "une chose") == ("une chose puis une autre", True)
    assert heard(TEXT, " … ") is None
    assert TEXT.unfinished("je vous appelle pour", "")


FRAGMENTS = st.sampled_from(
    re.findall(
        r"\S+",
        "zéro six douze quatre vingt dix cent mille non pas pardon et un le mardi mars 15 06 9h 14:30 24/11 2026-02-30 "
        "heures moins quart demie midi soir arobase point tiret com D U , . ? euros virgule oui comme double plus + "
        "trente-trois prochain dans mois",
    ),
)


@settings(max_examples=50)
@given(
    st.one_of(st.text(max_size=30), st.lists(FRAGMENTS, max_size=9).map(" ".join)),
    st.sampled_from(["", "06", "75", "jean.", "mardi"]),
)
def test_no_text_breaks_a_collector_and_values_are_json(text, so_far):
    context = Context(TODAY, 600, so_far, ("un truc", "mardi", "5"))
    for kind, collector in KINDS.items():
        assert collector.kind == kind
        found = collector.collect(text, context)
        assert collector.unfinished(text, so_far) in {True, False}
        if found is not None:
            assert json.loads(json.dumps(found.value)) == found.value
            assert 0 <= found.confidence <= 1
            assert found.said.strip()
