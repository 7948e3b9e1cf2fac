"""Control route of the metrics: what this worker counts, as Prometheus reads it."""

from __future__ import annotations

import trio
from msgspec import Struct

from voiced.call.switchboard import Switchboard
from voiced.observe import metrics
from voiced.plugin import WebRequest, WebResponse
from voiced.store import Writer
from voiced.web.router import Routes


class Metrics(Struct, frozen=True):
    """What a worker measures. What merely is so, such as the number of calls, is read when it is asked for."""

    switchboard: Switchboard
    writer: Writer

    def routes(self) -> Routes:
        """Return the route: `GET /v1/metrics`."""
        one = trio.CapacityLimiter(1)

        async def answer(_request: WebRequest) -> WebResponse:
            self._look()
            told = await trio.to_thread.run_sync(metrics.exposition, limiter=one)  # some milliseconds
            return WebResponse(200, told, metrics.CONTENT_TYPE)

        return {"/v1/metrics": {"GET": answer}}

    def _look(self) -> None:
        metrics.CALLS.set(len(self.switchboard.active))
        metrics.CAPACITY.set(self.switchboard.plan.capacity)
        metrics.ROWS_WAITING.set(self.writer.waiting)
