"""The phrase book: fixed texts as ready sound, on disk and in memory, in the carrier's own codec.

A phrase is keyed by text (as it is said), voice, model, settings and codec, so that nothing stale can ever play. Files
are written whole or not at all. What is in the book plays at once and outlives an outage of the voice.
"""

from __future__ import annotations

import copy
import hashlib
import os
import tempfile
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from voiced.audio import AudioFormat
from voiced.text.pronunciations import Pronunciations

IN_MEMORY = 512
"""Phrases kept in memory; the rest is read from disk."""


class PhraseBook:
    """The phrases of one voice in one format."""

    def __init__(self, folder: Path, fingerprint: str, format: AudioFormat) -> None:
        self.format = format
        self._folder = folder
        self._voice = f"{fingerprint}\x1f{format.encoding}\x1f{format.rate}"
        self._fingerprint = fingerprint
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._others: tuple[PhraseBook, ...] = ()
        self.said = Pronunciations()
        """How words are said that the voice would say wrong."""

    def beside(self, others: Sequence[PhraseBook]) -> PhraseBook:
        """Return this book as one that knows those of the voices that stand in; they share what each has."""
        if not others:
            return self
        same = copy.copy(self)
        same._others = tuple(others)  # noqa: SLF001 - its own kind
        return same

    def saying(self, said: Pronunciations) -> PhraseBook:
        """Return this book for texts of which some words are said as `said` has it; they share what each has."""
        if said == self.said:
            return self
        same = copy.copy(self)
        same.said = said
        same._others = tuple(other.saying(said) for other in self._others)  # noqa: SLF001 - its own kind
        return same

    def of(self, fingerprint: str) -> PhraseBook | None:
        """Return the book of a voice: this one, or one of those beside it."""
        return next((book for book in (self, *self._others) if book._fingerprint == fingerprint), None)  # noqa: SLF001 - its own kind

    def stand_in(self, text: str) -> bytes | None:
        """Return the sound of `text` by a voice that stands in, None when no book beside this one has it."""
        return next((data for book in self._others if (data := book.get(text)) is not None), None)

    def key(self, text: str) -> str:
        """Return the key of `text`: a digest of everything that shapes its sound."""
        return hashlib.sha256(f"{self._voice}\x1f{self.said.respell(text)}".encode()).hexdigest()[:40]

    def get(self, text: str) -> bytes | None:
        """Return the sound of `text`, None when it is not in the book."""
        key = self.key(text)
        data = self._memory.get(key)
        if data is None:
            data = self._read(key)
            if data is None:
                return None
            self._keep(key, data)
        self._memory.move_to_end(key)
        return data

    def put(self, text: str, data: bytes) -> None:
        """Keep the sound of `text`."""
        if not data:
            return
        key = self.key(text)
        self._keep(key, data)
        self._write(key, data)

    def path(self, key: str) -> Path:
        """Return the file of a phrase."""
        return self._folder / key[:2] / f"{key}.{self.format.encoding}"

    def _keep(self, key: str, data: bytes) -> None:
        self._memory[key] = data
        while len(self._memory) > IN_MEMORY:
            self._memory.popitem(last=False)

    def _read(self, key: str) -> bytes | None:
        try:
            return self.path(key).read_bytes()
        except OSError:
            return None

    def _write(self, key: str, data: bytes) -> None:
        path = self.path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(temporary).replace(path)
        except OSError:
            return  # a full or read-only disk costs a synthesis next time, never a call
