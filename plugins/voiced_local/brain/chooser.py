"""Choosing among tools: kernel ridge regression over their examples and the background. Pure.

Rules: with many examples it is a classifier, with three or four it behaves as nearest neighbours do; the background is
a class of its own, so that "none of these" is learned rather than guessed from a bare distance; and what assurance is
enough is measured for each set of tools, on background sentences scored as if they had not been learned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voiced_local.brain.lesson import ELSEWHERE, NEIGHBOUR, Lesson
from voiced_local.brain.space import Matrix, Space, nearness

RIDGE = 0.15
"""How much an example may be contradicted by its neighbours."""
FULL, MOST_BACKGROUND = 30, 300
"""A tool's examples weigh together like FULL ones when they are fewer; the background never like more than this."""
REJECTED = {ELSEWHERE: 0.95, NEIGHBOUR: 0.92}
"""Share of each part of the background that must be turned away, and so sets the assurance that is enough..."""
ENOUGH = 0.2
"""...but an assurance above this is always enough."""


@dataclass(frozen=True, slots=True)
class Scores:
    """How well each tool fits a sentence (about 1: surely, about 0: not at all), and how well none does."""

    tools: Mapping[str, float]
    none: float
    enough: float
    """The assurance from which the best tool should be taken."""

    @property
    def best(self) -> str:
        """The tool that fits best."""
        return max(self.tools, key=lambda name: self.tools[name])

    @property
    def assurance(self) -> float:
        """How far the best tool stands above "none of these"."""
        return self.tools[self.best] - self.none

    @property
    def margin(self) -> float:
        """How far the assurance is above what is enough; negative: the sentence is none of the tools' business."""
        return self.assurance - self.enough


@dataclass(frozen=True, slots=True, eq=False)
class Chooser:
    """Knows one set of tools (at least one) and scores sentences. Safe to use from several threads."""

    tools: tuple[str, ...]
    space: Space
    vectors: Matrix | None
    """Embeddings of what was learned; None when it was taught without."""
    duals: Matrix
    weights: Matrix
    enough: float

    @property
    def takes_meaning(self) -> bool:
        """Whether it was taught with embeddings, and so must be given those of sentences."""
        return self.vectors is not None

    def scores(self, text: str, vector: Matrix | None = None) -> Scores:
        """Score `text` (cleaned); `vector` is its embedding, and must be given where the lesson had embeddings."""
        row = self.space.row(text)
        values = row.values @ self.weights[row.columns]
        if self.vectors is not None and vector is not None:
            values = values + nearness(self.vectors @ vector) @ self.duals
        *fits, none = (float(value) for value in values)
        return Scores(dict(zip(self.tools, fits, strict=True)), none, self.enough)


def learn(lesson: Lesson) -> Chooser:
    """Return the chooser that `lesson` teaches. Takes some seconds for a large lesson: do it in a thread."""
    tools = sorted(set(lesson.labels) - {ELSEWHERE, NEIGHBOUR})
    space = Space(lesson.texts)
    rows = space.rows(lesson.texts)
    targets = _targets(lesson.labels, tools)
    inverse = np.linalg.inv(_kernel(rows, lesson.vectors) + np.diag(RIDGE / _weights(lesson.labels)))
    duals = inverse @ targets
    held_out = targets - duals / np.diag(inverse)[:, None]  # each sentence scored without itself, in closed form
    enough = _enough(held_out, lesson.labels)
    kept = duals.astype(np.float32)
    return Chooser(tuple(tools), space, lesson.vectors, kept, rows.T @ kept, enough)


def _targets(labels: tuple[str, ...], tools: list[str]) -> npt.NDArray[np.float64]:
    """Return a column for each tool and, last, one for the background."""
    columns = {name: column for column, name in enumerate(tools)}
    targets = np.zeros((len(labels), len(tools) + 1))
    targets[range(len(labels)), [columns.get(label, len(tools)) for label in labels]] = 1
    return targets


def _kernel(rows: Matrix, vectors: Matrix | None) -> npt.NDArray[np.float64]:
    kernel = rows @ rows.T
    if vectors is not None:
        kernel += nearness(vectors @ vectors.T)
    return kernel.astype(np.float64)


def _weights(labels: tuple[str, ...]) -> npt.NDArray[np.float64]:
    """Return how much each example is believed, so that a tool with few examples is not drowned."""
    counts = Counter(labels)
    background = counts[ELSEWHERE] + counts[NEIGHBOUR]
    share = min(1.0, MOST_BACKGROUND / max(background, 1))
    each = {name: max(1.0, FULL / count) for name, count in counts.items()} | {ELSEWHERE: share, NEIGHBOUR: share}
    return np.array([each[label] for label in labels])


def _enough(held_out: npt.NDArray[np.float64], labels: tuple[str, ...]) -> float:
    """Return the assurance that turns the wanted share of the background away."""
    assurances = held_out[:, :-1].max(axis=1) - held_out[:, -1]
    parts = [(assurances[[label == part for label in labels]], share) for part, share in REJECTED.items()]
    return min([ENOUGH, max(float(np.quantile(part, share)) for part, share in parts if part.size)])
