"""One of the options that were offered, named roughly, by its rank, or by a part of its name; and free text."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from voiced.text.collect.contract import Collected, Collector, Context
from voiced.text.collect.corrections import segments, without_rejected
from voiced.text.normalise import bare
from voiced.text.pattern import lazy
from voiced.text.wordset import wordset

_RANKS = {
    "premier": 0,
    "premiere": 0,
    "un": 0,
    "deuxieme": 1,
    "second": 1,
    "seconde": 1,
    "deux": 1,
    "troisieme": 2,
    "trois": 2,
    "quatrieme": 3,
    "quatre": 3,
}
_RANK = lazy(
    r"\b(?:l[ea] |l'option |le choix |option |numero |choix )(?P<rank>"
    + "|".join(_RANKS)
    + r")\b|^(?P<alone>un|deux|trois|quatre|premier|deuxieme|troisieme)$"
)
_LAST = lazy(r"\bl[ea] dernier(?:e)?\b")
_EMPTY = wordset(
    "le la les l un une des du de d au aux a et ou pour en je voudrais veux c'est plutot prefere choisis "
    "prends s'il vous plait",
)
_NEITHER = lazy(r"\b(?:aucune?|ni l'une?|rien de tout|autre chose)\b")
_CLOSE = 0.8


def _key_words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s']+", bare(text)) if word and word not in _EMPTY]


def _like(a: str, b: str) -> float:
    return 1.0 if a == b else SequenceMatcher(None, a, b).ratio()


def _score(option: str, said: list[str]) -> float:
    """Return how much of an option's name was said, 0 to 1, words compared with tolerance."""
    wanted = _key_words(option)
    if not wanted or not said:
        return 0.0
    found = [best if (best := max(_like(word, other) for other in said)) >= _CLOSE else 0.0 for word in wanted]
    return sum(found) / len(wanted)


def _ranked(text: str, options: tuple[str, ...]) -> str | None:
    said = bare(text)
    if _LAST.search(said):
        return options[-1]
    match = _RANK.search(said)
    rank = _RANKS[match["rank"] or match["alone"]] if match else len(options)
    return options[rank] if rank < len(options) else None


def _chosen(text: str, options: tuple[str, ...]) -> tuple[str, float] | None:
    """Return (option, confidence) when one option stands out."""
    said = _key_words(text)
    scores = sorted(((_score(option, said), option) for option in options), reverse=True)
    best, name = scores[0]
    runner_up = scores[1][0] if len(scores) > 1 else 0.0
    if best >= 0.45 and best - runner_up > 0.15:
        return name, best
    ranked = _ranked(text, options) if best < 0.9 else None
    return (ranked, 0.85) if ranked else None


def collect_choice(text: str, context: Context) -> Collected | None:
    """Return the option as it was written; None when none stands out or two were named."""
    if not context.hints or _NEITHER.search(bare(text)):
        return None
    for part in reversed(segments(without_rejected(text))):
        if chosen := _chosen(part, context.hints):
            return Collected(chosen[0], chosen[0], confidence=round(chosen[1], 2))
    return None


def collect_text(text: str, context: Context) -> Collected | None:
    """Return the words themselves, after those of earlier utterances; None when there are none."""
    whole = " ".join(f"{context.so_far} {text}".split())
    return Collected(whole, whole) if any(c.isalnum() for c in text) else None


CHOICE = Collector("choice", collect_choice)
TEXT = Collector("text", collect_text, dictation=True)
