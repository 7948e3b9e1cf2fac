"""What the last words say about the turn: the caller goes on, has finished, only acknowledges, or wants the floor.

Pure text rules over what the recogniser wrote so far; they add to what the sound says (pause, intonation).
"""

from __future__ import annotations

import re

from voiced.text.dictation import candidates
from voiced.text.normalise import folded_bare
from voiced.text.numerals import WORDS
from voiced.text.pattern import lazy
from voiced.text.wordset import wordset

_DANGLING = wordset(
    # articles, possessives, demonstratives
    "le la les l' un une des du au aux mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs ce cet "
    "cette ces "
    # prepositions
    "de d' a en dans sur sous pour par avec sans chez vers entre depuis pendant avant contre selon jusqu'a "
    "jusqu'au des "
    # conjunctions and relatives
    "et ou mais donc car or ni que qu' qui dont si quand comme lorsque puisque parce afin alors "
    # pronouns and verbs that want a complement
    "je j' tu il elle on nous vous ils elles me te se m' t' s' c' n' y ne est suis sont ai as ont avons "
    # hesitations and vague words
    "euh heu hum ben bah enfin tres plus moins aussi chaque quel quelle quels quelles numero",
)
_FREE = frozenset(
    {"alors", "plus", "moins", "aussi", "y", "on", "vous", "nous", "tu", "il", "elle", "numero", "as", "dont"}
)
"""Words that may well close a sentence, so that alone at the end they prove nothing."""

_OPEN_ENDS = lazy(
    r"\b(je voudrais|je veux|j'aimerais|je souhaite|je souhaiterais|j'ai besoin|je cherche|je vous appelle|c'est pour|"
    r"c'est que|parce que|est ce que|il y a|je m'appelle|mon nom c'est|mon nom est|au sujet|a propos|a cause|"
    r"c'est a dire|"
    r"pour le|mon numero|mon numero c'est|mon adresse|mon adresse c'est|mon code|il faudrait|je dois|j'appelle pour|"
    r"plus de|moins de|je me demandais|attendez je|alors|et puis|du coup|au niveau|au poste du|comment dire|"
    r"vous pouvez|"
    r"c'est le|c'est la|c'est|ca serait|ce serait|j'ai|je suis|arobase|point|tiret|tiret du)$",
)
_CLOSED = lazy(
    r"\b(d'accord|s'il vous plait|s'il te plait|bien sur|tant pis|tout a fait|c'est tout|ca va|et vous|comment ca va|"
    r"(?:qu'est ce|est ce|qui|quoi) que c'est|c'est qui|c'est quoi|comme ca|comme d'habitude|pas du tout|c'est par ou|"
    r"vous etes ou|c'est ou|depuis quand|jusqu'a quand|je suis pour|je suis contre|pour qui|avec qui|pourquoi|"
    r"oui|non)$",
)
_STRONG = lazy(
    r"^(?:euh |ah |oh |mais |non |oui )*(?:non non|stop|attendez|attends|arretez|arrete|pause|une seconde|"
    r"un instant|une minute|minute|"
    r"taisez vous|ecoutez|laissez moi parler|je vous arrete|excusez moi|pardon|c'est pas ca|ce n'est pas ca)\b",
)
_FINISHED = lazy(
    r"\b(s'il vous plait|s'il te plait|merci|merci beaucoup|merci bien|voila|c'est tout|c'est ca|au revoir|"
    r"bonne journee|bonne soiree|"
    r"a bientot|je vous en prie|rien d'autre|ce sera tout|c'est bon)$",
)
_BACKCHANNELS = frozenset(
    [
        "oui",
        "ouais",
        "ok",
        "okay",
        "d'accord",
        "voila",
        "hum",
        "hmm",
        "mmh",
        "mm",
        "mhm",
        "hum hum",
        "ah",
        "ah oui",
        "ah d'accord",
        "oh",
        "bien",
        "tres bien",
        "entendu",
        "parfait",
        "je vois",
        "je comprends",
        "c'est ca",
        "exactement",
        "tout a fait",
        "oui oui",
        "ah bon",
        "ah ok",
        "super",
        "bon",
        "oui d'accord",
        "ok d'accord",
        "ok tres bien",
        "oui voila",
        "oui c'est ca",
        "effectivement",
        "euh",
        "euh oui",
        "bien sur",
        "oui bien sur",
    ],
)
_ALLO = lazy(
    r"^(?:(?:oui|euh|bonjour|mais|et|ah) )*(?:allo(?: allo)*|vous (?:m'entendez|etes (?:toujours )?la)|y a quelqu'un)\b"
)
_PHONE_DIGITS = 10
_NUMBER_WORD = rf"(?:\d+|{'|'.join(sorted(WORDS))})"
_ENDS_IN_NUMBER = lazy(rf"\b{_NUMBER_WORD}$")
_CLOCK_OR_DATE = lazy(r"\d\s?[:hH/]\s?\d")
_ENDS_IN_ONE = lazy(rf"\b{_NUMBER_WORD}(?: et)? une?$")


def unfinished(text: str) -> bool:
    """Say whether the words call for more: a dangling word, a comma, an ellipsis, a telephone number under ten digits.

    Wrong now and then on purpose: the cost of True is a longer wait, the cost of a wrong False is to cut the caller.
    """
    stripped = text.strip()
    said = folded_bare(stripped)
    if not said:
        return False
    if stripped.endswith((",", "…", "...", "-", ":")):
        return True
    if stripped.endswith("?") or _CLOSED.search(said):
        return False
    if _ENDS_IN_ONE.search(said):
        return _short_phone(text)
    last = said.split()[-1]
    return (last in _DANGLING and last not in _FREE) or bool(_OPEN_ENDS.search(said)) or _short_phone(text)


def _short_phone(text: str) -> bool:
    """Say whether a text ends in a telephone number that lacks digits: it starts with a zero and another digit."""
    if _CLOCK_OR_DATE.search(text):
        return False
    read = candidates(text) if _ENDS_IN_NUMBER.search(folded_bare(text)) else []
    digits = read[0].digits if read else ""
    return re.match(r"0[1-9]", digits) is not None and len(digits) < _PHONE_DIGITS


def finished(text: str) -> bool:
    """Say whether the last words close the turn: "s'il vous plaît", "merci", "voilà", "au revoir"."""
    return bool(_FINISHED.search(folded_bare(text)))


def backchannel(text: str) -> bool:
    """Say whether the whole text is what a listener says to show that he listens: "oui", "d'accord", "hum"."""
    return folded_bare(text) in _BACKCHANNELS


def strong(text: str) -> bool:
    """Say whether the text takes the floor at once, even in the middle of an answer: "stop", "attendez", "non non"."""
    return bool(_STRONG.search(folded_bare(text)))


def allo(text: str) -> bool:
    """Say whether the caller checks that somebody is there: after an answer it means that he heard nothing."""
    return bool(_ALLO.search(folded_bare(text)))
