"""Opening hours: at a moment, and read aloud."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from voiced.dialog.flow import Hours
from voiced.dialog.hours import in_words, is_open

SHOP = Hours(
    monday=("09:00-12:30", "14:00-18:00"),
    tuesday=("09:00-12:30", "14:00-18:00"),
    wednesday=("09:00-12:30", "14:00-18:00"),
    saturday=("10:00-24:00",),
    closed_on=("2026-12-07",),
)


def at(day, clock):
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 12, day, hour, minute, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize(
    ("day", "clock", "open_"),
    [
        (1, "08:59", False),
        (1, "09:00", True),
        (1, "12:29", True),
        (1, "12:30", False),
        (1, "14:00", True),
        (3, "10:00", False),  # a Thursday
        (5, "23:59", True),
        (6, "00:00", False),
        (7, "10:00", False),  # closed on that day
    ],
)
def test_open_at(day, clock, open_):
    assert is_open(SHOP, at(day, clock)) is open_


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (SHOP, "du lundi au mercredi de 9h à 12h30 et de 14h à 18h, et le samedi de 10h à 24h"),
        (Hours(monday=("08:15-12:00",)), "le lundi de 8h15 à 12h"),
        (Hours(monday=("09:00-12:00",), tuesday=("09:00-12:00",)), "le lundi et le mardi de 9h à 12h"),
        (Hours(), "sur rendez-vous uniquement"),
    ],
)
def test_the_week_in_words(hours, words):
    assert in_words(hours) == words
