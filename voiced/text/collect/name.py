"""A person's name: "je m'appelle Sophie Lefèvre", "c'est Martin", or spelled, and then the spelling wins."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from voiced.text.collect.contract import Collected, Collector, Context, dangling
from voiced.text.collect.spelling import say_spelled, spelled_in, without_spelling
from voiced.text.normalise import folded_bare, without_accents
from voiced.text.pattern import lazy
from voiced.text.wordset import wordset

_INTRO = lazy(
    r"^.*?\b(?:je m['’ ]?appelle|(?:mon|le) (?:nom|prénom)(?: de famille)?,?(?: c['’]est| est|,)?|au nom de|"
    r"de la part de|"
    r"(?:moi )?c['’]est|je suis|ici|votre nom|appelez[- ]moi|pour)\s+(?=\S)",
    re.IGNORECASE,
)
_NOISE = lazy(
    r"\b(?:euh|heu|alors|bonjour|bonsoir|oui|voilà|bah|ben|donc|s['’]il vous plaît|merci|à l['’]appareil|"
    r"je répète|ça s['’]écrit|"
    r"ça s['’]épelle|j['’]épelle|je vous épelle|madame|monsieur|mademoiselle|le docteur|docteur|mme|mlle|dr|m\.|"
    r"avec (?:une?|deux|2) \w|et (?:mon|le) (?:prénom|nom)(?: (?:c['’]est|est))?|c['’]est|comme ça se prononce|"
    r"tout simplement|en un mot|de mon nom)(?!\w)",
    re.IGNORECASE,
)
_NOT_NAMES = wordset(
    "je tu il elle nous vous ils ne pas que qui quoi pourquoi comment non savoir sais veux voudrais suis est "
    "ai avez avoir un une "
    "mon ma mes votre vos ce cette ca rien quel quelle est-ce plus ou quand rendez-vous pour avec dans sur "
    "numero nom prenom "
    "telephone question commande rappeler appelle d'accord",
)
_PARTICLES = frozenset({"de", "du", "des", "la", "le", "d'", "van", "von", "ben", "el", "al"})
_NOISE_WITH = lazy(r"\bavec (?:une?|deux|2) \w\b", re.IGNORECASE)
_ANNOUNCED = lazy(r"\b(?:s'ecrit|(?:j|m|je vous l|je vous l'|s')'?epelle|[a-z])$")
_MOST_WORDS = 5
_SIMILAR = 0.5


def _capitalised(word: str) -> str:
    """Return "Lefèvre" for "lefèvre", "Jean-Pierre", "D'Artagnan"; what holds capitals inside is kept ("McDonald")."""
    if word.isupper() or word.islower():
        return re.sub(r"(?:^|(?<=[-' ]))\w", lambda m: m[0].upper(), word.lower())
    return word


def _person(text: str) -> list[str]:
    """Return the words of the name in a text, or [] when the words are no name."""
    text = re.sub(r"\s+", " ", _NOISE.sub(" ", text).replace("’", "'"))
    words = [word.strip(".,;:!?…\"'()") for word in text.split()]
    words = [word for word in words if word]
    if not words or len(words) > _MOST_WORDS or any(not re.fullmatch(r"[^\W\d_]+(?:[-'][^\W\d_]+)*", w) for w in words):
        return []
    return [] if any(folded_bare(word) in _NOT_NAMES for word in words) else words


def _written(words: list[str]) -> str:
    last = len(words) - 1
    return " ".join(
        w.lower() if w.lower() in _PARTICLES and at < last and last else _capitalised(w) for at, w in enumerate(words)
    )


def _with_spelling(words: list[str], spelled: str) -> str:
    """Return the name with the spelled word in place of the one it resembles; the heard accents are kept."""
    bare = without_accents(spelled)
    ratios = [SequenceMatcher(None, without_accents(word.lower()), bare).ratio() for word in words]
    if not ratios or max(ratios) < _SIMILAR:
        return _capitalised(spelled)
    best = ratios.index(max(ratios))
    heard = words[best]
    same = without_accents(heard.lower()) == spelled
    return _written([*words[:best], heard if same else spelled, *words[best + 1 :]])


def _candidate(text: str) -> tuple[list[str], float]:
    introduced = _INTRO.sub("", text, count=1)
    if introduced != text and (words := _person(introduced)):
        return words, 0.9
    words = _person(text)
    return words, 0.8 if len(words) > 1 else 0.7


def _half_spelled(words: list[str], spelled: str) -> bool:
    """Say whether what is spelled is the beginning of a name that was heard."""
    bare = without_accents(spelled)
    heard = [without_accents(word.lower()) for word in words]
    return any(word.startswith(bare) and word != bare for word in heard)


def collect_name(text: str, context: Context) -> Collected | None:
    """Return the name with capitals; `so_far` holds the name as heard before, which a spelling then repairs."""
    spelled = spelled_in(text)
    words, confidence = _candidate(without_spelling(text) if spelled else text)
    if spelled:
        heard = words or context.so_far.split()
        if _half_spelled(heard, spelled):
            return Collected(_written(heard), _written(heard), complete=False, confidence=0.5)
        name = _with_spelling(heard, spelled)
        return Collected(name, f"{name}, {say_spelled(_capitalised(spelled))}", confidence=0.95)
    if not words:
        return None
    name = _written(words)
    return Collected(name, name, confidence=confidence)


def _unfinished(text: str, so_far: str) -> bool:
    """Spelling goes on while its last word is a letter and what is spelled is not yet the name that was heard."""
    spelled = spelled_in(text)
    if spelled:
        return _half_spelled([*_candidate(without_spelling(text))[0], *so_far.split()], spelled)
    return dangling(text) or bool(_ANNOUNCED.search(folded_bare(_NOISE_WITH.sub("", text))))


NAME = Collector("name", collect_name, _unfinished, dictation=True)
