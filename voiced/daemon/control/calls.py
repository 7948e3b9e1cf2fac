"""Control routes of calls: those in progress, and what happens in them as it happens."""

from __future__ import annotations

import json

from voiced.call.feed import Feed
from voiced.call.switchboard import Switchboard
from voiced.daemon.control.answers import answer
from voiced.plugin import WebRequest, WebResponse
from voiced.web.router import Routes, SendChunk, Streaming


def call_routes(switchboard: Switchboard, feed: Feed) -> Routes:
    """Return the routes: `GET /v1/calls` lists calls, `GET /v1/events` streams events, one JSON object a line."""

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
        return answer({"calls": listed, "counts": switchboard.counts, "draining": switchboard.draining})

    async def events(_request: WebRequest) -> Streaming:
        async def produce(send: SendChunk) -> None:
            with feed.watch() as happenings:
                await send(b'{"event":"watching"}\n')
                async for event in happenings:
                    await send(json.dumps(event, ensure_ascii=False, default=str).encode() + b"\n")

        return Streaming(produce)

    return {"/v1/calls": {"GET": calls}, "/v1/events": {"GET": events}}
