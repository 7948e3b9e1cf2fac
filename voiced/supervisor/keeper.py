"""One process, kept running until it is told to stop or given up."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress

import trio

from voiced.daemon.notify import without_manager
from voiced.observe.log import logger
from voiced.observe.metrics import PROCESS_RESTARTS
from voiced.supervisor.children import Child
from voiced.supervisor.restarts import GiveUp, Restarts

log = logger("supervisor")

REFUSED = 2
"""Exit code of a process that cannot start until somebody mends what it has said is wrong."""
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""For the models' process: the threads of numpy spin, and double the cost."""


class Keeper:
    """Keeps one process running. `ended` is called each time that it ends, with its process id."""

    def __init__(
        self, child: Child, command: Sequence[str], sockets: Sequence[int], ended: Callable[[int], None]
    ) -> None:
        self.child = child
        self.given_up = self.refused = False
        """Whether it is not started any more; whether it would not start the last time."""
        self._command, self._sockets, self._ended = command, sockets, ended
        self._process: trio.Process | None = None
        self._restarts = Restarts()
        self._stopping = False
        self._again = trio.Event()
        self._over = trio.Event()

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def run(self) -> None:
        """Keep it running until `stop`; what is left of it when this is cancelled is killed."""
        try:
            while not self._stopping:
                await self._once()
                if self.given_up and not self._stopping:
                    self._again = trio.Event()
                    await self._again.wait()
        finally:
            with trio.CancelScope(shield=True):
                await self._kill_left()
            self._over.set()

    async def _once(self) -> None:
        began = trio.current_time()
        with trio.CancelScope(shield=True):  # a process that was started is known
            self._process = process = await trio.lowlevel.open_process(
                self._command,
                stdin=subprocess.DEVNULL,
                pass_fds=self._sockets,
                start_new_session=True,  # Ctrl-C is for the supervisor, which stops the others in order
                env={**without_manager(os.environ), **(ONE_THREAD if self.child.kind == "inference" else {})},
            )
        if self._stopping:
            self.signal(signal.SIGTERM)
        log.info("process_started", process=self.child.name, pid=process.pid)
        code = await process.wait()
        self._ended(process.pid)
        if self._stopping:
            log.info("process_stopped", process=self.child.name, code=code)
            return
        await self._after_death(code, began)

    async def _after_death(self, code: int, began: float) -> None:
        self.refused = code == REFUSED
        PROCESS_RESTARTS.labels(self.child.kind).inc()
        verdict = self._restarts.ended(began, trio.current_time())
        if isinstance(verdict, GiveUp):
            self.given_up = True
            log.error("process_given_up", process=self.child.name, code=code, deaths=verdict.deaths)
            return
        log.warning("process_died", process=self.child.name, code=code, again_in=verdict.delay)
        self._again = trio.Event()
        with trio.move_on_after(verdict.delay):
            await self._again.wait()

    def signal(self, number: int) -> None:
        """Send it a signal, if it runs."""
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)

    def forgive(self) -> None:
        """Start it again if it was given up."""
        self._restarts.forgive()
        if self.given_up:
            self.given_up = False
            self._again.set()

    async def stop(self, seconds: float) -> None:
        """Tell it to stop, wait for that, and kill it after `seconds`; it is not started any more."""
        if not self._stopping:
            self._stopping = True
            self.signal(signal.SIGTERM)
            self._again.set()
        with trio.move_on_after(seconds):
            await self._over.wait()
            return
        log.error("process_killed", process=self.child.name)
        self.signal(signal.SIGKILL)
        await self._over.wait()

    async def _kill_left(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self.signal(signal.SIGKILL)
            await self._process.wait()
