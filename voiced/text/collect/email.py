"""An e-mail address dictated: "jean point dupont arobase gmail point com". An incomplete value is its beginning."""

from __future__ import annotations

import re

from voiced.text.addresses import EMAIL, say_address
from voiced.text.collect.contract import Collected, Collector, Context, dangling
from voiced.text.dictation import prepared
from voiced.text.normalise import without_accents
from voiced.text.numerals import in_digits
from voiced.text.pattern import lazy
from voiced.text.wordset import wordset

_PREAMBLE = lazy(
    r"^.*?\b(?:(?:mon|l'|notre|une|son|votre) ?(?:adresse)?(?: ?(?:e-?mails?|mails?|electronique|courriel|"
    r"mel))?,?(?: c'est| est|,)|c'est|alors)\s+(?=\S)",
)
_SPOKEN = (
    (lazy(r"\b(?:arobase|arobas|arrobase|arrobas|a robase|a robas|aro base|at sign|chez)\b"), " @ "),
    (lazy(r"\b(?:tiret du bas|tiret bas|underscore|under score|souligne|tiret du 8)\b"), " _ "),
    (lazy(r"\b(?:tiret du 6|tiret du milieu|tiret haut|trait d'union|tiret|moins)\b"), " - "),
    (lazy(r"\b(?:points?|dot|poing)\b"), " . "),
    (lazy(r"\bplus\b"), " + "),
    (lazy(r"\bcomme (?:dans )?[\w'-]+"), " "),
    (lazy(r"\b(?:deux|2|double) ([a-z])(?![\w'])"), r" \1\1 "),
    (
        lazy(
            r"\b(?:tout (?:attache|colle|en minuscules?)|en minuscules?|en (?:un|1) (?:seul )?mot|minuscules?|euh|heu|"
            r"voila|merci|s'il vous plait|ensuite|puis)\b"
        ),
        " ",
    ),
)
_AT = lazy(r"(?<=\w)\s+at\s+(?=\w)")
_COM = lazy(r"\bcomme?$|\bcomme\b(?=\s*$)")
_LETTER_NAMES = (
    (lazy(r"\b(?:g|ge|gee|j|jai|ji) ?mail\b"), "gmail"),
    (lazy(r"\bhot mail\b"), "hotmail"),
    (lazy(r"\bout look\b"), "outlook"),
    (lazy(r"\bla poste\b"), "laposte"),
    (lazy(r"\b(?:\.\s*)(?:f r|effe? erre?|f\.r)\b"), " . fr"),
)
_PROVIDERS = wordset(
    "gmail.com orange.fr wanadoo.fr free.fr hotmail.fr hotmail.com outlook.fr outlook.com live.fr laposte.net "
    "sfr.fr neuf.fr "
    "bbox.fr yahoo.fr yahoo.com icloud.com me.com msn.com numericable.fr protonmail.com proton.me skynet.be bluewin.ch",
)
_TOP = lazy(r"(?:fr|com|net|org|eu|be|ch|lu|io|info|pro|me|ca|paris|bzh|email|co|de|uk|es|it)$")
_PARTIAL = lazy(r"[a-z0-9._+-]*@?[a-z0-9.-]*")


def _assembled(text: str) -> str:
    """Return the characters that a text dictates, blanks and accents removed."""
    text = without_accents(text.lower()).replace("’", "'")
    text = _COM.sub("com", re.sub(r"[.,;:!?…\s]+$", "", text))
    for pattern, sign in _SPOKEN[:5]:
        text = pattern.sub(sign, text)
    text = in_digits(text)
    for pattern, sign in _SPOKEN[5:]:
        text = pattern.sub(sign, text)
    if "@" not in text:
        text = _AT.sub(" @ ", text)
    for pattern, written in _LETTER_NAMES:
        text = pattern.sub(written, text)
    return re.sub(r"[\s,;'?!]+", "", text)


def _without_preamble(text: str) -> str:
    shown = without_accents(text.lower()).replace("’", "'")
    return _PREAMBLE.sub("", _PREAMBLE.sub("", shown, count=1), count=1)


def _dictated(text: str, so_far: str) -> str:
    """Return the address known after this utterance."""
    if written := EMAIL.search(text):
        return without_accents(written[0].lower())
    said = _assembled(_without_preamble(text))
    restart = "@" in said and not said.startswith("@")
    return said.lstrip(".") if restart or not so_far else so_far + said


def collect_email(text: str, context: Context) -> Collected | None:
    """Return the address in lower case; incomplete without "@" or a known ending; None when it cannot be one."""
    address = _dictated(text, context.so_far)
    if EMAIL.fullmatch(address) and _TOP.search(address) and ".." not in address:
        known = address.partition("@")[2] in _PROVIDERS
        return Collected(address, say_address(address), confidence=0.9 if known else 0.7)
    if not address or not _PARTIAL.fullmatch(address) or not _is_dictation(text, context.so_far):
        return None
    return Collected(address, say_address(address), complete=False, confidence=0.5)


def _is_dictation(text: str, so_far: str) -> bool:
    """Say whether a text that gives no whole address dictates a part of one."""
    signs = re.search(r"@|\b(?:arobase|point|tiret|underscore|dot)\b", prepared(text))
    return bool(signs) or (bool(so_far) and len(text.split()) <= 6)


def _unfinished(text: str, so_far: str) -> bool:
    address = _dictated(text, so_far)
    whole = EMAIL.fullmatch(address) and _TOP.search(address)
    return not whole and (dangling(text) or _is_dictation(text, so_far))


EMAIL_ADDRESS = Collector("email", collect_email, _unfinished, dictation=True)
