"""The cache folder: which models are there, whole and verified."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import platformdirs

from voiced.plugin import Unavailable
from voiced_local.weights.manifest import MODELS, File

FOLDER = "VOICED_MODELS"
"""Environment variable: the folder of the assembled models, which a site may fill from its own mirror."""
SUMS = "SHA256SUMS"
"""Written last into a model's folder, in `sha256sum`'s format: its presence says that every file was verified."""
FETCH = "python -m voiced_local.weights"


def folder() -> Path:
    """Return the folder that holds the models: `$VOICED_MODELS`, or the user's cache."""
    if chosen := os.environ.get(FOLDER):
        return Path(chosen).expanduser()
    return Path(platformdirs.user_cache_dir("voiced")) / "models"


def sums(files: Iterable[File]) -> str:
    """Return the content of `SHA256SUMS` for `files`."""
    return "".join(f"{file.sha256}  {file.name}\n" for file in files)


def look(name: str) -> Path | None:
    """Return the folder of the model `name` if it is there, verified and of the right size; None otherwise."""
    found = _look(name)
    return found[0] if found else None


def _look(name: str) -> tuple[Path, tuple[File, ...]] | None:
    model = MODELS[name]
    place = folder() / model.name
    try:
        found = (place / SUMS).read_text("ascii")
        for files in model.sources:
            if found == sums(files) and all((place / file.name).stat().st_size == file.size for file in files):
                return place, files
    except OSError:
        return None
    return None


def find(name: str) -> Path:
    """Return the folder of the model `name`. Fetches nothing; raises Unavailable when it is not there."""
    if place := look(name):
        return place
    missing = f"the weights of {name!r} are not in {folder()}"
    raise Unavailable(missing, fix=f"fetch them: {FETCH} {name}")


def verify(name: str) -> Path:
    """Return the folder of the model `name`, every byte of it read: some 0.2 s for 100 MB that were not read before.

    Raises Unavailable when it is not there, or a file is not the one that was published.
    """
    find(name)
    place, files = _look(name) or (folder(), ())
    for file in files:
        path = place / file.name
        seen = path.stat()
        if _sha256(path, seen.st_size, seen.st_mtime_ns) != file.sha256:
            reason = f"{path} is broken: it is not the file that was published"
            raise Unavailable(reason, fix=f"fetch it again: {FETCH} {name}")
    return place


@lru_cache(maxsize=16)
def _sha256(path: Path, size: int, changed: int) -> str:  # noqa: ARG001 - with another size or date it is another file
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def loading(name: str) -> Iterator[Path]:
    """Give the folder of the model `name` to load it from. Raises Unavailable for whatever comes of that.

    All of it is read before: a model with broken numbers in it loads without complaint, and hears or says nonsense.
    """
    place = verify(name)
    try:
        yield place
    except Exception as error:
        reason = f"the weights of {name!r} in {place} cannot be loaded: {type(error).__name__}: {error}"
        raise Unavailable(
            reason, fix="see whether there is memory for them, and that voiced[local] is up to date"
        ) from error
