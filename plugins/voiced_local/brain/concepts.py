"""Concepts of telephone French found in a sentence, by the expressions of `thesaurus.fr.yaml`. Pure.

Rules: an expression is matched on whole folded words; the longest one wins and each stretch of speech counts once, so
that "absolument pas" is a refusal and never an assent.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import yaml

from voiced_local.brain.sounds import sound
from voiced_local.brain.words import WORD, fold, words

WEAK = {
    "negation": 0.4,
    "vouloir": 0.15,
    "pouvoir_savoir": 0.2,
    "moment": 0.5,
    "#nombre": 0.4,
    "#heure": 0.6,
    "#semaine": 0.4,
}
"""Concepts that say how rather than what, and how much they weigh beside the others' 1."""


_SOUND = "~"
SOUNDING = 4
"""Words whose key is shorter than this must be spelled right: too many short words sound alike."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """A word of the caller: as it was written, and its key."""

    text: str
    whole: str
    open: str


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of an expression, any ending allowed when `open`; `key` is empty where spelling decides."""

    text: str
    key: str
    open: bool

    def fits(self, heard: _Heard) -> bool:
        """Tell whether the caller said this word."""
        if self.open:
            return heard.text.startswith(self.text) or (bool(self.key) and heard.open.startswith(self.key))
        return heard.text == self.text or (bool(self.key) and heard.whole == self.key)


@dataclass(frozen=True, slots=True)
class _Expression:
    """One expression and the concept that it stands for."""

    said: tuple[_Word, ...]
    concept: str

    def goes_on(self, row: list[_Heard], at: int) -> bool:
        """Tell whether the expression, whose first word stands in `row` at `at`, stands there to its end."""
        if at + len(self.said) > len(row):
            return False
        return all(self.said[index].fits(row[at + index]) for index in range(1, len(self.said)))


def concepts(text: str) -> tuple[str, ...]:
    """Return the concepts of `text` in the order they were said, repeats included."""
    said = WORD.findall(fold(text).replace("'", " "))
    row = [_heard(word) for word in said]
    found: list[str] = []
    at = 0
    while at < len(row):
        expression = _longest(row, at)
        if expression:
            found.append(expression.concept)
        at += len(expression.said) if expression else 1
    return tuple(found)


def weights(text: str) -> dict[str, float]:
    """Return the features of `text` and their weights: concepts, shapes (a telephone number...), pairs of them."""
    found = sorted({*concepts(text), *(word for word in words(text) if word.startswith("#"))})
    row = {name: WEAK.get(name, 1.0) for name in found}
    pairs = {f"{a}+{b}": 0.6 * row[a] * row[b] for i, a in enumerate(found) for b in found[i + 1 :]}
    return row | pairs


def _longest(row: list[_Heard], at: int) -> _Expression | None:
    return next((each for each in _begun_by(row[at].text) if each.goes_on(row, at)), None)


@lru_cache(maxsize=16384)
def _heard(word: str) -> _Heard:
    return _Heard(word, sound(word), sound(word, ended=False))


@lru_cache(maxsize=16384)
def _begun_by(word: str) -> tuple[_Expression, ...]:
    """Return the expressions whose first word `word` can be, the longest first: callers use few different words."""
    heard = _heard(word)
    spelled = _index().get(word[:1], ())
    sounded = _index().get(_SOUND + heard.whole[:1], ())
    fitting = [each for each in (*spelled, *sounded) if each.said[0].fits(heard)]
    return tuple(sorted(fitting, key=_size, reverse=True))


@cache
def _index() -> dict[str, tuple[_Expression, ...]]:
    """Return the expressions by the first letter of their first word, and by the first of its key (after _SOUND)."""
    data = yaml.safe_load(files("voiced_local.brain").joinpath("thesaurus.fr.yaml").read_text(encoding="utf-8"))
    groups: dict[str, list[_Expression]] = {}
    for concept, expressions in data.items():
        for written in expressions:
            expression = _Expression(tuple(map(_word, written.split())), concept)
            first = expression.said[0]
            groups.setdefault(first.text[0], []).append(expression)
            if first.key and first.key[0] != first.text[0]:
                groups.setdefault(_SOUND + first.key[0], []).append(expression)
    return {letter: tuple(group) for letter, group in groups.items()}


def _word(written: str) -> _Word:
    text, free = written.rstrip("*"), written.endswith("*")
    key = sound(text, ended=not free)
    return _Word(text, key if len(key) >= SOUNDING else "", free)


def _size(expression: _Expression) -> tuple[int, int]:
    return len(expression.said), sum(len(word.text) for word in expression.said)
