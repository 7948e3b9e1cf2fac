"""Acronyms: which are spelled ("S N C F") and which are read as words ("Unicef").

A spelled acronym is its capitals separated by spaces, which every synthesiser reads letter by letter.
"""

from __future__ import annotations

import re

from voiced.text.pattern import lazy
from voiced.text.wordset import wordset

_AS_WORDS = wordset(
    "AFNOR ASAP ASSEDIC BAC BIC CAF CAP CEDEX CERFA CNAM COVID CROUS DOM DROM ENA FIFA FNAC IBAN INED INSEE "
    "INSERM IRCAM "
    "LASER LED MEDEF NASA OTAN OVNI PACA PACS PIN PIX RIB RER SACEM SAMU SEPA SIM SIREN SIRET SMIC TOM UNESCO UNICEF "
    "URSSAF VIP WIFI ZAC ZEP ZUP",
) - {"RER", "VIP"}
_WORDS_IN_CAPITALS = wordset(
    "À AU AUX AVEC CE CES DE DES DU ELLE EN EST ET EUX FIN IL ILS LA LE LES MAIS MES MON NE NI NON NOS NOUS OU "
    "OÙ OUI PAR "
    "PAS PLUS POUR QUE QUI SA SES SI SON SUR TA TES TON TOUS TOUT UN UNE VOS VOUS OK",
)
_WORD = lazy(r"(?<![\w@/.'-])(?:[A-Z]\.){2,}|(?<![\w@])[A-ZÀ-Ý]{2,}(?!\w)")
_VOWELS = "AEIOUYÀÂÄÉÈÊËÎÏÔÖÙÛÜ"
_ONSETS = wordset(
    "BL BR CH CL CR DR FL FR GL GN GR PH PL PR QU SC SP ST TH TR VR SCR STR SPL",
)
_CODAS = wordset(
    "NS RS NT RT ND RD NC ST LT LS CT RC SS LL TT NN TS MP PS RN RM LD NG CK SQ",
)


def pronounceable(word: str) -> bool:
    """Say whether an upper-case word has the shape of a French word: vowels, no impossible first or last cluster."""
    runs = re.findall(rf"[{_VOWELS}]+|[^{_VOWELS}]+", word)
    if not any(run[0] in _VOWELS for run in runs) or any(len(run) > 3 for run in runs):
        return False
    first, last = runs[0], runs[-1]
    good_start = first[0] in _VOWELS or len(first) == 1 or first in _ONSETS
    good_end = last[0] in _VOWELS or len(last) == 1 or last in _CODAS
    return good_start and good_end


def spelled(letters: str) -> str:
    """Return letters separated by spaces, upper case: "S N C F"."""
    return " ".join(letter for letter in letters.upper() if letter.isalnum())


def _said(match: re.Match[str]) -> str:
    word = match[0]
    letters = word.replace(".", "")
    if "." in word:
        return spelled(letters)
    if letters in _WORDS_IN_CAPITALS:
        return "d'accord" if letters == "OK" else letters.lower()
    if letters in _AS_WORDS or (len(letters) > 3 and pronounceable(letters)):
        return letters.capitalize()
    return spelled(letters) if len(letters) <= 5 or not pronounceable(letters) else letters.capitalize()


def speak_acronyms(text: str) -> str:
    """Spell the acronyms of a text, and lower the capitals of what is said as a word."""
    return _WORD.sub(_said, text)
