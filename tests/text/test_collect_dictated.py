"""Digits dictated: telephone numbers, postcodes, order numbers."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiced.text.collect import KINDS, Context
from voiced.text.dictation import digits
from voiced.text.normalise import folded
from voiced.text.phones import say_phone
from voiced.text.speakable import speakable

TODAY = date(2026, 11, 24)
TELEPHONE, POSTCODE, DIGITS = KINDS["telephone"], KINDS["postcode"], KINDS["digits"]
SAID = "zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit"


def heard(collector, text, so_far="", hints=()):
    found = collector.collect(text, Context(TODAY, so_far=so_far, hints=hints))
    return None if found is None else (found.value, found.complete)


@pytest.mark.parametrize(
    "text",
    [
        f"Mon numéro de téléphone est le {SAID}.",
        "zéro six douze trente quatre cinquante six soixante dix huit",
        "06 12 34 56 78",
        "0 6 12 34 56 78",
        "0612345678",
        "le 06.12.34.56.78 merci",
        "06 12 trente-quatre 56 soixante-dix-huit",
        "+33 6 12 34 56 78",
        "+33612345678",
        "plus trente-trois six douze trente-quatre cinquante-six soixante-dix-huit",
        "zéro, six, un, deux, trois, quatre, cinq, six, sept, huit",
        "zéro six douze trente-quatre cinquante-six septante-huit",
        "c'est un portable, 06 12 34 56 78",
        "06 12 34 56 60 18",
        "zéro six douze trente-quatre non pardon trente-quatre cinquante-six soixante-dix-huit",
        "06 12 34 56 87, non, 78",
        "zéro sept douze, non, zéro six douze trente-quatre cinquante-six soixante-dix-huit",
    ],
)
def test_a_number_is_understood_however_it_is_written(text):
    found = TELEPHONE.collect(text, Context(TODAY))
    assert (found.value, found.said, found.complete) == ("+33612345678", SAID, True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("zéro un quarante deux soixante huit cinquante trois double zéro", "+33142685300"),
        ("zéro un, quarante-deux, soixante-huit, cinquante-trois, zéro zéro", "+33142685300"),
        ("zéro six septante-deux nonante-neuf huitante-deux douze", "+33672998212"),
        ("zéro huit cents cent vingt-trois quatre cent cinquante-six", "+33800123456"),
        ("zéro six, deux fois douze, trente-quatre, cinquante-six", "+33612123456"),
    ],
)
def test_ways_to_say_digits(text, value):
    assert heard(TELEPHONE, text) == (value, True)


def test_a_number_in_several_utterances():
    first = TELEPHONE.collect("alors c'est le zéro six douze", Context(TODAY))
    assert (first.value, first.said, first.complete) == ("0612", "zéro six, douze", False)
    assert TELEPHONE.unfinished("alors c'est le zéro six douze", "")
    assert TELEPHONE.unfinished("trente-quatre", first.value)
    rest = "trente-quatre cinquante-six soixante dix huit"
    assert not TELEPHONE.unfinished(rest, first.value)
    assert heard(TELEPHONE, rest, first.value) == ("+33612345678", True)
    assert heard(TELEPHONE, rest, "zéro six douze") == ("+33612345678", True)


@pytest.mark.parametrize(
    ("so_far", "text", "value"),
    [
        ("+33612345678", "non, quarante-huit", "+33612345648"),
        ("+33612345678", "quarante-huit", "+33612345648"),
        ("+33612345678", "non, c'est quarante-huit, pas soixante-dix-huit", "+33612345648"),
        ("+33612345678", "c'est trente-huit, pas trente-quatre", "+33612385678"),
        ("+33612345678", "non, zéro sept douze trente-quatre cinquante-six soixante-dix-huit", "+33712345678"),
        ("+33612345678", "07 12 34 56 78", "+33712345678"),
        ("0612", "07 12 34 56 78", "+33712345678"),
    ],
)
def test_corrections(so_far, text, value):
    assert heard(TELEPHONE, text, so_far) == (value, True)


def test_an_unlikely_reading_that_makes_ten_digits_is_doubted_and_waited_for():
    text = "zéro six quatre vingt douze trente quatre cinquante"
    found = TELEPHONE.collect(text, Context(TODAY))
    assert (found.value, found.complete) == ("+33680123450", True)
    assert found.confidence <= 0.5
    assert TELEPHONE.unfinished(text, "")


def test_a_dropped_zero_is_guessed_for_mobiles_only():
    assert TELEPHONE.collect("6 12 34 56 78", Context(TODAY)).confidence <= 0.5
    assert heard(TELEPHONE, "1 42 68 53 00") == ("142685300", False)


def test_too_many_digits_are_no_number():
    assert heard(TELEPHONE, "06 12 34 56 78 90") == ("061234567890", False)


@pytest.mark.parametrize("text", ["bonjour", "c'est un portable", "", "oui c'est ça"])
def test_a_text_without_digits_brings_nothing(text):
    assert heard(TELEPHONE, text) is None
    assert heard(TELEPHONE, text, "0612") is None


def test_without_digits_the_words_decide_whether_more_comes():
    assert TELEPHONE.unfinished("alors c'est le", "")
    assert not TELEPHONE.unfinished("je ne l'ai pas sur moi", "")


@settings(max_examples=40)
@given(st.integers(100_000_000, 999_999_999), st.sampled_from(["", " ", "."]))
def test_a_number_written_spoken_and_heard_is_the_same(number, separator):
    national = f"0{number}"
    written = separator.join(national[at : at + 2] for at in range(0, 10, 2))
    said = speakable(written)
    assert said == say_phone(f"+33{number}")
    assert heard(TELEPHONE, said) == (f"+33{number}", True)


def test_two_equal_readings_are_doubted():
    found = TELEPHONE.collect("zéro un vingt-sept quatre vingt quatre vingt deux zéro zéro", Context(TODAY))
    assert found.confidence < 0.7


@settings(max_examples=40)
@given(st.integers(100_000_000, 999_999_999))
def test_without_commas_the_value_is_right_or_doubted(number):
    said = folded(say_phone(f"+33{number}"))
    found = TELEPHONE.collect(said, Context(TODAY))
    assert found.value == f"+33{number}" or found.confidence < 0.7 or not found.complete


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Mon code postal est le soixante-quinze zéro onze.", "75011"),
        ("soixante quinze zéro onze", "75011"),
        ("soixante-quinze mille onze", "75011"),
        ("75011", "75011"),
        ("75 0 11", "75011"),
        ("treize mille", "13000"),
        ("trente quatre cent soixante dix", "34170"),
        ("soixante-neuf zéro zéro trois", "69003"),
        ("zéro six cent", "06100"),
        ("75011, non, 75012", "75012"),
    ],
)
def test_postcodes(text, value):
    assert heard(POSTCODE, text) == (value, True)
    assert not POSTCODE.unfinished(text, "")


def test_a_postcode_is_read_back_as_people_say_it():
    assert POSTCODE.collect("75011", Context(TODAY)).said == "soixante-quinze zéro onze"


def test_a_postcode_with_digits_missing_waits_for_them():
    assert heard(POSTCODE, "7511") == ("7511", False)
    assert POSTCODE.unfinished("soixante-quinze", "")
    assert heard(POSTCODE, "zéro onze", "75") == ("75011", True)


@pytest.mark.parametrize("text", ["bonjour", "99999", "750112", "00100"])
def test_what_is_no_postcode(text):
    assert heard(POSTCODE, text) is None


def test_silence_on_the_postcode_leaves_the_words_to_decide():
    assert POSTCODE.unfinished("c'est le", "")


@pytest.mark.parametrize(
    ("text", "so_far", "value"),
    [
        ("Mon numéro de commande est le quatre, sept, deux, neuf, un.", "", "47291"),
        ("douze mille trois cent quarante-cinq", "", "12345"),
        ("zéro zéro sept", "", "007"),
        ("neuf un", "472", "47291"),
        ("non, quatre-vingt-douze", "47291", "47292"),
        ("triple zéro un", "", "0001"),
        ("1O2", "", "102"),
    ],
)
def test_order_numbers(text, so_far, value):
    assert heard(DIGITS, text, so_far) == (value, True)


@pytest.mark.parametrize(
    ("text", "so_far", "expected"),
    [
        ("quatre sept deux neuf", "", ("4729", False)),
        ("soixante dix huit douze un", "", ("78121", True)),
        ("neuf un", "472", ("47291", True)),
        ("soixante dix huit douze", "", ("7812", False)),
        ("non, 12345", "99999", ("12345", True)),
    ],
)
def test_a_known_length_settles_the_reading(text, so_far, expected):
    assert heard(DIGITS, text, so_far, ("5",)) == expected


@pytest.mark.parametrize("text", ["j'ai un problème", "", "bonjour", "double mixte"])
def test_articles_are_no_digits(text):
    assert heard(DIGITS, text) is None


def test_a_very_long_run_is_read_without_end_in_sight():
    assert len(digits("soixante dix huit " * 500)) >= 20
