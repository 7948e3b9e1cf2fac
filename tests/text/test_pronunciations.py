"""Words that voices say wrong, written as they are said."""

import unicodedata

import pytest

from voiced.text.pronunciations import Pronunciations

SAID = Pronunciations.of({
    "Rouvray": "Rouvré", "Saint Ouen": "Saint-Ouin", "Ouen": "Houin", "Élysée": "élizé", "IRM": "i erre emme",
})  # fmt: skip


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Cabinet Rouvray, bonjour.", "Cabinet Rouvré, bonjour."),
        ("ROUVRAY et rouvray", "Rouvré et Rouvré"),
        ("l'Élysée, d'élysée ou L’ÉLYSÉE", "l'élizé, d'élizé ou L’élizé"),
        ("Rouvrays, Rouvray2 et surRouvray restent", "Rouvrays, Rouvray2 et surRouvray restent"),
        ("Saint Ouen, Ouen et Saint-Ouen", "Saint-Ouin, Houin et Saint-Houin"),
        ("Saint\n  Ouen", "Saint-Ouin"),
        ("une IRM.", "une i erre emme."),
        (unicodedata.normalize("NFD", "à l'Élysée"), "à l'élizé"),
        ("Rien à redire", "Rien à redire"),
    ],
)
def test_whole_words_are_said_otherwise_however_they_are_written(written, said):
    assert SAID.respell(written) == said


def test_what_was_put_in_is_not_looked_at_again():
    assert Pronunciations.of({"un": "deux", "deux": "trois"}).respell("un deux") == "deux trois"


def test_without_any_a_text_stays_as_it_is():
    assert Pronunciations().respell("Rouvray") == "Rouvray"
    assert Pronunciations.of({}) == Pronunciations()


def test_signs_of_patterns_are_signs_of_the_text():
    assert Pronunciations.of({"a.c": "abécé"}).respell("abc a.c") == "abc abécé"
