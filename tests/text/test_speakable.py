"""Written French becomes what a voice should read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiced.text.numbers import cardinal, ordinal, roman
from voiced.text.numerals import value
from voiced.text.speakable import speakable

PHONE = "zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit"

SAID = {
    # dates
    "le 24/11/2026": "le vingt-quatre novembre deux mille vingt-six",
    "le 24 novembre": "le vingt-quatre novembre",
    "2026-11-24": "vingt-quatre novembre deux mille vingt-six",
    "24-11-26": "vingt-quatre novembre deux mille vingt-six",
    "du 1/12 au 24/12": "du premier décembre au vingt-quatre décembre",
    "le 1er janvier et le 1 mai": "le premier janvier et le premier mai",
    "lun. 3 févr. 2026": "lundi trois février deux mille vingt-six",
    "le 31/02": "le trente et un sur deux",
    # hours
    "14h30": "quatorze heures trente",
    "9 h": "neuf heures",
    "14:30": "quatorze heures trente",
    "à midi, 0h30, 1h, 21h et 0 h": "à midi, minuit trente, une heure, vingt et une heures et zéro heure",
    "9h-12h": "neuf heures à douze heures",
    "24h/24 et 7j/7": "vingt-quatre heures sur vingt-quatre et sept jours sur sept",
    # money
    "49,90 €": "quarante-neuf euros quatre-vingt-dix",
    "49€90 et 49.90 EUR": "quarante-neuf euros quatre-vingt-dix et quarante-neuf euros quatre-vingt-dix",
    "0,50 €, 1 €, 0,01 €": "cinquante centimes, un euro, un centime",
    "1 200 € ou 1.500 €": "mille deux cents euros ou mille cinq cents euros",
    "12,50 €/mois": "douze euros cinquante par mois",
    "20 €/h, €15": "vingt euros par heure, quinze euros",
    "1 000 000 €": "un million d'euros",
    "3 M€, 1,5 million d'€": "trois millions d'euros, un virgule cinq million d'euros",
    "2 k€ et 1 k€": "deux mille euros et mille euros",
    "21 £": "vingt et une livres",
    "10-20 €": "dix à vingt euros",
    # quantities
    "20 %": "vingt pour cent",
    "-5 °C, 37,5 °C": "moins cinq degrés, trente-sept virgule cinq degrés",
    "12 km, 1,5 l, 20 m², 30 min": "douze kilomètres, un virgule cinq litre, vingt mètres carrés, trente minutes",
    "90 km/h et 21 min": "quatre-vingt-dix kilomètres heure et vingt et une minutes",
    "2 Go/mois": "deux gigaoctets par mois",
    "5 min. de marche": "cinq minutes de marche",
    "1 234 567,05": "un million deux cent trente-quatre mille cinq cent soixante-sept virgule zéro cinq",
    "21 personnes, 1 place, 2 enfants": "vingt et une personnes, une place, deux enfants",
    "3 x 4": "trois fois quatre",
    "score 3-0": "score trois zéro",
    "3,14159": "trois virgule un quatre un cinq neuf",
    # ordinals and fractions
    "1er, 1re, 2e, 3ème, 2nd, 2nde, 3èmes": "premier, première, deuxième, troisième, second, seconde, troisièmes",
    "80e, 200e, 0e": "quatre-vingtième, deux centième, zéro e",
    "XXIe siècle, Ve République": "vingt et unième siècle, cinquième République",
    "Louis XIV, François Ier, chapitre IV": "Louis quatorze, François premier, chapitre quatre",
    "Ce Vélo, Le IIIIe": "Ce Vélo, Le IIIIe",
    "1/2 heure, 3 / 4, 2/3, 5/10": "une demi-heure, trois quarts, deux tiers, cinq sur dix",
    # telephone numbers
    "06 12 34 56 78": PHONE,
    "+33 6 12 34 56 78": PHONE,
    "0033612345678": PHONE,
    "+33 (0)6 12 34 56 78": PHONE,
    "0612345678": PHONE,
    "06.12.34.56.78": PHONE,
    "0 800 123 456": "zéro huit cents, cent vingt-trois, quatre cent cinquante-six",
    "+32 2 123 45 67": "plus trente-deux, vingt et un, vingt-trois, quarante-cinq, soixante-sept",
    "appelez le 3919": "appelez le trente-neuf, dix-neuf",
    # acronyms
    "la SNCF, EDF et la S.N.C.F.": "la S N C F, E D F et la S N C F",
    "l'UNICEF, un RIB, la RATP": "l'Unicef, un Rib, la R A T P",
    "ATTENTION, OUI, OK": "Attention, oui, d'accord",
    # addresses
    "jean.dupont@gmail.com": "jean point dupont arobase gmail point com",
    "a-b_75@orange.fr": "A tiret B tiret du bas soixante-quinze arobase orange point F R",
    "https://www.exemple.fr/aide/": "exemple point F R slash aide",
    "www.sncf-connect.com?x=1": "S N C F tiret connect point com point d'interrogation X égale un",
    "12 bd Voltaire, 75011 Paris": "douze boulevard Voltaire, soixante-quinze zéro onze Paris",
    "13000 Marseille, 34170 Castelnau": "treize mille Marseille, trente-quatre cent soixante-dix Castelnau",
    # abbreviations
    "M. Dupont, Mme Martin, Dr Bernard": "monsieur Dupont, madame Martin, docteur Bernard",
    "MM. Paul et Jean, Me Durand. Me voici": "messieurs Paul et Jean, maître Durand. Me voici",
    "n° 12, 3 av. Foch, RDV svp": "numéro douze, trois avenue Foch, rendez-vous s'il vous plaît",
    "thé, café, etc. Merci": "thé, café, et cetera. Merci",
    "p. ex. 50 € HT": "par exemple cinquante euros hors taxes",
    # references
    "commande 47291": "commande quatre sept deux neuf un",
    "réf. AB-1234": "référence A B, un deux trois quatre",
    "code 0042, H24": "code zéro zéro quatre deux, H vingt-quatre",
    "FR76 3000 6000 0112": "F R soixante-seize, trois zéro zéro zéro, six zéro zéro zéro, zéro un un deux",
    "1234567890123456": "un deux trois quatre cinq six sept huit neuf zéro un deux trois quatre cinq six",
    # layout
    "**Bonjour** 😀 ! Voir [le site](https://x.fr).": "Bonjour ! Voir le site.",
    "# Titre\n\n- un\n- deux\n\nFin": "Titre. un. deux. Fin",
    "| a | b |\n|---|---|\n| 1 | 2 |": "a, b. un, deux",
    "*important* et `code` <b>gras</b>": "important et code gras",
    "«\u00a0Oui\u00a0» — l’heure\u202f!": "Oui, l'heure !",
    "```\ncode\n```\nsuite": "code. suite",
    "et/ou, M&M, 2 + 2 = 4": "et ou, M et M, deux plus deux égale quatre",
    "100€ #1": "cent euros dièse un",
    "👍": "",
}


@pytest.mark.parametrize(("written", "said"), SAID.items())
def test_written_french_is_read_as_people_say_it(written, said):
    assert speakable(written) == said


@pytest.mark.parametrize("written", SAID)
def test_speakable_text_stays_as_it_is(written):
    once = speakable(written)
    assert speakable(once) == once


@pytest.mark.parametrize(
    "sentence",
    [
        "Bonjour, que puis-je faire pour vous ?",
        "Je vous propose mardi à quatorze heures trente, ou midi.",
        "L'agence ferme à minuit… À bientôt !",
    ],
)
def test_what_is_already_words_is_untouched(sentence):
    assert speakable(sentence) == sentence


PIECES = st.sampled_from(
    [
        *SAID,
        "Bonjour",
        ",",
        ".",
        "\n",
        "-",
        "*",
        "(",
        "12",
        "3,5",
        "€",
        "%",
        "/",
        "A",
        "le",
        "h",
        "°",
        "M.",
        "XIV",
        "é",
    ],
)


@settings(max_examples=100)
@given(st.lists(PIECES, max_size=6).map(" ".join))
def test_any_mixture_becomes_words_and_stays_so(text):
    once = speakable(text)
    assert not any(c.isdigit() for c in once)
    assert not set(once) & set("*_#|<>\n€%@")
    assert speakable(once) == once


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_no_text_breaks_it(text):
    once = speakable(text)
    assert "\n" not in once
    assert once == once.strip()


@settings(max_examples=150)
@given(st.integers(0, 999_999))
def test_numbers_in_words_are_read_back(number):
    words = cardinal(number)
    assert value(words) == number
    assert value(words.replace("-", " ")) == number
    assert speakable(str(number)) == words


@settings(max_examples=100)
@given(st.integers(1, 3999))
def test_roman_numerals_of_either_shape(number):
    pairs = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
    ]
    pairs += [(9, "IX"), (5, "V"), (4, "IV"), (1, "I")]
    left, numeral = number, ""
    for size, letters in pairs:
        numeral += letters * (left // size)
        left %= size
    assert roman(numeral) == number


@pytest.mark.parametrize("numeral", ["", "IIII", "VX", "ABC"])
def test_what_is_no_roman_numeral(numeral):
    assert roman(numeral) is None


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "premier"),
        (5, "cinquième"),
        (9, "neuvième"),
        (21, "vingt et unième"),
        (80, "quatre-vingtième"),
        (300, "trois centième"),
        (1000, "millième"),
        (2_000_000, "deux millionième"),
        (2 * 10**9, "deux milliardième"),
    ],
)
def test_ordinals_are_built_right(number, said):
    assert ordinal(number) == said


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("septante-deux", 72),
        ("huitante", 80),
        ("octante trois", 83),
        ("nonante et un", 91),
        ("vingt et un", 21),
        ("vingt un", 21),
        ("soixante et onze", 71),
        ("quatre-vingts", 80),
        ("mille neuf cent quatre vingt dix huit", 1998),
        ("deux millions cinq cent mille", 2_500_000),
        ("zero", 0),
        ("trois milliards", 3 * 10**9),
        ("bonjour", None),
        ("deux chats", None),
        ("", None),
        ("soixante et", None),
    ],
)
def test_number_words_of_all_countries(said, number):
    assert value(said) == number
