"""The board: a small file in shared memory where each worker says how it does, many times a second.

One fixed record for each worker, written by that worker alone and read by its siblings and the supervisor in
microseconds: no lock, no system call. A reader that meets a half-written record sees it whole at its next look.
"""

from __future__ import annotations

import mmap
import os
import struct
from pathlib import Path

from msgspec import Struct

from voiced.errors import Unavailable

SLOTS = 64
"""The most workers of one host (`server.workers`)."""
FRESH = 2.0
"""Seconds after its last beat from which a worker is taken for gone by its siblings."""
_RECORD = struct.Struct("=qdiiBB6x")  # pid, beat, calls, capacity, ready, draining
_SIZE = _RECORD.size * SLOTS


class Record(Struct, frozen=True):
    """How one worker does."""

    pid: int
    beat: float
    """When it last said so: `time.monotonic()`, which all processes of a host share."""
    calls: int
    capacity: int
    ready: bool
    """It takes calls."""
    draining: bool

    def lives(self, now: float) -> bool:
        """Return whether it has beaten lately; `now` as `beat`."""
        return now - self.beat < FRESH

    def takes(self, now: float) -> bool:
        """Return whether it would take another call."""
        return self.ready and not self.draining and self.calls < self.capacity and self.lives(now)


class Board:
    """The board of one host, open. Closed when it is collected."""

    def __init__(self, path: Path) -> None:
        """Open the board at `path`, made if it is not there. Raises `Unavailable` when it can be neither."""
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                if os.fstat(handle).st_size < _SIZE:
                    os.ftruncate(handle, _SIZE)
                self._map = mmap.mmap(handle, _SIZE)
            finally:
                os.close(handle)
        except OSError as error:
            fix = "choose a data_dir that this user may write"
            raise Unavailable(f"the board {path} cannot be opened: {error.strerror}", fix=fix) from error

    def write(self, number: int, record: Record) -> None:
        """Put up the record of worker `number`."""
        at = number * _RECORD.size
        self._map[at : at + _RECORD.size] = _RECORD.pack(
            record.pid, record.beat, record.calls, record.capacity, record.ready, record.draining
        )

    def clear(self, number: int) -> None:
        """Take down the record of worker `number`: it is gone."""
        at = number * _RECORD.size
        self._map[at : at + _RECORD.size] = bytes(_RECORD.size)

    def read(self, number: int) -> Record | None:
        """Return the record of worker `number`; None when there is none."""
        pid, beat, calls, capacity, ready, draining = _RECORD.unpack_from(self._map, number * _RECORD.size)
        return Record(pid, beat, calls, capacity, bool(ready), bool(draining)) if pid else None

    def records(self) -> dict[int, Record]:
        """Return every record, by worker."""
        found = {number: self.read(number) for number in range(SLOTS)}
        return {number: record for number, record in found.items() if record is not None}


def least_busy(records: dict[int, Record], now: float, prefer: int) -> int | None:
    """Return the worker that gets the next call: of those that take one, the one with the fewest; None: all are full.

    Among equals it is `prefer`, who has the connection already.
    """
    free = [number for number, record in records.items() if record.takes(now)]
    return min(free, key=lambda number: (records[number].calls, number != prefer, number), default=None)
