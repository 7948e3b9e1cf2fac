"""The configuration as it is on the disk now, judged as a worker judges it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from voiced.config.catalogue import Plugins
from voiced.config.judge import Judged, judge

Signature = tuple[tuple[str, int, int, int], ...]

FRESH = 1.0
"""Seconds for which a judgement is good enough for the next page."""


class Reader:
    """Judges the files when they are others than the last time; may be asked from any thread."""

    def __init__(
        self, file: Path, env: Mapping[str, str], plugins: Plugins, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._file = file
        self._judge = partial(judge, file, env, plugins)
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: Judged | None = None
        self._signature: Signature = ()
        self._at = 0.0

    def look(self, *, now: bool = False) -> Judged:
        """Return the files as they are; without `now` as they were a second ago at most."""
        with self._lock:
            if now or self._seen is None or self._clock() - self._at > FRESH:
                self._seen = self._look()
                self._at = self._clock()
            return self._seen

    def _look(self) -> Judged:
        flows = self._seen.flows if self._seen else self._file.parent / "flows"
        signature = _signature(self._file, flows)
        if self._seen is not None and signature == self._signature:
            return self._seen
        judged = self._judge()
        # Taken before they were read: what was written meanwhile is judged again.
        self._signature = signature if judged.flows == flows else ()
        return judged


def _signature(file: Path, flows: Path) -> Signature:
    """Return what changes when one of the files does, at the cost of looking at the folder."""
    paths = [file, file.parent / ".env", *sorted(flows.glob("*.yaml"))]
    return tuple(
        (str(path), there.st_mtime_ns, there.st_size, there.st_ino)
        for path in paths
        if (there := _stat(path)) is not None
    )


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None
