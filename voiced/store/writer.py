"""The journal's one writer: rows are put in microseconds, and written behind in batches by one task.

Memory is bounded. When the database is slow or gone the rows wait; when there is no more room new ones are counted,
logged and lost: a call is never made to wait for its journal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import trio
from peewee import Database

from voiced.observe import metrics
from voiced.observe.log import logger
from voiced.store.rows import Row
from voiced.store.upsert import upsert

T = TypeVar("T")

BATCH = 200
"""Most rows in one transaction."""

CAPACITY = 10_000
"""Rows that may wait: some minutes of fifty calls."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds between tries when the database fails; doubled from the first to the longest."""


class Offload(Protocol):
    """Runs a blocking function in a thread; `Host.offload` and `trio.to_thread.run_sync` are such."""

    async def __call__(self, function: Callable[..., T], /, *args: Any) -> T:
        """Return what `function(*args)` returns."""
        ...


class Writer:
    """Takes rows and writes them behind. Start `run` in a nursery; `close` it when no more rows will come."""

    def __init__(self, database: Database, offload: Offload, capacity: int = CAPACITY) -> None:
        self.dropped = 0
        """Rows lost because there was no room, or because the writer had ended."""
        self.refused = 0
        """Rows that the database would not take."""
        self._database = database
        self._offload = offload
        self._send, self._receive = trio.open_memory_channel[Row](capacity)
        self._batch: list[Row] = []
        self._put = self._settled = 0
        self._progress = trio.lowlevel.ParkingLot()
        self._full = False
        self._log = logger("store")

    def put(self, row: Row) -> None:
        """Hand over a row; costs microseconds and never waits. The same key again replaces the row."""
        try:
            self._send.send_nowait(row)
        except (trio.WouldBlock, trio.ClosedResourceError, trio.BrokenResourceError):
            self._drop()
        else:
            self._put += 1

    @property
    def waiting(self) -> int:
        """Rows that are neither written nor refused yet."""
        return self._put - self._settled

    def close(self) -> None:
        """Take no more rows; `run` writes what is there and returns."""
        self._send.close()

    async def flush(self) -> None:
        """Return when everything put so far is written or refused; the caller holds the deadline."""
        await trio.lowlevel.checkpoint()
        target = self._put
        while self._settled < target:
            await self._progress.park()

    async def run(self, grace: float = 5.0) -> None:
        """Write until closed. When cancelled, try for `grace` seconds more to write what waits."""
        try:
            async for row in self._receive:
                self._gather(row)
                await self._settle()
        except trio.Cancelled:
            with trio.move_on_after(grace, shield=True):
                await self._rescue()
            lost = self._put - self._settled
            if lost:
                self._log.error("journal_rows_lost", rows=lost)
            raise
        finally:
            self._receive.close()

    async def _rescue(self) -> None:
        while self._batch or self._receive.statistics().current_buffer_used:
            if not self._batch:
                self._gather(self._receive.receive_nowait())
            await self._settle()

    def _gather(self, first: Row) -> None:
        self._batch = [first]
        while len(self._batch) < BATCH and self._receive.statistics().current_buffer_used:
            self._batch.append(self._receive.receive_nowait())

    async def _settle(self) -> None:
        """Write the batch, however long it takes."""
        pause = FIRST_PAUSE
        while True:
            try:
                refused = await self._offload(upsert, self._database, self._batch)
                break
            except Exception as error:  # noqa: BLE001 - whatever fails below, the rows are kept and tried again
                metrics.WRITE_FAILURES.inc()
                self._log.warning("journal_write_failed", rows=len(self._batch), exc_info=error)
            await trio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        for row, reason in refused:
            self._log.error("journal_row_refused", row=type(row).__name__, exc_info=reason)
        self.refused += len(refused)
        metrics.ROWS_LOST.labels("refused").inc(len(refused))
        metrics.ROWS_WRITTEN.inc(len(self._batch) - len(refused))
        self._settled += len(self._batch)
        self._batch = []
        self._told_room()
        self._progress.unpark_all()

    def _drop(self) -> None:
        self.dropped += 1
        metrics.ROWS_LOST.labels("dropped").inc()
        if not self._full:
            self._full = True
            self._log.error("journal_full", rows_waiting=self._put - self._settled)

    def _told_room(self) -> None:
        if self._full:
            self._full = False
            self._log.error("journal_has_room_again", rows_dropped=self.dropped)
