"""The sentence encoder as the brain sees it: embeddings from the inference process, those of examples kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voiced.errors import ProviderOverloaded, Unavailable
from voiced.plugin.host import Host
from voiced_local.brain.space import Matrix

MODEL, METHOD = "use", "embed"
BATCH = 64
"""Sentences per request, so that learning a set of tools never keeps a caller's sentence waiting."""
KEPT = 8192
"""Most example embeddings kept, at 2 kB each; beyond, they are asked for again."""
RETRY = 60.0
"""Seconds without trying again after the model was found missing."""


class Encoder:
    """Embeds sentences; `None` instead of vectors tells that the brain has to do without."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._kept: dict[str, Matrix] = {}
        self._missing_until = 0.0

    async def examples(self, texts: Sequence[str]) -> dict[str, Matrix] | None:
        """Return the embeddings of `texts`, asking only for those never seen; None without an encoder."""
        if len(self._kept) > KEPT:
            self._kept.clear()
        wanted = [text for text in dict.fromkeys(texts) if text not in self._kept]
        for start in range(0, len(wanted), BATCH):
            part = wanted[start : start + BATCH]
            vectors = await self.sentences(part)
            if vectors is None:
                return None
            self._kept.update(zip(part, vectors, strict=True))
        return {text: self._kept[text] for text in texts}

    async def sentences(self, texts: Sequence[str]) -> list[Matrix] | None:
        """Return the embeddings of what was heard, not kept; None without an encoder."""
        if self._host.monotonic() < self._missing_until:
            return None
        try:
            rows = await self._host.infer(MODEL, METHOD, list(texts))
        except ProviderOverloaded:
            return None  # this turn does without; the next one tries again
        except Unavailable:
            self._missing_until = self._host.monotonic() + RETRY
            self._host.log.warning("brain_without_encoder", seconds=RETRY)
            return None
        return [_vector(row) for row in rows]


def _vector(row: bytes | Sequence[float]) -> Matrix:
    if isinstance(row, bytes | bytearray | memoryview):
        return np.frombuffer(row, dtype="<f4")
    return np.asarray(row, dtype=np.float32)
