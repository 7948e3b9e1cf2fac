"""What a chooser learns from: the examples of the tools or facts on offer, and the background. Pure.

Rules: a request of the background that resembles an offered tool's own says nothing about what to reject, and is left
out, as is its whole family when the family does; a fact is a statement and callers ask questions, so a family of
questions that one fact clearly answers lends it its sentences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from voiced_local.brain.background import Background
from voiced_local.brain.space import CONCEPTS, WORDING, Matrix, Space
from voiced_local.brain.words import clean

ELSEWHERE, NEIGHBOUR = "#elsewhere", "#neighbour"
"""Labels of what is nobody's business, and of what is other businesses'; no tool can be named so."""
RESEMBLES = 0.72
"""Nearness (0 to 1) from which a sentence of the background is an offered tool's own."""
FAMILY_RESEMBLES, ABOUT_NEAREST, FAMILY_SAME = 0.25, 0.7, 0.5
"""Average nearness from which a family is a tool's own when it is the nearest to it, or nearly; from which any is."""
ANSWERS, STANDS_OUT = 0.2, 1.6
"""Nearness from which a fact answers a family of questions, and how many times nearer than the next fact it must be."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """Sentences with the label of each, and their embeddings (None: there are only wording and concepts to go by)."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    vectors: Matrix | None


def tool_lesson(
    examples: Mapping[str, Sequence[str]], background: Background, vectors: Mapping[str, Matrix] | None
) -> Lesson:
    """Return the lesson of a set of tools.

    Args:
        examples: Cleaned sentences by tool; at least one tool, each with at least one.
        background: What to learn to reject.
        vectors: The embedding of each sentence in both; None when there is no encoder.
    """
    families = [*background.requests.values(), *background.questions.values()]
    own = [text for texts in examples.values() for text in texts]
    ends = np.cumsum([len(texts) for texts in examples.values()])[:-1]
    near = _resemblances(families, own, vectors)
    by_tool = [[part.max(axis=1) for part in np.split(each, ends, axis=1)] for each in near]
    strangers: list[str] = []
    for family, tools, own_family in zip(families, by_tool, _owned(by_tool), strict=True):
        if not own_family:
            nearest = np.max(tools, axis=0)
            strangers += [text for text, value in zip(family, nearest, strict=True) if value < RESEMBLES]
    return _lesson(examples, background, strangers, vectors)


def _owned(by_tool: Sequence[Sequence[Matrix]]) -> list[bool]:
    """Tell of each family whether it is what one of the tools is for: the nearest to it of all, or very near."""
    means = np.array([[float(near.mean()) for near in tools] for tools in by_tool])
    nearest = (means >= ABOUT_NEAREST * means.max(axis=0)) & (means >= FAMILY_RESEMBLES)
    return [bool(one) for one in nearest.any(axis=1) | (means.max(axis=1) >= FAMILY_SAME)]


def fact_lesson(facts: Sequence[str], background: Background, vectors: Mapping[str, Matrix] | None) -> Lesson:
    """Return the lesson of a set of facts: a family of questions that one fact clearly answers leads to it."""
    cleaned = [clean(fact) for fact in facts]
    examples = {fact: [text] for fact, text in zip(facts, cleaned, strict=True)}
    strangers = [text for family in background.requests.values() for text in family]
    families = list(background.questions.values())
    for family, near in zip(families, _resemblances(families, cleaned, vectors), strict=True):
        answer = _answer(np.sort(near, axis=0)[-max(2, len(family) // 2) :].mean(axis=0))
        if answer is None:
            strangers += family
        else:
            examples[facts[answer]] += family
    return _lesson(examples, background, strangers, vectors)


def _answer(near: Matrix) -> int | None:
    """Return the fact that a family of questions leads to, None where none stands out; `near`: how near each is."""
    first, *rest = np.argsort(near)[::-1]
    clear = near[first] >= ANSWERS and all(near[first] >= STANDS_OUT * near[other] for other in rest[:1])
    return int(first) if clear else None


def _lesson(
    examples: Mapping[str, Sequence[str]],
    background: Background,
    strangers: Sequence[str],
    vectors: Mapping[str, Matrix] | None,
) -> Lesson:
    rows = [(text, name) for name, texts in examples.items() for text in dict.fromkeys(texts)]
    taken = {text for text, _ in rows}
    rows += [(text, ELSEWHERE) for texts in background.elsewhere.values() for text in texts if text not in taken]
    rows += [(text, NEIGHBOUR) for text in strangers if text not in taken]
    texts, labels = tuple(text for text, _ in rows), tuple(label for _, label in rows)
    return Lesson(texts, labels, None if vectors is None else _stack(texts, vectors))


def _resemblances(
    families: Sequence[Sequence[str]], own: Sequence[str], vectors: Mapping[str, Matrix] | None
) -> list[Matrix]:
    """Return for each family how near (0 to 1) each of its sentences comes to each of `own`."""
    texts = [text for family in families for text in family]
    space = Space([*texts, *own])
    near = space.rows(texts) @ space.rows(own).T / (WORDING + CONCEPTS)
    if vectors is not None:
        near = (near + _stack(texts, vectors) @ _stack(own, vectors).T) / 2
    return np.split(near, np.cumsum([len(family) for family in families])[:-1])


def _stack(texts: Sequence[str], vectors: Mapping[str, Matrix]) -> Matrix:
    return np.stack([vectors[text] for text in texts])
