"""Control routes of the worker itself: how it is, and how it is told to take no more calls."""

from __future__ import annotations

import os
from collections.abc import Callable

import trio
from msgspec import Struct

from voiced.call.switchboard import Switchboard
from voiced.daemon.control.answers import answer
from voiced.plugin import WebRequest, WebResponse
from voiced.web.router import Routes


class Health(Struct, frozen=True):
    """What there is to say of a worker. `drain()` tells it to stop once its calls are over, as SIGTERM does."""

    switchboard: Switchboard
    drain: Callable[[], None]
    worker: int = 0

    def routes(self) -> Routes:
        """Return the routes: `GET /v1/health`, `POST /v1/drain`."""
        began = trio.current_time()

        async def health(_request: WebRequest) -> WebResponse:
            return answer({**self._state(), "uptime": round(trio.current_time() - began, 1)})

        async def drain(_request: WebRequest) -> WebResponse:
            if not self.switchboard.draining:
                self.drain()
            return answer({**self._state(), "draining": True}, 202)

        return {"/v1/health": {"GET": health}, "/v1/drain": {"POST": drain}}

    def _state(self) -> dict[str, object]:
        board = self.switchboard
        reasons = list(board.not_ready())
        return {
            "worker": self.worker,
            "pid": os.getpid(),
            "ready": not reasons,
            "reasons": reasons,
            "draining": board.draining,
            "config": board.plan.version,
            "calls": len(board.active),
            "capacity": board.plan.capacity,
            "counts": board.counts,
        }
