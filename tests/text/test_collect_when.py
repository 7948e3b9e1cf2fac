"""Days and hours as people name them, heard on Tuesday 24 November 2026 at ten."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voiced.text.collect import KINDS, Context
from voiced.text.dates import month_number, say_date
from voiced.text.hours import say_time

TODAY = date(2026, 11, 24)
DATE, TIME, MOMENT = KINDS["date"], KINDS["time"], KINDS["moment"]


def heard(collector, text, so_far=""):
    found = collector.collect(text, Context(TODAY, 600, so_far))
    return None if found is None else (found.value, found.complete)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("demain", "2026-11-25"),
        ("après-demain", "2026-11-26"),
        ("aujourd'hui", "2026-11-24"),
        ("ce soir", "2026-11-24"),
        ("hier", "2026-11-23"),
        ("avant-hier", "2026-11-22"),
        ("lundi", "2026-11-30"),
        ("mardi", "2026-12-01"),
        ("mardi prochain", "2026-12-01"),
        ("mardi dernier", "2026-11-17"),
        ("lundi en huit", "2026-12-07"),
        ("lundi en quinze", "2026-12-14"),
        ("jeudi de la semaine prochaine", "2026-12-03"),
        ("la semaine prochaine, jeudi", "2026-12-03"),
        ("jeudi matin", "2026-11-26"),
        ("le 15", "2026-12-15"),
        ("le vingt-cinq", "2026-11-25"),
        ("le premier", "2026-12-01"),
        ("lundi 30", "2026-11-30"),
        ("vendredi treize", "2027-08-13"),
        ("le quinze mars", "2027-03-15"),
        ("mardi quinze décembre", "2026-12-15"),
        ("le vingt-quatre novembre", "2026-11-24"),
        ("le quinze mars à neuf heures", "2027-03-15"),
        ("le 29 février", "2028-02-29"),
        ("15/03/2027", "2027-03-15"),
        ("le 15/03", "2027-03-15"),
        ("2027-03-15", "2027-03-15"),
        ("dans deux semaines", "2026-12-08"),
        ("dans quinze jours", "2026-12-08"),
        ("dans huit jours", "2026-12-01"),
        ("dans une dizaine de jours", "2026-12-04"),
        ("dans trois mois", "2027-02-24"),
        ("d'ici un an", "2027-11-24"),
        ("il y a trois jours", "2026-11-21"),
        ("le douze mai mille neuf cent quatre-vingt-cinq", "1985-05-12"),
        ("le 12 mai 85", "1985-05-12"),
        ("le 3 janvier 27", "2027-01-03"),
        ("lundi, non, mardi", "2026-12-01"),
        ("pas lundi, mardi", "2026-12-01"),
        ("plutôt mercredi", "2026-11-25"),
        ("le trente et un", "2026-12-31"),
    ],
)
def test_days_count_from_today(text, day):
    assert heard(DATE, text) == (day, True)


@pytest.mark.parametrize(
    "text", ["bonjour", "à quinze heures", "le trente février", "le 45/12", "vendredi 31", "", "quinze personnes"]
)
def test_what_names_no_day(text):
    assert heard(DATE, text) is None


def test_two_days_are_a_question_not_an_answer():
    assert heard(DATE, "vendredi ou samedi") == ("2026-11-27", False)


def test_a_day_is_read_back_with_its_weekday_and_a_far_year():
    assert DATE.collect("le quinze décembre", Context(TODAY)).said == "mardi quinze décembre"
    assert DATE.collect("le 1er janvier 2028", Context(TODAY)).said == "samedi premier janvier deux mille vingt-huit"


def test_doubt_and_a_wrong_weekday_lower_the_confidence():
    assert DATE.collect("Euh, je ne sais pas, peut-être vendredi.", Context(TODAY)).confidence <= 0.6
    assert DATE.collect("lundi quinze décembre", Context(TODAY)).confidence <= 0.6


@settings(max_examples=60)
@given(st.integers(0, 364))
def test_a_day_said_is_the_day_heard(ahead):
    day = TODAY + timedelta(days=ahead)
    assert heard(DATE, say_date(day)) == (day.isoformat(), True)
    assert heard(DATE, f"le {say_date(day, weekday=False, year=True)}") == (day.isoformat(), True)


@pytest.mark.parametrize(("name", "number"), [("février", 2), ("aout", 8), ("sept.", 9), ("brumaire", 0)])
def test_month_names(name, number):
    assert month_number(name) == number


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("quatorze heures trente", "14:30"),
        ("14h30", "14:30"),
        ("14:30", "14:30"),
        ("09:00", "09:00"),
        ("à 9 h", "09:00"),
        ("deux heures de l'après-midi", "14:00"),
        ("à deux heures", "14:00"),
        ("huit heures du soir", "20:00"),
        ("8h du matin", "08:00"),
        ("onze heures de la nuit", "23:00"),
        ("midi et quart", "12:15"),
        ("midi et demi", "12:30"),
        ("midi", "12:00"),
        ("midi moins dix", "11:50"),
        ("minuit", "00:00"),
        ("minuit moins le quart", "23:45"),
        ("neuf heures moins le quart", "08:45"),
        ("neuf heures moins dix", "08:50"),
        ("dix heures et demie", "10:30"),
        ("une heure et quart", "13:15"),
        ("trois heures trois quarts", "15:45"),
        ("neuf heures, non, dix heures", "10:00"),
        ("dans une heure", "11:00"),
        ("dans une heure et demie", "11:30"),
        ("dans une demi-heure", "10:30"),
        ("dans vingt minutes", "10:20"),
        ("maintenant", "10:00"),
        ("vers dix heures", "10:00"),
    ],
)
def test_hours(text, time):
    assert heard(TIME, text) == (time, True)


@pytest.mark.parametrize(
    ("text", "part"), [("en fin de matinée", "matin"), ("cet après-midi", "après-midi"), ("le soir", "soir")]
)
def test_a_part_of_the_day_is_no_complete_time(text, part):
    assert heard(TIME, text) == (part, False)


@pytest.mark.parametrize("text", ["bonjour", "vingt-neuf heures", "quinze euros", "", "à 9h75"])
def test_what_names_no_hour(text):
    assert heard(TIME, text) is None


def test_a_range_is_not_complete():
    assert heard(TIME, "entre dix et onze heures") == ("10:00", False)
    assert heard(TIME, "dix heures ou onze heures") == ("10:00", False)


def test_a_guessed_half_of_the_day_is_less_sure():
    asked = Context(TODAY)
    assert TIME.collect("à deux heures", asked).confidence < TIME.collect("quatorze heures", asked).confidence
    assert TIME.collect("vers quatorze heures", asked).confidence <= 0.6


@settings(max_examples=100)
@given(st.integers(7, 23), st.integers(0, 59))
def test_an_hour_said_is_the_hour_heard(hour, minute):
    assert heard(TIME, say_time(hour, minute)) == (f"{hour:02d}:{minute:02d}", True)


@pytest.mark.parametrize(
    ("text", "value", "complete"),
    [
        ("plutôt mardi prochain à quatorze heures trente", "2026-12-01T14:30", True),
        ("vendredi après-midi à deux heures", "2026-11-27T14:00", True),
        ("ce soir à vingt heures", "2026-11-24T20:00", True),
        ("demain soir huit heures", "2026-11-25T20:00", True),
        ("vendredi après-midi", "2026-11-27 après-midi", True),
        ("jeudi matin", "2026-11-26 matin", True),
        ("demain", "2026-11-25", False),
        ("à quinze heures", "T15:00", False),
        ("en fin de journée", "après-midi", False),
        ("lundi ou mardi matin", "2026-11-30 matin", False),
        ("mardi à quinze heures, non, mercredi", "2026-11-25T15:00", True),
    ],
)
def test_moments(text, value, complete):
    assert heard(MOMENT, text) == (value, complete)


@pytest.mark.parametrize(
    ("so_far", "text", "value"),
    [
        ("2026-11-25", "à quatorze heures", "2026-11-25T14:00"),
        ("T14:00", "demain", "2026-11-25T14:00"),
        ("matin", "lundi", "2026-11-30 matin"),
        ("2026-11-25T14:00", "non, quinze heures", "2026-11-25T15:00"),
        ("2026-11-25T14:00", "plutôt le matin", "2026-11-25 matin"),
        ("2026-11-25 après-midi", "à trois heures", "2026-11-25T15:00"),
    ],
)
def test_a_moment_in_several_utterances(so_far, text, value):
    assert heard(MOMENT, text, so_far) == (value, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("demain à 14h30", "mercredi vingt-cinq novembre à quatorze heures trente"),
        ("demain matin", "mercredi vingt-cinq novembre, le matin"),
        ("demain", "mercredi vingt-cinq novembre"),
        ("à midi", "à midi"),
        ("le matin", "le matin"),
    ],
)
def test_a_moment_is_read_back(text, said):
    assert MOMENT.collect(text, Context(TODAY)).said == said


def test_a_text_without_a_moment():
    assert heard(MOMENT, "je ne sais pas", "2026-11-25") is None


@pytest.mark.parametrize("kind", [DATE, TIME, MOMENT])
def test_a_dangling_day_or_hour_goes_on(kind):
    assert kind.unfinished("plutôt mardi à", "")
    assert not kind.unfinished("mardi à 14h30", "")
