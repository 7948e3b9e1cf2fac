"""The hub where there is no epoll (macOS): a reader task for each socket, the same pace and the same ends."""

from __future__ import annotations

from contextlib import suppress

import trio

from voiced.plugin import Logger
from voiced.web.media import MediaSocket, Patience
from voiced.web.metronome import SleepMetronome
from voiced.web.pool import Pool


class TaskHub(Pool):
    """A task for each socket, in one nursery."""

    def __init__(self, log: Logger, *, patience: Patience | None = None) -> None:
        super().__init__(log, patience=patience)
        self._nursery: trio.Nursery | None = None

    async def run(self, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Serve the sockets until cancelled."""
        try:
            async with trio.open_nursery() as nursery:
                self._nursery = nursery
                task_status.started()
                await self._pace(SleepMetronome())
        finally:
            self._nursery = None
            self._close_all()

    async def _read(self, media: MediaSocket) -> None:
        with suppress(trio.ClosedResourceError):
            while not media.gone:
                await trio.lowlevel.wait_readable(media.sock)
                media.readable()
                self._settle(media)

    async def _write(self, media: MediaSocket) -> None:
        with suppress(trio.ClosedResourceError):
            left = True
            while left:
                await trio.lowlevel.wait_writable(media.sock)
                left = media.writable()
            self._settle(media)

    def _watch(self, media: MediaSocket) -> None:
        assert self._nursery is not None, "the hub runs before it is given sockets"
        self._nursery.start_soon(self._read, media)

    def _want_write(self, media: MediaSocket) -> None:
        if self._nursery is not None:  # at the end, what does not fit is lost with the socket
            self._nursery.start_soon(self._write, media)
