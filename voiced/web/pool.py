"""All open media sockets of a worker, whatever waits for them: their pace, their ends, and what a hub adds.

A hub is a pool that knows when a socket can be read: `hub` by one epoll for all, `portable` by a task for each.
"""

from __future__ import annotations

import socket
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress

import trio

from voiced.audio.frame import FRAME_SECONDS
from voiced.call.line import Ear, Line
from voiced.observe.lateness import loop_was_late
from voiced.observe.metrics import MEDIA_SOCKETS
from voiced.plugin import Logger
from voiced.web.media import MediaSocket, Patience
from voiced.web.metronome import Metronome

FEW = 4
"""Lines up to which the pool looks twice a frame: what costs is the wake-up, and few lines leave time for more."""
OFTEN, SELDOM = FRAME_SECONDS / 2, FRAME_SECONDS * 3
"""Seconds between two looks at few lines, and at many."""


class Pool(ABC):
    """The open media sockets. Open and use it in one trio run; nothing here is for threads."""

    def __init__(self, log: Logger, *, patience: Patience | None = None) -> None:
        self._log = log
        self._patience = patience or Patience()
        self._open: dict[int, tuple[MediaSocket, Ear]] = {}
        self._emptied = trio.Event()
        self._first = trio.Event()

    def __len__(self) -> int:
        """Return how many sockets are open."""
        return len(self._open)

    @abstractmethod
    async def run(self, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Serve the sockets until cancelled, then close them all and tell their calls (`shutdown`)."""

    def add(
        self,
        sock: socket.socket,
        connect: Callable[[Line], Ear],
        *,
        greeting: bytes = b"",
        early: bytes = b"",
        make: Callable[..., MediaSocket] = MediaSocket,
    ) -> None:
        """Take over a connected socket: send `greeting` (the handshake's answer), then serve its WebSocket.

        `connect` is called at once with the line and returns who listens; `early` are bytes that arrived already;
        `make` is for sockets of another kind. Raises what `connect` raises; the socket is closed then.
        """
        sock.setblocking(False)
        media = make(sock, now=trio.current_time(), wants_write=self._want_write, patience=self._patience)
        media.write(greeting)
        try:
            ear = connect(media)
        except Exception:
            media.close(1011)
            self._forget(media)
            _close(sock)
            raise
        media.attach(ear)
        self._open[sock.fileno()] = (media, ear)
        MEDIA_SOCKETS.inc()
        self._watch(media)
        self._first.set()
        media.take(early)
        self._settle(media)

    async def wait_empty(self) -> None:
        """Wait until no socket is open."""
        while self._open:
            self._emptied = trio.Event()
            await self._emptied.wait()

    @abstractmethod
    def _watch(self, media: MediaSocket) -> None:
        """Begin to wait for `media`."""

    @abstractmethod
    def _want_write(self, media: MediaSocket) -> None:
        """Call `media.writable` when it can be written, until it says that nothing is left."""

    def _forget(self, media: MediaSocket) -> None:
        """Stop waiting for `media`; its socket is closed next."""
        trio.lowlevel.notify_closing(media.sock)

    def _settle(self, media: MediaSocket) -> None:
        """Close `media` and tell its call, if it is gone."""
        if media.gone and self._open.get(media.sock.fileno(), (None,))[0] is media:
            _, ear = self._open.pop(media.sock.fileno())
            MEDIA_SOCKETS.dec()
            self._forget(media)
            _close(media.sock)
            try:
                ear.closed(media.gone)
            except Exception as error:  # noqa: BLE001 - one call's fault must not reach the others
                self._log.error("call_end_failed", error=type(error).__name__)
        if not self._open:
            self._emptied.set()

    async def _pace(self, metronome: Metronome) -> None:
        """Look at every open socket at a steady pace, and tick it each 20 ms, or at each look where those are rarer."""
        try:
            ticked, looked = 0.0, trio.current_time()
            while True:
                if not self._open:
                    self._first = trio.Event()
                    await self._first.wait()
                    metronome.begin()
                    looked = trio.current_time()
                step = OFTEN if len(self._open) <= FEW else SELDOM
                await metronome.beat(step)
                now = trio.current_time()
                loop_was_late(now - looked - step)
                looked = now
                self._look()
                if now - ticked > FRAME_SECONDS * 0.75:
                    ticked = now
                    self._tick(now)
        finally:
            metronome.close()

    def _look(self) -> None:  # noqa: B027 - a hub whose sockets wake it has nothing to look at
        """Serve the sockets that have something."""

    def _tick(self, now: float) -> None:
        for media, _ in tuple(self._open.values()):
            media.tick(now)
            self._settle(media)

    def _close_all(self) -> None:
        """End every line in order: the carrier hears 1001, going away, and asks its webhook what to do next."""
        for media, _ in tuple(self._open.values()):
            media.close(1001)
            media.gone = media.gone or "shutdown"
            self._settle(media)


def _close(sock: socket.socket) -> None:
    """Close so that what was written still goes out: a mere close with unread input would reset the connection."""
    with suppress(OSError):  # the peer may have been faster
        sock.shutdown(socket.SHUT_WR)
    sock.close()
