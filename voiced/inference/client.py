"""The worker's side: many calls in flight over one connection, which is made again when it is lost."""

from __future__ import annotations

import contextlib
import itertools
import math
from pathlib import Path
from typing import Any

import trio

from voiced.errors import ProviderOverloaded, ProviderProtocol, Unavailable
from voiced.inference import wire
from voiced.inference.models import raise_failure
from voiced.plugin import Logger

FIRST_BACKOFF = 0.05
"""Seconds before the first new attempt to connect; doubled at each failure."""
LAST_BACKOFF = 2.0
"""Seconds between attempts at most."""
MAX_PENDING = 256
"""Calls in flight at most from one worker."""


class _Pending:
    """One call that awaits its answer."""

    def __init__(self) -> None:
        self.done = trio.Event()
        self.answer: wire.Reply | wire.Failure | None = None

    def settle(self, answer: wire.Reply | wire.Failure) -> None:
        self.answer = answer
        self.done.set()


class _Link:
    """One connection and the calls that wait on it."""

    def __init__(self, stream: trio.SocketStream) -> None:
        self._stream = stream
        self._pending: dict[int, _Pending] = {}
        self._lost = False
        # Unbounded in the type, bounded in fact: MAX_PENDING requests and as many cancels.
        self._out, self._outbox = trio.open_memory_channel[bytes](math.inf)

    async def run(self) -> None:
        """Read and write until the connection is lost; then fail every call that still waits."""
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._write)
                await self._read()
                nursery.cancel_scope.cancel()
        except* (trio.BrokenResourceError, trio.ClosedResourceError):
            pass  # lost is lost: the calls below are told
        finally:
            self._lost = True
            self._out.close()
            for number, pending in self._pending.items():
                pending.settle(wire.Failure(number, "ProviderOverloaded", "the inference process went away"))

    async def _write(self) -> None:
        async for data in self._outbox:
            await self._stream.send_all(data)

    async def _read(self) -> None:
        reader = wire.Reader()
        async for data in self._stream:
            for message in reader.feed(data):
                if not isinstance(message, wire.Reply | wire.Failure):
                    raise ProviderProtocol("the inference process sent a request", provider="inference")
                if pending := self._pending.pop(message.id, None):
                    pending.settle(message)

    async def call(self, request: wire.Request) -> Any:
        """Send `request` and return its result; when cancelled, withdraw it."""
        if len(self._pending) >= MAX_PENDING:
            raise ProviderOverloaded("too many calls to the models in flight", provider="inference")
        if self._lost:
            raise ProviderOverloaded("the inference process went away", provider="inference")
        data = wire.encode(request)
        pending = self._pending[request.id] = _Pending()
        try:
            self._send(data)
            await pending.done.wait()
        except trio.Cancelled:
            self._send(wire.encode(wire.Cancel(request.id)))
            raise
        finally:
            self._pending.pop(request.id, None)
        if isinstance(pending.answer, wire.Reply):
            return pending.answer.result
        assert pending.answer is not None
        return raise_failure(pending.answer)

    def _send(self, data: bytes) -> None:
        with contextlib.suppress(trio.BrokenResourceError, trio.ClosedResourceError):  # `run` has told the callers
            self._out.send_nowait(data)


class Inference:
    """The inference process as its clients see it. `run` must be running for `call` to work."""

    def __init__(self, path: Path, log: Logger) -> None:
        self._path = path
        self._log = log
        self._link: _Link | None = None
        self._up = trio.Event()
        self._ids = itertools.count(1)

    @property
    def connected(self) -> bool:
        """Whether a call made now would be sent."""
        return self._link is not None

    async def ready(self) -> None:
        """Wait until a connection is up; the caller holds the deadline."""
        await self._up.wait()

    async def call(self, model: str, method: str, *args: Any) -> Any:
        """Call `method` of `model`; arguments and result are plain data, tuples become lists.

        When cancelled, the request is withdrawn if it has not started. Raises Unavailable when the process or the
        model is missing, ProviderOverloaded when the process died meanwhile or the model failed, and the model's
        own errors where they are of `voiced.errors`.
        """
        if self._link is None:
            raise Unavailable("the inference process is not there", fix="see its log; it is started by `voiced run`")
        return await self._link.call(wire.Request(next(self._ids), model, method, list(args)))

    async def load(self, model: str) -> None:
        """Have `model` loaded. Raises Unavailable when that cannot be done, ProviderOverloaded as `call` does."""
        await self.call(model, wire.LOAD)

    async def run(self, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Keep a connection up until cancelled; `task_status` is told after the first attempt, won or lost."""
        backoff = FIRST_BACKOFF
        told = False
        while True:
            stream = await self._connect()
            if stream is not None:
                backoff = FIRST_BACKOFF
                self._link = _Link(stream)
                self._up.set()
            if not told:
                task_status.started()
                told = True
            if stream is not None:
                await self._attend(stream)
            await trio.sleep(backoff)
            backoff = min(2 * backoff, LAST_BACKOFF)

    async def _connect(self) -> trio.SocketStream | None:
        try:
            return await trio.open_unix_socket(str(self._path))
        except OSError:
            return None

    async def _attend(self, stream: trio.SocketStream) -> None:
        assert self._link is not None
        self._log.info("inference_connected")
        try:
            async with stream:
                await self._link.run()
        except* ProviderProtocol as errors:
            self._log.error("inference_protocol", error=str(errors.exceptions[0]))
        finally:
            self._link = None
            self._up = trio.Event()
        self._log.warning("inference_lost")
