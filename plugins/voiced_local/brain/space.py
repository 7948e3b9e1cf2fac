"""Where sentences are compared: three views of each, and the kernel that adds up how near two are. Pure.

The views are the meaning (sentence embedding, when there is one), the wording (words, pairs, letter groups) and the
concepts of the thesaurus. Wording and concepts are hashed into one sparse row, weighted by how rare each feature is
among the sentences that the space was made for.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
import numpy.typing as npt

from voiced_local.brain.concepts import weights
from voiced_local.brain.words import features

Matrix = npt.NDArray[np.float32]

WORDING_SIZE, CONCEPT_SIZE = 4096, 2048
"""Columns that wording and concepts are hashed into; collisions are rare and harmless at these sizes."""
SHARPNESS = 2.0
"""How fast nearness of meaning fades with the angle: exp(SHARPNESS * (cosine - 1))."""
WORDING, CONCEPTS = 0.2, 0.15
"""Weights of wording and concepts beside meaning's 1."""
FAINT = 1.5
"""Concept rows shorter than this are not stretched to length 1: weak concepts alone make no one alike."""


@dataclass(frozen=True, slots=True)
class Sparse:
    """A row with few values: the columns and their values."""

    columns: npt.NDArray[np.int64]
    values: Matrix


@lru_cache(maxsize=8192)
def _counts(text: str) -> tuple[dict[int, float], dict[int, float]]:
    """Return the raw wording and concept features of `text` by column."""
    wording = Counter(crc32(feature.encode()) % WORDING_SIZE for feature in features(text))
    concept: dict[int, float] = {}
    for name, weight in weights(text).items():
        concept[crc32(name.encode()) % CONCEPT_SIZE] = weight
    return {column: 1 + math.log(count) for column, count in wording.items()}, concept


class Space:
    """The rarity of each feature among `texts`, by which any sentence becomes a row."""

    def __init__(self, texts: Sequence[str]) -> None:
        seen = [_counts(text) for text in texts]
        self._wording = _rarity([wording for wording, _ in seen], WORDING_SIZE)
        self._concept = _rarity([concept for _, concept in seen], CONCEPT_SIZE)

    @classmethod
    def known(cls, wording: Matrix, concept: Matrix) -> Space:
        """Return the space whose `rarities` are these."""
        space = cls(())
        space._wording, space._concept = wording, concept
        return space

    @property
    def rarities(self) -> tuple[Matrix, Matrix]:
        """How rare each wording and concept feature is: all that a space knows."""
        return self._wording, self._concept

    def row(self, text: str) -> Sparse:
        """Return the wording and concept row of `text`; its square length is at most WORDING + CONCEPTS."""
        wording, concept = _counts(text)
        columns = [*wording, *(WORDING_SIZE + column for column in concept)]
        values = np.concatenate(
            [
                _scaled(wording, self._wording, math.sqrt(WORDING), floor=1e-6),
                _scaled(concept, self._concept, math.sqrt(CONCEPTS), floor=FAINT),
            ]
        )
        return Sparse(np.array(columns, dtype=np.int64), values)

    def rows(self, texts: Sequence[str]) -> Matrix:
        """Return the rows of `texts` as one dense matrix."""
        matrix = np.zeros((len(texts), WORDING_SIZE + CONCEPT_SIZE), dtype=np.float32)
        for index, text in enumerate(texts):
            row = self.row(text)
            matrix[index, row.columns] = row.values
        return matrix


def nearness(cosines: Matrix) -> Matrix:
    """Return the meaning kernel of `cosines`: 1 where two sentences mean the same."""
    return np.asarray(np.exp(SHARPNESS * (cosines - 1)), dtype=np.float32)


def _rarity(rows: Sequence[dict[int, float]], size: int) -> Matrix:
    seen = np.zeros(size)
    for row in rows:
        seen[list(row)] += 1
    return np.asarray(np.log((1 + len(rows)) / (1 + seen)), dtype=np.float32)


def _scaled(row: dict[int, float], rarity: Matrix, length: float, *, floor: float) -> Matrix:
    values = np.array([weight * rarity[column] for column, weight in row.items()], dtype=np.float32)
    scale = length / max(float(np.linalg.norm(values)), floor)
    return np.asarray(values * scale, dtype=np.float32)
