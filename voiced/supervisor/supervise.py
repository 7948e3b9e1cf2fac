"""`voiced run`: the processes of one host, from the public socket to the last one's end.

The socket is bound once, here, and inherited by the call workers: while one of them restarts, callers wait in the
socket's queue for a moment instead of being refused. The supervisor takes no part in calls.

SIGTERM or SIGINT: the workers drain, then the others end; a second one: now. SIGHUP: passed on, and what was given up
is tried again.
"""

from __future__ import annotations

import signal
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

import trio

from voiced.config.catalogue import Plugins
from voiced.config.settings import Settings
from voiced.daemon.measuring import tell_measures
from voiced.daemon.notify import Manager, report, this_process
from voiced.fleet.board import Board
from voiced.observe.log import logger
from voiced.supervisor.children import Child, command, wanted
from voiced.supervisor.keeper import REFUSED, Keeper
from voiced.supervisor.post import take_post
from voiced.supervisor.silence import LOOK, Silence
from voiced.web.listen import adopt_listeners, open_listeners

log = logger("supervisor")

LEAVING = 12.0
"""Seconds that a worker gets after its drain to answer the last questions and write the last rows."""
LAST = 10.0
"""Seconds that the other processes get to end."""
ABORTING = 5.0
"""Seconds after which a blocked worker that did not even abort is killed."""


class Supervisor:
    """All processes of one host."""

    def __init__(
        self,
        children: Mapping[Child, Sequence[str]],
        board: Board,
        sockets: Sequence[int] = (),
        drain_seconds: float = 0.0,
    ) -> None:
        """Take the processes with their commands; `sockets` are inherited by the workers."""
        self._drain = drain_seconds
        self._served = False
        self._board = board
        self._silence = Silence()
        self._keepers = [
            Keeper(child, line, sockets if child.kind == "worker" else (), self._clearing(child))
            for child, line in children.items()
        ]
        self._workers = [keeper for keeper in self._keepers if keeper.child.kind == "worker"]

    def _clearing(self, child: Child) -> Callable[[int], None]:
        """Return what takes a worker's record down when its process has ended."""

        def clear(pid: int) -> None:
            record = self._board.read(child.number)
            if child.kind == "worker" and record is not None and record.pid == pid:
                self._board.clear(child.number)

        return clear

    async def run(self, signals: AsyncIterator[int], manager: Manager) -> int:
        """Run until told to stop, or until no worker is left to run; return the exit code.

        It is `REFUSED` when no worker would start and none ever took calls: they have said why.
        """
        async with trio.open_nursery() as nursery:
            for keeper in self._keepers:
                nursery.start_soon(keeper.run)
            nursery.start_soon(report, manager, self._state)
            code = await self._until_told(signals, manager)
            manager.tell("STOPPING=1")
            await self._stop(signals)
            nursery.cancel_scope.cancel()
        log.info("stopped")
        return code

    async def _until_told(self, signals: AsyncIterator[int], manager: Manager) -> int:
        """Wait for the signal to stop, or until there is nothing left to run; return the exit code."""
        code = 0
        async with trio.open_nursery() as nursery:

            async def watch() -> None:
                nonlocal code
                while not (code := self._lost()):
                    self._abort_silent(nursery)
                    await trio.sleep(LOOK)
                log.error("no_worker_left")
                nursery.cancel_scope.cancel()

            nursery.start_soon(watch)
            async for number in signals:
                if number != signal.SIGHUP:
                    break
                self._reload(manager)
            nursery.cancel_scope.cancel()
        return code

    def _lost(self) -> int:
        """Return the exit code when no worker can be kept running; 0 while one may."""
        self._served = self._served or any(record.ready for record in self._board.records().values())
        if not self._served and all(keeper.refused for keeper in self._workers):
            return REFUSED
        return 1 if all(keeper.given_up for keeper in self._workers) else 0

    def _reload(self, manager: Manager) -> None:
        log.info("reloading")
        manager.reloading()
        for keeper in self._keepers:
            keeper.signal(signal.SIGHUP)
            keeper.forgive()
        manager.tell("READY=1")

    def _abort_silent(self, nursery: trio.Nursery) -> None:
        """Abort the workers whose loop is blocked: each writes where it hangs, and is started anew."""
        running = {keeper.child.number: keeper.pid for keeper in self._workers if keeper.pid is not None}
        silent = self._silence.look(running, self._board.records(), trio.current_time())
        for keeper in self._workers:
            if keeper.child.number in silent and keeper.pid is not None:
                log.error("worker_blocked", process=keeper.child.name, pid=keeper.pid)
                self._board.clear(keeper.child.number)
                keeper.signal(signal.SIGABRT)
                nursery.start_soon(_kill_later, keeper, keeper.pid)

    async def _stop(self, signals: AsyncIterator[int]) -> None:
        """Let the workers drain, then end the others; a second signal ends the calls."""
        log.info("stopping", seconds=self._drain)
        async with trio.open_nursery() as nursery:

            async def hurry() -> None:
                async for number in signals:
                    for keeper in self._workers:
                        keeper.signal(signal.SIGTERM if number != signal.SIGHUP else signal.SIGHUP)

            nursery.start_soon(hurry)
            await _stop_all(self._workers, self._drain + LEAVING)
            nursery.cancel_scope.cancel()
        await _stop_all([keeper for keeper in self._keepers if keeper not in self._workers], LAST)

    def _state(self) -> tuple[bool, str]:
        """Return whether calls are taken, and how we do, for the service manager."""
        now = time.monotonic()
        records = [record for record in self._board.records().values() if record.lives(now)]
        lost = [keeper.child.name for keeper in self._keepers if keeper.given_up]
        status = f"{len(records)} of {len(self._workers)} workers, {sum(record.calls for record in records)} calls"
        return any(record.ready for record in records), status + (f"; given up: {', '.join(lost)}" if lost else "")


async def _stop_all(keepers: Sequence[Keeper], seconds: float) -> None:
    async with trio.open_nursery() as nursery:
        for keeper in keepers:
            nursery.start_soon(keeper.stop, seconds)


async def _kill_later(keeper: Keeper, pid: int) -> None:
    await trio.sleep(ABORTING)
    if keeper.pid == pid:
        keeper.signal(signal.SIGKILL)


async def supervise(settings: Settings, plugins: Plugins) -> int:
    """Run the processes that `settings` want, until told to stop; return the exit code.

    Raises `Unavailable` when the port or a folder cannot be had, or another supervisor runs with the same data.
    """
    with trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT, signal.SIGHUP) as signals:
        manager, given = this_process()
        async with take_post(settings.data_dir, settings.limits.drain_seconds + LEAVING) as board:
            server = settings.server
            listeners = adopt_listeners(given) if given else await open_listeners(server.host, server.port)
            sockets = [listener.socket.fileno() for listener in listeners]
            children = {child: command(child, settings.file, sockets) for child in wanted(settings, plugins)}
            log.info("supervising", processes=[child.name for child in children])
            supervisor = Supervisor(children, board, sockets, settings.limits.drain_seconds)
            try:
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(tell_measures, settings.data_dir, "supervisor")
                    code = await supervisor.run(signals, manager)
                    nursery.cancel_scope.cancel()
                return code
            finally:
                for listener in listeners:
                    listener.socket.close()
