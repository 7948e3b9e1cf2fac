"""A worker among its siblings: its record on the board, four times a second, and its part of the shared port.

The beat is a task of the loop: a worker whose loop is blocked falls silent, and the supervisor sees it.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import trio

from voiced.call.switchboard import Switchboard
from voiced.daemon.place import Place
from voiced.errors import Unavailable
from voiced.fleet.board import Board, Record
from voiced.fleet.rundir import board_path, door_path
from voiced.observe.log import logger
from voiced.web.door import Door, Handed
from voiced.web.siblings import Siblings

log = logger("worker")

BEAT = 0.25
"""Seconds between two beats."""
TIDY = 10.0
"""Seconds between two looks for calls that are forgotten."""
THREADS = 2


class Presence:
    """One worker, as the other processes of the host see it."""

    def __init__(self, place: Place, data_dir: Path, switchboard: Switchboard) -> None:
        """Join the others. Raises `Unavailable` when the board cannot be opened."""
        self._place, self._data_dir, self._switchboard = place, data_dir, switchboard
        self._board = Board(board_path(data_dir))
        self._gone = False
        self.siblings = Siblings(
            place.number,
            data_dir,
            self._board,
            switchboard,
            self.publish,
            trio.CapacityLimiter(THREADS),
            logger("siblings"),
        )

    def publish(self) -> None:
        """Put up our record, as it is now."""
        if self._gone:
            return
        board = self._switchboard
        ready = not board.not_ready()
        record = Record(
            os.getpid(),
            time.monotonic(),
            len(board.active) + self.siblings.coming,
            board.plan.capacity,
            ready,
            draining=board.draining,
        )
        self._board.write(self._place.number, record)

    async def door(self) -> Sequence[trio.abc.Listener[Handed]]:
        """Open our door. Raises `Unavailable`."""
        path = door_path(self._data_dir, self._place.number)
        try:
            return [await Door.open(path)]
        except OSError as error:
            raise Unavailable(f"cannot listen on {path}: {error}", fix="choose a short path you may write") from error

    async def run(self) -> None:
        """Beat, and look after what is shared, until cancelled."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._tidy)
            parent = self._place.parent
            while True:
                self.publish()
                if parent is not None and os.getppid() != parent:
                    log.warning("parent_gone")
                    signal.raise_signal(signal.SIGTERM)
                    parent = None
                await trio.sleep(BEAT)

    async def leave(self) -> None:
        """Take our record down, and give up our calls; siblings hand us nothing from now on."""
        self._gone = True
        self._board.clear(self._place.number)
        await self.siblings.leave()

    async def _tidy(self) -> None:
        while True:
            await trio.sleep(TIDY)
            await self.siblings.tidy()
