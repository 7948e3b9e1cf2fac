"""What the workers tell of themselves, asked over their control sockets: at most once a second, whoever looks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from voiced.errors import Declined, Unavailable
from voiced.fleet.control import Control, workers

Json = dict[str, Any]

ANSWER = 0.8
"""Seconds that a worker gets to answer; a page does not wait longer for one that hangs."""
FRESH = 1.0
"""Seconds for which an answer is good enough for the next page."""


@dataclass(frozen=True, slots=True)
class WorkerView:
    """One worker that answered. What it does not tell (yet, or any more) is empty."""

    number: int
    health: Json
    calls: tuple[Json, ...] = ()
    config: Json = field(default_factory=dict)
    breakers: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Fleet:
    """All workers of this host at one moment."""

    workers: tuple[WorkerView, ...] = ()
    silent: tuple[int, ...] = ()
    """Workers whose socket is there, and that do not answer."""

    @property
    def calls(self) -> dict[str, Json]:
        """Return the calls in progress, by their id."""
        return {call["call_id"]: call for worker in self.workers for call in worker.calls}


class Lookout:
    """Looks at the workers that share `data_dir`; may be asked from any thread."""

    def __init__(self, data_dir: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._data_dir = data_dir
        self._clock = clock
        self._lock = threading.Lock()
        self._seen = Fleet()
        self._at = float("-inf")

    def look(self) -> Fleet:
        """Return the workers; blocks for a second or two when one of them hangs."""
        with self._lock:
            if self._clock() - self._at > FRESH:
                self._seen = _look(self._data_dir)
                self._at = self._clock()
            return self._seen

    def controls(self) -> tuple[Control, ...]:
        """Return the workers themselves, to ask them something else."""
        try:
            return workers(self._data_dir, timeout=ANSWER).answering
        except Unavailable:
            return ()


def _look(data_dir: Path) -> Fleet:
    try:
        there = workers(data_dir, timeout=ANSWER)
    except Unavailable:
        return Fleet()
    views, silent = [], list(there.silent)
    for control in there:
        try:
            views.append(_view(control))
        except Unavailable:
            silent.append(control.worker)
    return Fleet(tuple(views), tuple(sorted(silent)))


def _view(control: Control) -> WorkerView:
    return WorkerView(
        control.worker,
        control.health(),
        tuple(control.calls()),
        _topic(control, "/v1/config"),
        tuple(_topic(control, "/v1/breakers").get("breakers", ())),
    )


def _topic(control: Control, path: str) -> Json:
    """Return what a worker tells about a topic; nothing when it has no such topic."""
    try:
        return control.get(path)
    except Declined:
        return {}
