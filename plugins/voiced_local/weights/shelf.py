"""The cache folder: which models are there, whole and verified."""

from __future__ import annotations

import os
from collections.abc import Iterable
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
    model = MODELS[name]
    place = folder() / model.name
    try:
        found = (place / SUMS).read_text("ascii")
        for files in model.sources:
            if found == sums(files) and all((place / file.name).stat().st_size == file.size for file in files):
                return place
    except OSError:
        return None
    return None


def find(name: str) -> Path:
    """Return the folder of the model `name`. Fetches nothing; raises Unavailable when it is not there."""
    if place := look(name):
        return place
    missing = f"the weights of {name!r} are not in {folder()}"
    raise Unavailable(missing, fix=f"fetch them: {FETCH} {name}")
