"""Abbreviations that people write and nobody says: "M.", "Mme", "bd", "n°", "RDV", "svp"."""

from __future__ import annotations

import re

from voiced.text.pattern import lazy

_CAPITAL = r"(?=\s?[A-ZÀ-Ý])"
_TITLES = (
    (r"\bMM\.", "messieurs"),
    (r"\bM\.", "monsieur"),
    (r"\bMr\.?", "monsieur"),
    (r"\bMmes\b\.?", "mesdames"),
    (r"\bMme\b\.?", "madame"),
    (r"\bMlles\b\.?", "mesdemoiselles"),
    (r"\bMlle\b\.?", "mademoiselle"),
    (r"\bDr\b\.?", "docteur"),
    (r"\bDre\b\.?", "docteure"),
    (r"\bPr\b\.?", "professeur"),
    (r"\bMe\b\.?", "maître"),
    (r"\bSt[. -]", "saint "),
    (r"\bSte[. -]", "sainte "),
)
_ALWAYS = (
    (r"\bMmes\b", "mesdames"),
    (r"\bMme\b", "madame"),
    (r"\bMlle\b", "mademoiselle"),
    (r"\b(?:bd|bld|boul|blvd)\b\.?(?=\s\w)", "boulevard"),
    (r"\bav\. J\.-C\.", "avant Jésus-Christ"),
    (r"\bap\. J\.-C\.", "après Jésus-Christ"),
    (r"\bav\.(?=\s\w)", "avenue"),
    (r"\bpl\.(?=\s\w)", "place"),
    (r"\bfg\.?(?=\s\w)", "faubourg"),
    (r"\brte(?=\s\w)", "route"),
    (r"\bn[°º]s?(?=\s?\w)\s?", "numéro "),
    (r"\bt[ée]l\b\.?(?=\s?[:+\d]|\s|$)", "téléphone"),
    (r"\bp\. ?ex\.", "par exemple"),
    (r"\bex\.(?=\s?:|\s)", "exemple"),
    (r"\bc\.?-?[àa]\.?-?d\b\.?", "c'est-à-dire"),
    (r"\bcf\b\.?", "voir"),
    (r"\benv\.(?=\s)", "environ"),
    (r"\b(?:appt|apt)\b\.?", "appartement"),
    (r"\bb[âa]t\.(?=\s)", "bâtiment"),
    (r"\br[ée]s\.(?=\s)", "résidence"),
    (r"\br[ée]f\.(?=\s?:|\s)", "référence"),
    (r"\bqt[ée]\b\.?", "quantité"),
    (r"\bs\.?v\.?p\b\.?", "s'il vous plaît"),
    (r"\bs\.?t\.?p\b\.?", "s'il te plaît"),
    (r"\br\.?d\.?v\b", "rendez-vous"),
    (r"\bbjr\b", "bonjour"),
    (r"(?<!\d )\bmax\.(?=\s*(?:\d|$|[,)]))", "maximum"),
    (r"(?<!\d )\bmin\.(?=\s*(?:\d|$|[,)]))", "minimum"),
    (r"\bh\.?t\b\.?(?=\s?(?:[,.)]|$|et|ou|\())", "hors taxes"),
    (r"\bttc\b", "toutes taxes comprises"),
    (r"\bvs\b\.?", "contre"),
)
_TITLE_RULES = tuple((lazy(pattern + _CAPITAL), said) for pattern, said in _TITLES)
_RULES = tuple((lazy(pattern, re.IGNORECASE), said) for pattern, said in _ALWAYS)
_ETC = lazy(r"\betc\b(?:\.{3}|…|\.)?(\s+[A-ZÀ-Ý]|\s*$)?", re.IGNORECASE)
NEVER_A_STOP = lazy(
    r"(?:^|[\s('’\"-])(?:M|MM|Mr|Mme|Mlle|Dr|Pr|Me|St|Ste|bd|bld|boul|av|ap|pl|n|tél|p|ex|p\. ?ex|cf|env|appt|apt|bât|"
    r"rés|réf|[A-Z]|J\.-C|janv|févr|avr|juil|sept|oct|nov|déc|lun|mar|mer|jeu|ven|sam|dim|art|vol|chap)\.$",
    re.IGNORECASE,
)
"""Matches a text that ends in a full stop which belongs to an abbreviation, not to the end of a sentence."""


def _etc(match: re.Match[str]) -> str:
    return "et cetera" if match[1] is None else f"et cetera.{match[1]}"


def speak_abbreviations(text: str) -> str:
    """Replace abbreviations by the words they stand for; titles only before a capital ("M. Dupont")."""
    for pattern, said in _TITLE_RULES:
        text = pattern.sub(said, text)
    for pattern, said in _RULES:
        text = pattern.sub(said, text)
    return _ETC.sub(_etc, text)
