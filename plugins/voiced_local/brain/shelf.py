"""Where learned choosers are kept between starts: one file each, named by a digest of all that went into it.

Learning a large set takes seconds of CPU, reading one back some milliseconds. A file that cannot be read is learned
again; nothing in it is ever executed.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np

from voiced_local.brain.chooser import Chooser
from voiced_local.brain.space import Space

SOURCES = ("chooser.py", "lesson.py", "space.py", "words.py", "concepts.py", "sounds.py", "thesaurus.fr.yaml")
"""What decides how sentences become a chooser: a change of any of it makes old files stale."""
UNREADABLE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


class Shelf:
    """A folder of choosers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def key(self, offer: str, sentences: Sequence[str], *, meaning: bool) -> str:
        """Return the name of the chooser that `sentences` teach; `offer` says what is on offer. Blocks."""
        package = files("voiced_local.brain")
        parts = [package.joinpath(name).read_bytes() for name in SOURCES]
        parts += [offer.encode(), "\n".join(sentences).encode(), b"meaning" if meaning else b""]
        return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]

    def get(self, key: str) -> Chooser | None:
        """Return the chooser kept under `key`, None where there is none. Blocks."""
        try:
            # numpy forgets to close a file that is no archive, unless it was given one that is open.
            with (self._folder / f"{key}.npz").open("rb") as file, np.load(file, allow_pickle=False) as kept:
                vectors = kept["vectors"]
                return Chooser(
                    tuple(str(name) for name in kept["tools"]),
                    Space.known(kept["wording"], kept["concept"]),
                    vectors if vectors.size else None,
                    kept["duals"],
                    kept["weights"],
                    float(kept["enough"]),
                )
        except UNREADABLE:
            return None

    def put(self, key: str, chooser: Chooser) -> None:
        """Keep a chooser; a full or read-only disk costs learning it again next time. Blocks."""
        wording, concept = chooser.space.rarities
        vectors = np.zeros((0, 0), dtype=np.float32) if chooser.vectors is None else chooser.vectors
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._folder)
            with os.fdopen(handle, "wb") as file:
                np.savez(
                    file,
                    tools=np.array(chooser.tools),
                    wording=wording,
                    concept=concept,
                    vectors=vectors,
                    duals=chooser.duals,
                    weights=chooser.weights,
                    enough=np.float64(chooser.enough),
                )
            Path(temporary).replace(self._folder / f"{key}.npz")
        except OSError:
            return
