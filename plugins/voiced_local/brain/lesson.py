"""What a chooser learns from: the examples of the tools on offer, and the background. Pure.

Rule: a sentence of the background's neighbours that resembles an offered tool's own says nothing about what to reject,
and is left out, as is its whole family when the family resembles the tool.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from voiced_local.brain.background import Background
from voiced_local.brain.space import CONCEPTS, WORDING, Matrix, Space

ELSEWHERE, NEIGHBOUR = "#elsewhere", "#neighbour"
"""Labels of the background's two parts; no tool can be named so."""
RESEMBLES, FAMILY_RESEMBLES = 0.72, 0.58
"""Nearness (0 to 1) from which a neighbour's sentence, or its family on average, is an offered tool's own."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """Sentences with the label of each, and their embeddings (None: there are only wording and concepts to go by)."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    vectors: Matrix | None


def make_lesson(
    examples: Mapping[str, Sequence[str]], background: Background, vectors: Mapping[str, Matrix] | None
) -> Lesson:
    """Return the lesson of a set of tools.

    Args:
        examples: Cleaned sentences by tool; at least one tool, each with at least one.
        background: What to learn to reject.
        vectors: The embedding of each sentence in both; None when there is no encoder.
    """
    rows = [(text, name) for name, texts in examples.items() for text in dict.fromkeys(texts)]
    own = list(dict.fromkeys(text for text, _ in rows))
    taken = set(own)
    rows += [(text, ELSEWHERE) for texts in background.elsewhere.values() for text in texts if text not in taken]
    rows += [(text, NEIGHBOUR) for text in _strangers(own, background, vectors)]
    texts, labels = tuple(text for text, _ in rows), tuple(label for _, label in rows)
    return Lesson(texts, labels, None if vectors is None else _stack(texts, vectors))


def _strangers(own: Sequence[str], background: Background, vectors: Mapping[str, Matrix] | None) -> list[str]:
    """Return the neighbours' sentences that resemble none of the offered tools' `own`."""
    families = list(background.neighbours.values())
    texts = [text for family in families for text in family]
    if not texts:
        return []
    near = _resemblance(texts, own, vectors)
    kept: list[str] = []
    for family in families:
        part, near = near[: len(family)], near[len(family) :]
        if part.mean() < FAMILY_RESEMBLES:
            kept += [text for text, value in zip(family, part, strict=True) if value < RESEMBLES]
    return kept


def _resemblance(texts: Sequence[str], own: Sequence[str], vectors: Mapping[str, Matrix] | None) -> Matrix:
    """Return how near each of `texts` comes to the nearest of `own`, 0 to 1."""
    space = Space([*texts, *own])
    near = space.rows(texts) @ space.rows(own).T / (WORDING + CONCEPTS)
    if vectors is not None:
        near = (near + _stack(texts, vectors) @ _stack(own, vectors).T) / 2
    return np.asarray(near.max(axis=1), dtype=np.float32)


def _stack(texts: Sequence[str], vectors: Mapping[str, Matrix]) -> Matrix:
    return np.stack([vectors[text] for text in texts])
