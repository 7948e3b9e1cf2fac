"""What is written in digits about a person does not show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiced.text.mask import luhn, mask, masked_number


@pytest.mark.parametrize(
    ("number", "shown"), [("+33612345678", "…78"), ("06 12 34 56 78", "…78"), ("3919", "…"), ("", "…")]
)
def test_a_number_shows_its_last_two_digits(number, shown):
    assert masked_number(number) == shown


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("appelez le 06 12 34 56 78.", "appelez le [téléphone …78]."),
        ("+33612345678", "[téléphone …78]"),
        ("+33 (0)6 12 34 56 78", "[téléphone …78]"),
        ("à jean.dupont@exemple.fr, merci", "à [e-mail], merci"),
        ("FR76 3000 6000 0112 3456 7890 189", "[IBAN]"),
        ("carte 4242 4242 4242 4242", "carte [carte …4242]"),
        ("1234 5678 9012 3456", "1234 5678 9012 3456"),
        ("commande 47291 du 24/11/2026 à 14h30, 49,90 €", "commande 47291 du 24/11/2026 à 14h30, 49,90 €"),
    ],
)
def test_what_is_masked_and_what_is_not(text, masked):
    assert mask(text) == masked


def test_the_check_digit_of_cards():
    assert luhn("4242424242424242")
    assert not luhn("4242424242424241")


@given(st.integers(600_000_000, 799_999_999), st.sampled_from(["", " ", ".", "-"]))
def test_no_mobile_number_survives(number, separator):
    pairs = [f"0{number}"[at : at + 2] for at in range(0, 10, 2)]
    written = separator.join(pairs)
    assert mask(f"mon numéro est le {written} merci") == f"mon numéro est le [téléphone …{pairs[-1]}] merci"
