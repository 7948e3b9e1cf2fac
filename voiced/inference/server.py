"""The server side: loads models when they are first asked for and runs requests in threads, urgent ones first.

A model's bug fails one request, never the process; the process ends when its parent is gone.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import trio

from voiced.errors import ProviderError, ProviderProtocol, Unavailable
from voiced.inference import wire
from voiced.inference.jobs import AHEAD, PRIORITIES, Job, JobQueue
from voiced.inference.models import Models, failure
from voiced.inference.unix import listening
from voiced.plugin import Logger

ENVIRONMENT = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Environment variables to start the inference process with; numpy reads them when it is imported, not later."""

MAX_WAITING = 256
"""Requests waiting at most, over all workers; more are refused as overloaded."""
SEND_SECONDS = 5.0
"""A worker that does not read its replies for this long is disconnected."""
PARENT_SECONDS = 1.0
"""How often the parent process is looked for."""


class Peer:
    """One connected worker, and what it waits for."""

    def __init__(self, stream: trio.SocketStream) -> None:
        self.stream = stream
        self.jobs: dict[int, Job] = {}
        self._writing = trio.Lock()

    async def send(self, message: wire.Reply | wire.Failure) -> None:
        """Send one answer; a peer that is gone or stuck is closed."""
        try:
            with trio.fail_after(SEND_SECONDS):
                async with self._writing:
                    await self.stream.send_all(_encoded(message))
        except (trio.BrokenResourceError, trio.ClosedResourceError, trio.TooSlowError):
            await trio.aclose_forcefully(self.stream)


def _encoded(message: wire.Reply | wire.Failure) -> bytes:
    try:
        return wire.encode(message)
    except (TypeError, ProviderProtocol):
        return wire.encode(wire.Failure(message.id, "ProviderProtocol", "the result is not plain data, or too long"))


class Server:
    """Queue, models and peers of one inference process."""

    def __init__(self, models: Models, log: Logger) -> None:
        self._models = models
        self._log = log
        self._queue = JobQueue(MAX_WAITING)
        self._numbers = itertools.count()

    async def work(self, limiter: trio.CapacityLimiter, least: int) -> None:
        """Run queued jobs that are as urgent as `least`, one after the other, forever: one task for each thread."""
        while True:
            job = await self._queue.get(least)
            answer = await self._run(job, limiter)
            job.peer.jobs.pop(job.id, None)
            if job.wanted:
                await job.peer.send(answer)

    async def _run(self, job: Job, limiter: trio.CapacityLimiter) -> wire.Reply | wire.Failure:
        try:
            return wire.Reply(job.id, await self._models.call(job.model, job.method, job.args, limiter))
        except Exception as error:  # noqa: BLE001 - a model's bug fails its request, never the process
            self._log.warning("inference_failed", model=job.model, method=job.method, error=type(error).__name__)
            return failure(job.id, error)

    async def attend(self, stream: trio.SocketStream) -> None:
        """Read one worker's requests until it goes; then withdraw what it still waited for."""
        peer = Peer(stream)
        reader = wire.Reader()
        try:
            async with stream:
                async for data in stream:
                    for message in reader.feed(data):
                        await self._take(peer, message)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            self._log.debug("inference_peer_lost")
        except ProviderProtocol as error:
            self._log.error("inference_protocol", error=str(error))
        finally:
            for job in peer.jobs.values():
                job.withdraw()

    async def _take(self, peer: Peer, message: wire.Message) -> None:
        match message:
            case wire.Request(id, model, method, args):
                job = Job(PRIORITIES.get(method, 1), next(self._numbers), peer, id, model, method, args)
                if self._queue.put(job):
                    peer.jobs[id] = job
                else:
                    await peer.send(wire.Failure(id, "ProviderOverloaded", "too many requests wait for the models"))
            case wire.Cancel(id):
                if job_ := peer.jobs.pop(id, None):
                    job_.withdraw()
            case _:
                raise ProviderProtocol("a worker sent a reply", provider="inference")


async def serve(
    models: Mapping[str, Callable[[], Any]],
    path: Path,
    *,
    log: Logger,
    threads: int = 2,
    preload: Iterable[str] = (),
    parent: int | None = None,
    task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Serve `models` (name -> loader, called once, in a thread) on the Unix socket `path`, until cancelled.

    `preload` names the models to load at once; a model that cannot be loaded is logged and tried again when asked
    for. `threads` requests run at a time. With `parent`, a process id, it returns when that process is no longer
    the parent. `task_status` is told when the socket listens. Raises Unavailable when another server listens there.
    """
    limiter = trio.CapacityLimiter(threads)
    shelf = Models(models)
    server = Server(shelf, log)
    async with listening(path) as listener, trio.open_nursery() as nursery:
        for number in range(threads):
            # The last thread is kept for callers who wait: sound made ahead may keep the others busy for seconds.
            least = AHEAD - 1 if number and number == threads - 1 else AHEAD
            nursery.start_soon(server.work, limiter, least)
        if parent is not None:
            nursery.start_soon(_until_orphaned, parent, nursery.cancel_scope, log)
        await nursery.start(trio.serve_listeners, server.attend, [listener])
        task_status.started()
        for name in preload:
            await _preload(shelf, name, limiter, log)


async def _preload(models: Models, name: str, limiter: trio.CapacityLimiter, log: Logger) -> None:
    started = trio.current_time()
    try:
        await models.get(name, limiter)
    except Unavailable as error:  # the other models must still be served
        log.warning("model_missing", model=name, reason=error.reason, fix=error.fix)
    except ProviderError as error:
        log.warning("model_missing", model=name, reason=str(error), fix=error.hint)
    else:
        log.info("model_loaded", model=name, seconds=round(trio.current_time() - started, 2))


async def _until_orphaned(parent: int, scope: trio.CancelScope, log: Logger) -> None:
    while os.getppid() == parent:  # noqa: ASYNC110 - nothing tells a process that its parent died
        await trio.sleep(PARENT_SECONDS)
    log.info("inference_orphaned")
    scope.cancel()
