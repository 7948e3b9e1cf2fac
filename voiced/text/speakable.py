"""Written French to what a synthesiser should read.

Each step replaces one kind of writing by words and leaves the rest; the order matters, because a telephone number is
also digits and an e-mail also holds points. Text that is already words passes through unchanged.
"""

from __future__ import annotations

import re

from voiced.text.abbreviations import speak_abbreviations
from voiced.text.acronyms import speak_acronyms
from voiced.text.addresses import speak_addresses
from voiced.text.dates import speak_dates
from voiced.text.hours import speak_hours
from voiced.text.markup import collapsed, typography, without_emoji, without_markup
from voiced.text.money import speak_money
from voiced.text.ordinals import speak_ordinals
from voiced.text.pattern import lazy
from voiced.text.phones import speak_phones
from voiced.text.references import speak_references
from voiced.text.units import NUMBER, say_number, speak_units

_FEMININE_NOUNS = (
    r"(?=\s(?:personne|heure|minute|seconde|semaine|année|journée|nuit|place|table|chambre|pièce|fois|question|"
    r"commande|"
    r"option|boîte|bouteille|adresse|réservation|ligne|touche|page)s?\b)"
)
_FEMININE = lazy(NUMBER + _FEMININE_NOUNS)
_NUMBER = lazy(NUMBER)
_RANGE = lazy(r"(?<![\w,.-])(\d{1,6})\s?[-–]\s?(\d{1,6})(?![\d-]|[.,]\d)")
_TIMES = lazy(r"(?<=\d)\s?[x×]\s?(?=\d|\s|$)")
_LETTER_DIGIT = lazy(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")
_SIGNS = (
    (lazy(r"(?:\s+[-–—])+\s+"), ", "),
    (lazy(r"\s?&\s?"), " et "),
    (lazy(r"\s?\+\s?"), " plus "),
    (lazy(r"\s?=\s?"), " égale "),
    (lazy(r"\s?@\s?"), " arobase "),
    (lazy(r"\s?€"), " euros"),
    (lazy(r"\s?%"), " pour cent"),
    (lazy(r"#\s?(?=\w)"), "dièse "),
    (lazy(r"\bet\s?/\s?ou\b"), "et ou"),
    (lazy(r"(?<=\w)\s?/\s?(?=\w)"), " ou "),
    (lazy(r"[*_~^|<>{}\[\]\\#/@°©®™§²³]"), " "),
)


def _range(match: re.Match[str]) -> str:
    low, high = int(match[1]), int(match[2])
    return f"{low} à {high}" if low < high else f"{low} {high}"


def speak_ranges(text: str) -> str:
    """Put "à" between the ends of a written range ("10-20 €"); a score ("3-0") keeps none."""
    return _RANGE.sub(_range, text)


def _plain_number(match: re.Match[str], *, feminine: bool = False) -> str:
    return say_number(match["whole"], match["part"] or "", minus=bool(match["sign"]), feminine=feminine)


def speak_numbers(text: str) -> str:
    """Replace the numbers that are left by cardinals ("une" before the feminine nouns a phone agent uses)."""
    text = _TIMES.sub(" fois ", text)
    text = _FEMININE.sub(lambda match: _plain_number(match, feminine=True), text)
    text = _NUMBER.sub(_plain_number, _LETTER_DIGIT.sub(" ", text))
    return re.sub(r"\d+", lambda match: say_number(match[0]), text)


def spoken_words(text: str) -> str:
    """Replace everything that is written in digits or abbreviations by words; acronyms and layout are left alone."""
    for step in (
        typography,
        speak_addresses,
        speak_abbreviations,
        speak_phones,
        speak_dates,
        speak_ranges,
        speak_hours,
        speak_money,
        speak_units,
        speak_ordinals,
        speak_references,
        speak_numbers,
    ):
        text = step(text)
    return text


def speakable(text: str) -> str:
    """Return what a synthesiser should read for a written French text: words only, one line, no markup.

    Called on every clause just before synthesis. Idempotent: speakable(speakable(text)) == speakable(text).
    """
    text = spoken_words(without_emoji(without_markup(text)))
    text = speak_acronyms(text)
    for pattern, said in _SIGNS:
        text = pattern.sub(said, text)
    return collapsed(text)
