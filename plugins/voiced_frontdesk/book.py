"""The file of requests: one JSON object a line, appended, on disk before `add` returns.

Several processes may add at once: each takes the file's lock. The same key again gives the same reference and no
second line. A line that a power cut tore is left alone, and the next one starts on a line of its own.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

ALPHABET = "2345679ACEFHJKLMNRTUVWXY"
"""No 0, O, 1, I, 8, B, S, Z, P, D, G: a reference is read aloud and written on paper."""


class Book:
    """The requests in `path`; the file and its folder are made at the first request, for the owner's eyes alone."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, key: str, entry: Mapping[str, Any]) -> str:
        """Append `entry` and return its reference, such as `R-4F7K`. Blocks on the disk; raises `OSError`.

        `key` tells requests apart: the same one again changes nothing.
        """
        with self._locked() as file:
            references = _references(file)
            if key not in references:
                references[key] = _fresh(key, set(references.values()))
                _append(file, {"reference": references[key], "key": key, **entry})
                _sync_folder(self.path.parent)
            return references[key]

    @contextmanager
    def _locked(self) -> Iterator[IO[bytes]]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # released when the file is closed
            yield file


def _references(file: IO[bytes]) -> dict[str, str]:
    """Return the references given so far, by key."""
    file.seek(0)
    found = {}
    for line in file.read().splitlines():
        try:
            entry = json.loads(line)
            found[entry["key"]] = entry["reference"]
        except (ValueError, KeyError, TypeError):
            continue  # torn, or edited by hand
    return found


def _append(file: IO[bytes], entry: Mapping[str, Any]) -> None:
    line = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
    end = file.seek(0, os.SEEK_END)
    if end and os.pread(file.fileno(), 1, end - 1) != b"\n":
        line = b"\n" + line
    view = memoryview(line)
    while view:
        view = view[file.write(view) :]
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make a new file's name survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _fresh(key: str, taken: set[str]) -> str:
    """Return a reference made from `key` that is not `taken`."""
    digest = int.from_bytes(hashlib.sha256(key.encode()).digest(), "big")
    length = 4 + len(taken) // 100_000  # four letters make 331 776 references
    while (reference := _spelt(digest, length)) in taken:
        digest += 1
    return reference


def _spelt(number: int, length: int) -> str:
    base = len(ALPHABET)
    return "R-" + "".join(ALPHABET[number // base**place % base] for place in range(length))
