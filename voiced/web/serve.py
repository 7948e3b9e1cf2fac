"""A worker's one public port: webhooks, health, and the media sockets of its calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import trio
from msgspec import Struct

from voiced.call.line import Exchange
from voiced.plugin import Logger, Telco
from voiced.web.door import Handed
from voiced.web.http import HttpServer
from voiced.web.hub import best_hub
from voiced.web.pool import Pool
from voiced.web.routes import worker_router
from voiced.web.siblings import Siblings
from voiced.web.upgrade import MediaDoor


class Serving(Struct, frozen=True):
    """A running server, as its starter sees it."""

    _server: HttpServer
    _hub: Pool
    _entrances: trio.CancelScope

    @property
    def lines(self) -> int:
        """How many media sockets are open."""
        return len(self._hub)

    def stop_accepting(self) -> None:
        """Take no connection any more; open lines go on. `serve` returns when the last has closed. Idempotent.

        Calls that go on need their webhooks (after a stream, status): another worker must answer these by then.
        """
        self._server.stop()
        self._entrances.cancel()


async def serve(  # noqa: PLR0913 - a worker is told all of it once, at its start
    exchange: Exchange,
    telcos: Mapping[str, Telco],
    *,
    active: str,
    public_url: str,
    listeners: Sequence[trio.abc.Listener[trio.SocketStream | Handed]],
    log: Logger,
    siblings: Siblings | None = None,
    streams: Mapping[str, Sequence[trio.SocketListener]] | None = None,
    task_status: trio.TaskStatus[Serving] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Serve until cancelled, or until `Serving.stop_accepting` was called and the last line closed.

    `telcos` by provider name, which may be replaced meanwhile; `active` answers `/voice/inbound` and `/voice/status`.
    `public_url` (https://...) is how carriers reach the root of this server: signatures are checked against it,
    whatever a proxy made of `Host`. With `siblings`, what is for another worker of this host is handed to it.
    `streams` are the listeners of carriers whose media comes over plain TCP, by provider name.
    Takes over all listeners. Cancelled, it closes the lines that are open (1001) and tells their calls.
    Raises KeyError when `active` is none of `telcos`.
    """
    router = worker_router(exchange, telcos, active=active, siblings=siblings)
    hub = best_hub(log)
    door = MediaDoor(exchange, telcos, hub, log, siblings)
    hand = siblings.hand if siblings is not None else None
    server = HttpServer(router, log, public_url=public_url, upgrade=door, hand=hand)
    async with trio.open_nursery() as nursery:
        await nursery.start(hub.run)
        entrances = await nursery.start(_open_entrances, streams or {}, telcos, exchange, hub, log)
        task_status.started(Serving(server, hub, entrances))
        await server.run(listeners)
        await hub.wait_empty()
        nursery.cancel_scope.cancel()


async def _open_entrances(
    streams: Mapping[str, Sequence[trio.SocketListener]],
    telcos: Mapping[str, Telco],
    exchange: Exchange,
    hub: Pool,
    log: Logger,
    task_status: trio.TaskStatus[trio.CancelScope],
) -> None:
    async with trio.open_nursery() as nursery:
        task_status.started(nursery.cancel_scope)
        for name, listeners in streams.items():
            from voiced.web.tcp import TcpEntrance  # noqa: PLC0415 - most carriers come by WebSocket

            nursery.start_soon(TcpEntrance(name, telcos, exchange, hub, log).run, listeners)
