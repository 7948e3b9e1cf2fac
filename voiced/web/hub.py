"""The hub: one trio task for all media sockets, over an epoll of their own.

What costs is the wake-up, not the parsing: a process that slept wakes to cold caches, and its first steps take three
times as long. Sound comes in frames of 20 ms in any case, so the hub wakes by the clock and serves every socket that
has something: each 10 ms while there are few lines (5 ms of delay on average), each 60 ms on a busy worker (30 ms).
"""

from __future__ import annotations

import select
from contextlib import suppress

import trio

from voiced.plugin import Logger
from voiced.web.media import MediaSocket, Patience
from voiced.web.metronome import Metronome, SleepMetronome, TimerMetronome
from voiced.web.pool import Pool
from voiced.web.portable import TaskHub

HAS_EPOLL = hasattr(select, "epoll")


class EpollHub(Pool):
    """Linux's hub."""

    def __init__(self, log: Logger, *, patience: Patience | None = None) -> None:
        super().__init__(log, patience=patience)
        self._epoll = select.epoll()

    async def run(self, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Serve the sockets until cancelled."""
        try:
            task_status.started()
            await self._pace(_metronome())
        finally:
            self._close_all()
            self._epoll.close()

    def _look(self) -> None:
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


def _metronome() -> Metronome:
    try:
        return TimerMetronome()
    except OSError:  # a sandbox may forbid it
        return SleepMetronome()


def best_hub(log: Logger) -> Pool:
    """Return the hub that suits this system: one epoll for all where there is one, else a task for each socket."""
    return EpollHub(log) if HAS_EPOLL else TaskHub(log)
