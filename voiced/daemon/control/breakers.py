"""Control route of the breakers: which providers this worker has stopped asking."""

from __future__ import annotations

from voiced.daemon.control.answers import answer
from voiced.plugin import WebRequest, WebResponse
from voiced.resilience import Breakers
from voiced.web.router import Routes


def breaker_routes(breakers: Breakers) -> Routes:
    """Return the route: `GET /v1/breakers`."""

    async def listed(_request: WebRequest) -> WebResponse:
        return answer({"breakers": breakers.listed()})

    return {"/v1/breakers": {"GET": listed}}
