"""One port for HTTP and WebSockets, plain or TLS: what an emulated provider answers on.

async with serving(Router({"/v2/live": {"POST": start}}), {"/live": talk}) as served:
...  # served.url is "http://127.0.0.1:54321"; `talk(peer)` serves each WebSocket
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import h11
import trio

from voiced.observe.log import logger
from voiced.plugin import WebRequest, WebResponse
from voiced.testing.emulator.lines import Lines
from voiced.testing.emulator.socket import Gone, Peer
from voiced.testing.emulator.watch import Visit, Watch, Watched
from voiced.web.conversation import Conversation
from voiced.web.http import HttpServer, Limits
from voiced.web.router import Router

Talk = Callable[[Peer], Awaitable[None]]
"""Serves one WebSocket: `accept`s it, or returns without; cancelled when the emulator stops."""

LARGEST = 16 * 1024 * 1024
"""Bytes of a request's body: providers take long histories and whole recordings."""


@dataclass(frozen=True, slots=True)
class Served:
    """Where an emulator answers."""

    host: str
    port: int
    secure: bool = False

    @property
    def url(self) -> str:
        """The HTTP address, without a slash at the end."""
        return f"http{'s' if self.secure else ''}://{self.host}:{self.port}"

    @property
    def ws_url(self) -> str:
        """The WebSocket address, without a slash at the end."""
        return f"ws{'s' if self.secure else ''}://{self.host}:{self.port}"


class EmulatorServer:
    """Answers requests by `router`; WebSockets by the talk whose path is the longest beginning of theirs.

    `watch` is told what became of each.
    """

    def __init__(self, router: Router, sockets: Mapping[str, Talk] | None = None, watch: Watch | None = None) -> None:
        self._router = Watched(router, watch) if watch is not None else router
        self._watch = watch
        self._sockets = dict(sorted((sockets or {}).items(), key=lambda each: -len(each[0])))

    async def run(
        self,
        *,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
        task_status: trio.TaskStatus[Served] = trio.TASK_STATUS_IGNORED,
    ) -> None:
        """Serve until cancelled; `task_status` is told where. `tls`: with this certificate."""
        [listener] = await trio.open_tcp_listeners(port, host=host)
        served = Served("localhost" if tls else host, listener.socket.getsockname()[1], secure=tls is not None)
        http = HttpServer(
            self._router, logger("emulator"), public_url=served.url, upgrade=self._upgrade, limits=Limits(body=LARGEST)
        )
        lines = Lines(listener)
        listeners = [trio.SSLListener(lines, tls, https_compatible=True) if tls else lines]
        task_status.started(served)
        await http.run(listeners)  # type: ignore[arg-type]  # the server needs a stream, whatever carries it

    async def _upgrade(self, talk: Conversation, head: h11.Request, request: WebRequest) -> WebResponse | None:
        handler = next((each for path, each in self._sockets.items() if request.path.startswith(path)), None)
        if handler is None:
            return WebResponse(status=404)
        stream, early = talk.stream()
        peer = Peer(stream, head, request, early)
        began = trio.current_time()
        peer.on_open = lambda: self._tell(request, "opened", began)
        gone = False
        try:
            await handler(peer)
            if peer.opened:
                await peer.close()
        except Gone as error:
            gone, peer.code = True, peer.code or error.code
        finally:
            self._tell(request, f"closed {peer.code or 1006}" if peer.opened else "refused", began)
        return None if peer.opened or gone else WebResponse(status=403)

    def _tell(self, request: WebRequest, outcome: str, began: float) -> None:
        if self._watch is not None:
            self._watch(Visit("socket", request.path, outcome, trio.current_time() - began))


@asynccontextmanager
async def serving(
    router: Router,
    sockets: Mapping[str, Talk] | None = None,
    *,
    tls: ssl.SSLContext | None = None,
    port: int = 0,
    watch: Watch | None = None,
) -> AsyncIterator[Served]:
    """Serve for as long as the context lasts, on `port` (0: a free one); `watch` is told of each request."""
    async with trio.open_nursery() as nursery:

        async def run(task_status: trio.TaskStatus[Served] = trio.TASK_STATUS_IGNORED) -> None:
            await EmulatorServer(router, sockets, watch).run(port=port, tls=tls, task_status=task_status)

        yield await nursery.start(run)
        nursery.cancel_scope.cancel()
