"""Which worker's loop is blocked: the one whose beat stands still. Pure: beats and times in, who is silent out.

A worker beats four times a second. Only the time counts in which the supervisor itself was awake: a machine that was
suspended, or too busy for either, must not cost calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from voiced.fleet.board import Record

LOOK = 0.5
"""Seconds between two looks."""
SILENT = 5.0
"""Seconds without a beat after which a worker is taken for blocked."""
STARTING = 60.0
"""Seconds that a worker may take to its first beat."""


@dataclass(slots=True)
class _Heard:
    pid: int
    beat: float
    silent: float = 0.0


@dataclass(slots=True)
class Silence:
    """What was heard of each worker so far."""

    _heard: dict[int, _Heard] = field(default_factory=dict)
    _looked: float | None = None

    def look(self, running: Mapping[int, int], board: Mapping[int, Record], now: float) -> list[int]:
        """Return the workers that are blocked. `running` are the workers that should beat, with their process ids."""
        awake = 0.0 if self._looked is None else min(now - self._looked, 2 * LOOK)
        self._looked = now
        self._heard = {number: self._one(number, pid, board.get(number), awake) for number, pid in running.items()}
        return [number for number, heard in self._heard.items() if heard.silent >= _patience(heard)]

    def _one(self, number: int, pid: int, record: Record | None, awake: float) -> _Heard:
        beat = record.beat if record is not None and record.pid == pid else 0.0
        before = self._heard.get(number)
        if before is None or (before.pid, before.beat) != (pid, beat):
            return _Heard(pid, beat)
        return _Heard(pid, beat, before.silent + awake)


def _patience(heard: _Heard) -> float:
    return SILENT if heard.beat else STARTING
