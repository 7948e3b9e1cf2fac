"""From French text to the phonemes that Kokoro was trained on. Pure but for the phonemiser it is given.

Kokoro's French was phonemised by espeak-ng with stress marks and with one letter for each affricate, and punctuation
kept: punctuation carries the melody, so text is cut at it, and only what stands between is phonemised.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_PUNCTUATION = re.compile(r"\s*([;:,.!?…—]+)(?=\s|$)\s*")
_LANGUAGE = re.compile(r"\([a-z^-]+\)")
_SWITCH = re.compile(r"\(\^?e\^?n\^?\)(.*?)(?:\(\^?f\^?r\^?\)|$)")
"""A stretch that espeak took for English; with ties on it writes "(^e^n)"."""
_NOT_SPOKEN = re.compile(r"[«»\"“”()\[\]*_]")
_AFFRICATES = {"d^ʒ": "ʤ", "t^ʃ": "ʧ"}
_ENGLISH = {"ɹ": "ʁ", "ɪ": "i", "ɑ\u02d0": "a", "ː": "", "ʊ": "u", "ɐ": "a", "ɜ": "œ", "ɒ": "ɔ", "θ": "s", "ð": "z"}
_RESPELLED = {
    r"e-?mails?": "imèl",
    r"mails?": "mèl",
    r"parkings?": "parkinng",
    r"week-?ends?": "ouikènde",
    r"wi-?fi": "oui fi",
    r"sms": "èsse èmme èsse",
    r"smartphones?": "smartfone",
    r"show-?rooms?": "chôroume",
}
_RESPELL = [(re.compile(rf"\b(?:{word})\b", re.IGNORECASE), spoken) for word, spoken in _RESPELLED.items()]


def phonemise(text: str, espeak: Callable[[str], str]) -> str:
    """Return `text` as phonemes and punctuation; `espeak` gives the IPA of a stretch without punctuation."""
    for pattern, spoken in _RESPELL:
        text = pattern.sub(spoken, text)
    pieces = _PUNCTUATION.split(_NOT_SPOKEN.sub(" ", text).replace("’", "'"))
    said = []
    for place, piece in enumerate(pieces):
        if place % 2:
            said.append(_one_mark(piece) + " ")
        elif piece.strip():
            said.append(clean(espeak(" ".join(piece.split()))))
    return "".join(said).strip()


def clean(ipa: str) -> str:
    """Return espeak's IPA as the model wants it: no language marks, no ties, English sounds in French ones."""
    french = []
    for place, stretch in enumerate(_SWITCH.split(ipa)):
        french.append(_frenchify(stretch) if place % 2 else stretch)
    text = _LANGUAGE.sub("", "".join(french))
    for pair, letter in _AFFRICATES.items():
        text = text.replace(pair, letter)
    return " ".join(text.replace("^", "").replace("-", "").split())


def _frenchify(stretch: str) -> str:
    """Return English phonemes as a French speaker says them: the model was hardly trained on switches."""
    for english, french in _ENGLISH.items():
        stretch = stretch.replace(english, french)
    return stretch


def _one_mark(marks: str) -> str:
    """Return one mark for a run of them ("?!", "..."), the strongest."""
    if marks.startswith("..") or "…" in marks:
        return "…"
    return next(mark for mark in "?!.:;,—" if mark in marks)
