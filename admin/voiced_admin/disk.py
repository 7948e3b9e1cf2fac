"""The configuration as it is on the disk now, judged as a worker judges it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from voiced.config.catalogue import Plugins
from voiced.config.judge import Judged, judge

FRESH = 1.0
"""Seconds for which a judgement is good enough for the next page."""


class Reader:
    """Reads the files at most once a second; may be asked from any thread."""

    def __init__(
        self, file: Path, env: Mapping[str, str], plugins: Plugins, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._judge = partial(judge, file, env, plugins)
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: Judged | None = None
        self._at = 0.0

    def look(self, *, now: bool = False) -> Judged:
        """Return the files; with `now` as they are at this moment."""
        with self._lock:
            if now or self._seen is None or self._clock() - self._at > FRESH:
                self._seen = self._judge()
                self._at = self._clock()
            return self._seen
