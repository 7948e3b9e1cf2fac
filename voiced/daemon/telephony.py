"""The carriers' side of a worker: its public port, the ports for streams over plain TCP, calls that went astray."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import trio

from voiced.call.strays import Strays
from voiced.call.switchboard import Switchboard
from voiced.daemon.parts import Parts
from voiced.daemon.place import Place
from voiced.daemon.presence import Presence
from voiced.observe.log import logger
from voiced.plugin import TcpDoor, TcpTelco, Telco
from voiced.web.door import Handed
from voiced.web.listen import open_listeners
from voiced.web.serve import Serving, serve

log = logger("worker")


async def carry(
    switchboard: Switchboard,
    parts: Parts,
    telcos: Mapping[str, Telco],
    listeners: Sequence[trio.abc.Listener[trio.SocketStream | Handed]],
    place: Place,
    presence: Presence | None,
    task_status: trio.TaskStatus[Serving] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Serve the carriers `telcos` until cancelled, or until `Serving.stop_accepting` and the end of the last line.

    Raises `Unavailable` when a port cannot be had.
    """
    streams = await open_streams(telcos, place, parts.plan.streams)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(Strays(switchboard, telcos, parts.plan.public_url, parts.plan.breakers).run)
        await serve(
            switchboard,
            telcos,
            active=parts.settings.providers.telco,
            public_url=parts.plan.public_url,
            listeners=listeners if presence is None else [*listeners, *await presence.door()],
            log=logger("web"),
            siblings=presence.siblings if presence is not None else None,
            streams=streams,
            task_status=task_status,
        )
        nursery.cancel_scope.cancel()


async def open_streams(
    telcos: Mapping[str, Telco], place: Place, told: dict[str, str]
) -> Mapping[str, Sequence[trio.SocketListener]]:
    """Listen for the carriers that come by plain TCP; `told` gets the address of each, as the carrier is told it.

    Raises `Unavailable` when a port cannot be had.
    """
    streams: dict[str, Sequence[trio.SocketListener]] = {}
    for name, telco in telcos.items():
        if isinstance(telco, TcpTelco):
            door: TcpDoor = telco.door
            streams[name] = await open_listeners(door.host, door.port and door.port + place.number)
            port = streams[name][0].socket.getsockname()[1]
            told[name] = f"tcp://{_bracketed(door.told or door.host)}:{port}"
            log.info("streams_listening", provider=name, url=told[name])
    return streams


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
