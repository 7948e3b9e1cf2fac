"""A configuration as one value: `voiced.yaml` and the flows, whole, with one version.

What changes no call is not part of it: scenarios, and `.env`, which holds secrets and is never copied anywhere.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import pwd
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from voiced.errors import BadInput, Problem
from voiced.yamlfile import MAX_BYTES

READINGS = 20
PAUSE = 0.01
"""Seconds between two readings: an editor that truncates and writes, or moves away and writes, is done by then."""


class Bundle(Struct, frozen=True):
    """The files of one configuration: content by name, relative to the folder of `voiced.yaml`, sorted by name."""

    files: Mapping[str, bytes]
    version: str
    """The first 12 hexadecimal digits of a SHA-256 over names and contents."""
    editor: str = ""
    """Login name of the owner of the file that was changed last, as far as it is known."""

    @classmethod
    def of(cls, files: Mapping[str, bytes], editor: str = "") -> Bundle:
        """Return the bundle of `files`, with its version."""
        digest = hashlib.sha256()
        for name, content in sorted(files.items()):
            digest.update(b"%d %b %d " % (len(name.encode()), name.encode(), len(content)) + content)
        return cls(dict(sorted(files.items())), digest.hexdigest()[:12], editor)

    def changed(self, contents: Mapping[str, bytes]) -> Bundle:
        """Return the bundle with some files' contents replaced."""
        return self.of({**self.files, **contents})

    def flows(self, folder: Path, flows: Path) -> dict[Path, bytes]:
        """Return the flow files, by path, when `voiced.yaml` is in `folder` and the flows are in the folder `flows`."""
        placed = {Path(os.path.normpath(folder / name)): content for name, content in self.files.items()}
        wanted = Path(os.path.normpath(flows))
        return {flows / path.name: content for path, content in placed.items() if path.parent == wanted}


def read_bundle(file: Path, flows: Path, pause: Callable[[float], None] = time.sleep) -> Bundle:
    """Return the configuration whose settings are in `file` and whose flows are in the folder `flows`.

    It is read until two readings agree, so that no half-written file is in it. Raises `BadInput` when a file cannot be
    read, or when they change all the time. Blocks for about 10 ms, and for 0.3 s at most.
    """
    before = _reading(file, flows)
    for _ in range(READINGS):
        pause(PAUSE)
        now = _reading(file, flows)
        if now == before:
            break
        before = now
    else:
        now = (Problem(str(file), 0, 0, "the files change while they are read", "try again in a moment"),)
    if isinstance(now, tuple):
        raise BadInput(now)
    return Bundle.of(now, _editor(file.parent, now))


def name_of(path: Path, folder: Path) -> str:
    """Return the name in a bundle of the file at `path` when `voiced.yaml` is in `folder`."""
    return Path(os.path.relpath(path, folder)).as_posix()


def content_of(path: Path) -> bytes:
    """Return the bytes of a file, one more than are read at most, so that a larger one is refused as such."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        fix = "`voiced init FOLDER` writes one to start from; `--config FILE` names another"
        raise BadInput([Problem(str(path), 0, 0, "there is no such file", fix)]) from error
    except OSError as error:
        raise BadInput([Problem(str(path), 0, 0, f"the file cannot be read: {error.strerror}")]) from error


def diff(old: Bundle, new: Bundle) -> str:
    """Return what is different in `new`, file by file, as a unified diff; "" when nothing is."""
    return "".join(line for name in sorted({*old.files, *new.files}) for line in _diff(name, old, new))


def _diff(name: str, old: Bundle, new: Bundle) -> Iterator[str]:
    before, after = (_lines(bundle.files.get(name, b"")) for bundle in (old, new))
    left, right = (f"{name} {bundle.version}" if name in bundle.files else "/dev/null" for bundle in (old, new))
    for line in difflib.unified_diff(before, after, left, right):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(content: bytes) -> list[str]:
    return [line for line in re.split(r"(?<=\n)", content.decode("utf-8", "replace")) if line]


def _reading(file: Path, flows: Path) -> dict[str, bytes] | tuple[Problem, ...]:
    """Return the contents by name, or why a file could not be read."""
    paths = sorted(path for path in flows.glob("*.yaml") if not path.name.startswith("."))
    try:
        return {name_of(path, file.parent): content_of(path) for path in (file, *paths)}
    except BadInput as error:
        return error.problems


def _editor(folder: Path, files: Mapping[str, bytes]) -> str:
    """Return who owns the file that was changed last; "" when the files are gone, the number of an unknown user."""
    try:
        last = max(((folder / name).stat() for name in files), key=lambda there: there.st_mtime_ns)
        return pwd.getpwuid(last.st_uid).pw_name
    except OSError:
        return ""
    except KeyError:
        return str(last.st_uid)
