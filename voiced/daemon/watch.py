"""Watching the files of a configuration by looking at them: when is a change there, and when is it whole?

A look is what `os.stat` says of each file; it costs microseconds, sees atomic replacement, and needs no help of the
kernel that a network disk or a container would not give. A change is taken when two looks in a row agree, so that an
editor who writes several files is done; who writes all the time is waited for only so long.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct

Stamp = tuple[int, int, int, int]
"""Modified, changed (both in nanoseconds), inode, size."""
Look = Mapping[str, Stamp]
"""By path; a file that is not there is left out."""
Verdict = Literal["same", "moving", "changed"]

SETTLE = 0.1
"""Seconds between two looks that must agree."""
PATIENCE = 1.0
"""Seconds after which files that never settle are read all the same."""


def look(file: Path, folders: Iterable[Path]) -> Look:
    """Return how the configuration `file`, its `.env` and the flows in `folders` lie there. Blocks on the disk."""
    flows = [path for folder in folders for path in folder.glob("*.yaml")]
    stamps = {str(path): _stamp(path) for path in (file, file.parent / ".env", *flows)}
    return {path: stamp for path, stamp in stamps.items() if stamp is not None}


def _stamp(path: Path) -> Stamp | None:
    try:
        there = os.stat(path)  # noqa: PTH116 - the same call, without a Path in between
    except OSError:
        return None
    return (there.st_mtime_ns, there.st_ctime_ns, there.st_ino, there.st_size)


class Watch(Struct):
    """Says what a look means. `taken` is how the files lay when they were read last."""

    taken: Look
    _moving: Look | None = None
    _since: float = 0.0

    def judge(self, seen: Look, now: float) -> Verdict:
        """Take a look made at `now` (seconds). After `moving`, look again in `SETTLE` seconds; `changed`: read."""
        if seen == self.taken:
            self._moving = None
            return "same"
        if self._moving is None:
            self._since = now
        settled = seen == self._moving
        self._moving = seen
        return "changed" if settled or now - self._since >= PATIENCE else "moving"

    def took(self, seen: Look) -> None:
        """The files are read as they lay in the look `seen`."""
        self.taken, self._moving = seen, None
