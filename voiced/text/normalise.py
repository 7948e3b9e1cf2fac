"""Text made comparable: one spelling for case, punctuation, apostrophes, numbers; and the word error rate."""

from __future__ import annotations

import re
import unicodedata

from voiced.text.markup import without_emoji
from voiced.text.pattern import lazy
from voiced.text.speakable import spoken_words

_SWISS = {
    "septante": "soixante dix",
    "huitante": "quatre vingt",
    "octante": "quatre vingt",
    "nonante": "quatre vingt dix",
}
_PLURALS = {"cents": "cent", "vingts": "vingt", "milles": "mille", "zero": "zéro", "zéros": "zéro"}
_CARRY = {
    f"soixante dix {low}": f"soixante {teen}"
    for low, teen in zip(
        ("et un", "un", "deux", "trois", "quatre", "cinq", "six"),
        ("et onze", "onze", "douze", "treize", "quatorze", "quinze", "seize"),
        strict=True,
    )
}
_CARRY |= {
    said.replace("soixante", "quatre vingt"): want.replace("soixante", "quatre vingt").replace("et onze", "onze")
    for said, want in _CARRY.items()
}
_CARRY |= {"quatre vingt et onze": "quatre vingt onze", "quatre vingt et un": "quatre vingt un"}
_CARRIES = lazy(r"\b(" + "|".join(sorted(_CARRY, key=len, reverse=True)) + r")\b")
_NUMBER_WORDS = lazy(r"\b(" + "|".join([*_SWISS, *_PLURALS]) + r")\b")


def without_accents(text: str) -> str:
    """Return the text with accents and cedillas removed, ligatures opened."""
    opened = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE")
    decomposed = unicodedata.normalize("NFD", opened)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


def folded(text: str) -> str:
    """Return lower case, straight apostrophes, no punctuation, hyphens as blanks; digits are left as they are."""
    text = unicodedata.normalize("NFC", text).lower()
    text = re.sub(r"[’‘ʼ´`]", "'", text)
    text = re.sub(r"(?<!\w)'|'(?!\w)|[^\w\s']|_", " ", text)
    return " ".join(text.split())


def folded_bare(text: str) -> str:
    """Return `folded` without accents."""
    return without_accents(folded(text))


def plain(text: str) -> str:
    """Return the text for comparing: `folded`, with numbers, dates, hours and abbreviations in words, accents kept."""
    said = folded(spoken_words(without_emoji(text)))
    said = _NUMBER_WORDS.sub(lambda m: _SWISS.get(m[1]) or _PLURALS[m[1]], said)
    return _CARRIES.sub(lambda m: _CARRY[m[1]], said)


def bare(text: str) -> str:
    """Return `plain` without accents."""
    return without_accents(plain(text))


def words(text: str) -> list[str]:
    """Return the words of `plain`."""
    return plain(text).split()


def wer(reference: str, hypothesis: str) -> tuple[int, int]:
    """Return (word errors, words of the reference): the Levenshtein distance over normalised words.

    The rate of a corpus is the sum of the errors over the sum of the words.
    """
    wanted, got = words(reference), words(hypothesis)
    row = list(range(len(got) + 1))
    for at, want in enumerate(wanted, start=1):
        previous, row = row, [at]
        for column, have in enumerate(got, start=1):
            substitution = previous[column - 1] + (want != have)
            row.append(min(previous[column] + 1, row[-1] + 1, substitution))
    return row[-1], len(wanted)
