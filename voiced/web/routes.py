"""What a worker answers: whether it lives, whether it takes calls, and its carriers' webhooks."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from voiced.call.line import Exchange
from voiced.observe.metrics import WEBHOOKS
from voiced.plugin import Telco, WebRequest, WebResponse
from voiced.web.router import Handler, Response, Router, Routes
from voiced.web.siblings import Siblings
from voiced.web.upgrade import media_address

JSON = "application/json"


def worker_router(
    exchange: Exchange, telcos: Mapping[str, Telco], *, active: str, siblings: Siblings | None = None
) -> Router:
    """Return the routes of a worker. `/voice/inbound` and `/voice/status` belong to the telco `active`.

    `telcos` is looked into at each request, so that what it holds may be replaced. Raises KeyError when `active` is
    none of them.
    """
    by_name = {name: webhook(telcos, name, exchange, siblings) for name in telcos}
    ours = by_name[active]
    routes: dict[str, Mapping[str, Handler]] = {
        "/healthz": {"GET": alive},
        "/readyz": {"GET": ready(exchange, siblings)},
        "/voice/inbound": {"GET": ours, "POST": ours},
        "/voice/status": {"GET": ours, "POST": ours},
    }
    below: Routes = {f"/voice/{name}/*": {"GET": handler, "POST": handler} for name, handler in by_name.items()}
    return Router({**routes, **below})


async def alive(_request: WebRequest) -> WebResponse:
    """Answer that the process lives: its loop turns, or nothing would be answered."""
    return WebResponse(body=b'{"alive":true}', content_type=JSON)


def ready(exchange: Exchange, siblings: Siblings | None = None) -> Handler:
    """Return the handler that says whether calls can be taken, here or by a sibling: 200, or 503 with the reasons."""

    async def answer(_request: WebRequest) -> WebResponse:
        reasons = list(exchange.not_ready())
        if reasons and siblings is not None and siblings.take_calls():
            reasons = []
        body = msgspec.json.encode({"ready": not reasons, "reasons": reasons})
        return WebResponse(status=503 if reasons else 200, body=body, content_type=JSON)

    return answer


def webhook(telcos: Mapping[str, Telco], name: str, exchange: Exchange, siblings: Siblings | None = None) -> Handler:
    """Return the handler of the webhooks of the carrier `name`."""

    async def answer(request: WebRequest) -> Response:
        if media_address(request.path) is not None:  # a media socket's address, not asked for as one
            return WebResponse(status=426, headers={"upgrade": "websocket"})
        if siblings is None:
            return ours(request)
        return await siblings.answer(name, telcos[name].call_of(request), lambda: ours(request))

    def ours(request: WebRequest) -> WebResponse:
        status = 500  # unless the carrier's plugin returns
        try:
            response = telcos[name].webhook(request, exchange)
            status = response.status
        finally:
            WEBHOOKS.labels(name, str(status)).inc()
        return response

    return answer
