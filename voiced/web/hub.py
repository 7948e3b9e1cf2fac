"""The hub: one trio task for all media sockets, over an epoll of their own.

Trio waits for the epoll's file descriptor, which is readable when any socket in it is. What costs in a task per socket
is the wake-up, not the parsing: here one wake-up serves every socket that has something, the more the busier it gets.
"""

from __future__ import annotations

import select
from contextlib import suppress

import trio

from voiced.plugin import Logger
from voiced.web.media import MediaSocket, Patience
from voiced.web.pool import Pool
from voiced.web.portable import TaskHub

COALESCE = 0.002
"""Seconds that the hub lets arrivals gather, for each open line: what costs is the wake-up, and the more lines there
are the more one wake-up serves. A lone call is served at once, in effect."""
LONGEST = 0.02
"""Seconds that they gather at most: the length of a carrier's frame, so 10 ms of delay on average on a busy worker."""

HAS_EPOLL = hasattr(select, "epoll")


class EpollHub(Pool):
    """Linux's hub."""

    def __init__(self, log: Logger, *, patience: Patience | None = None, coalesce: float = COALESCE) -> None:
        """Let arrivals gather for `coalesce` seconds a line, `LONGEST` at most; 0: serve each at once."""
        super().__init__(log, patience=patience)
        self._coalesce = coalesce
        self._epoll = select.epoll()

    async def run(self, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Serve the sockets until cancelled."""
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._pace)
                task_status.started()
                await self._serve()
        finally:
            self._close_all()
            self._epoll.close()

    async def _serve(self) -> None:
        while True:
            await trio.lowlevel.wait_readable(self._epoll.fileno())
            if self._coalesce:
                await trio.sleep(min(self._coalesce * len(self._open), LONGEST))
            for number, mask in self._epoll.poll(0):
                held = self._open.get(number)
                if held is not None:
                    self._ready(held[0], mask)

    def _ready(self, media: MediaSocket, mask: int) -> None:
        if mask & select.EPOLLOUT and not media.writable():
            self._epoll.modify(media.sock, select.EPOLLIN)
        if mask & ~select.EPOLLOUT:
            media.readable()
        self._settle(media)

    def _watch(self, media: MediaSocket) -> None:
        # What does not fit of the greeting asks for EPOLLOUT before the socket is registered.
        self._epoll.register(media.sock, select.EPOLLIN | select.EPOLLOUT)

    def _want_write(self, media: MediaSocket) -> None:
        if media.sock.fileno() in self._open:
            self._epoll.modify(media.sock, select.EPOLLIN | select.EPOLLOUT)

    def _forget(self, media: MediaSocket) -> None:
        with suppress(FileNotFoundError):  # its call was refused before it was watched
            self._epoll.unregister(media.sock)


def best_hub(log: Logger) -> Pool:
    """Return the hub that suits this system: one epoll for all where there is one, else a task for each socket."""
    return EpollHub(log) if HAS_EPOLL else TaskHub(log)
