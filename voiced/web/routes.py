"""What a worker answers: whether it lives, whether it takes calls, and its carriers' webhooks."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from voiced.call.line import Exchange
from voiced.plugin import Telco, WebRequest, WebResponse
from voiced.web.router import Handler, Router, Routes
from voiced.web.upgrade import media_address

JSON = "application/json"


def worker_router(exchange: Exchange, telcos: Mapping[str, Telco], *, active: str) -> Router:
    """Return the routes of a worker. `/voice/inbound` and `/voice/status` belong to the telco `active`.

    Raises KeyError when `active` is none of `telcos`.
    """
    ours = webhook(telcos[active], exchange)
    routes: dict[str, Mapping[str, Handler]] = {
        "/healthz": {"GET": alive},
        "/readyz": {"GET": ready(exchange)},
        "/voice/inbound": {"GET": ours, "POST": ours},
        "/voice/status": {"GET": ours, "POST": ours},
    }
    return Router({**routes, **_carriers(exchange, telcos)})


def _carriers(exchange: Exchange, telcos: Mapping[str, Telco]) -> Routes:
    handlers = {name: webhook(telco, exchange) for name, telco in telcos.items()}
    return {f"/voice/{name}/*": {"GET": handler, "POST": handler} for name, handler in handlers.items()}


async def alive(_request: WebRequest) -> WebResponse:
    """Answer that the process lives: its loop turns, or nothing would be answered."""
    return WebResponse(body=b'{"alive":true}', content_type=JSON)


def ready(exchange: Exchange) -> Handler:
    """Return the handler that says whether calls can be taken: 200, or 503 with the reasons."""

    async def answer(_request: WebRequest) -> WebResponse:
        reasons = list(exchange.not_ready())
        body = msgspec.json.encode({"ready": not reasons, "reasons": reasons})
        return WebResponse(status=503 if reasons else 200, body=body, content_type=JSON)

    return answer


def webhook(telco: Telco, exchange: Exchange) -> Handler:
    """Return the handler of a carrier's webhooks."""

    async def answer(request: WebRequest) -> WebResponse:
        if media_address(request.path) is not None:  # a media socket's address, not asked for as one
            return WebResponse(status=426, headers={"upgrade": "websocket"})
        return telco.webhook(request, exchange)

    return answer
