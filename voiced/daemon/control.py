"""The worker's private control socket: calls in progress, and what happens in them as it happens.

HTTP over a Unix socket that only this user may open. `GET /v1/calls` lists the calls; `GET /v1/events` streams events,
one JSON object a line.
"""

from __future__ import annotations

import json
from pathlib import Path

import trio

from voiced.call.feed import Feed
from voiced.call.switchboard import Switchboard
from voiced.inference.unix import listening
from voiced.observe.log import logger
from voiced.plugin import WebRequest, WebResponse
from voiced.web.http import HttpServer
from voiced.web.router import Router, SendChunk, Streaming

log = logger("control")


def control_router(switchboard: Switchboard, feed: Feed) -> Router:
    """Return the routes of the control socket."""

    async def calls(_request: WebRequest) -> WebResponse:
        listed = [
            {
                "call_id": call.call_id,
                "flow": call.engine.flow.flow,
                "step": call.engine.state.step,
                "seconds": round(call.journal.at(), 1),
                "consent": call.engine.state.consent,
            }
            for call in switchboard.active
        ]
        counts = switchboard.counts
        return _json({"calls": listed, "counts": counts, "draining": switchboard.draining})

    async def events(_request: WebRequest) -> Streaming:
        async def produce(send: SendChunk) -> None:
            with feed.watch() as happenings:
                await send(b'{"event":"watching"}\n')
                async for event in happenings:
                    await send(json.dumps(event, ensure_ascii=False, default=str).encode() + b"\n")

        return Streaming(produce)

    return Router({"/v1/calls": {"GET": calls}, "/v1/events": {"GET": events}})


async def serve_control(
    path: Path, router: Router, task_status: trio.TaskStatus[HttpServer] = trio.TASK_STATUS_IGNORED
) -> None:
    """Serve the control socket until cancelled, or until the server that `task_status` is told of was stopped.

    Raises `Unavailable` when another worker has the socket, or its folder cannot be written.
    """
    server = HttpServer(router, log, public_url="http://control")
    async with listening(path) as listener:
        task_status.started(server)
        await server.run([listener])


def _json(value: object) -> WebResponse:
    return WebResponse(200, json.dumps(value, ensure_ascii=False).encode(), "application/json")
