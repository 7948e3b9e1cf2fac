"""From an HTTP request to an open media socket: who may open one, and the handshake of RFC 6455, section 4.2."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import h11
from msgspec.structs import replace
from wsproto.connection import ConnectionType
from wsproto.events import AcceptConnection
from wsproto.handshake import H11Handshake
from wsproto.utilities import RemoteProtocolError

from voiced.call.line import Ear, Exchange, Line, Ticket
from voiced.plugin import Logger, Telco, WebRequest, WebResponse
from voiced.web.conversation import Conversation
from voiced.web.pool import Pool
from voiced.web.router import Elsewhere
from voiced.web.siblings import Siblings

FORBIDDEN = WebResponse(status=403)


def media_address(path: str) -> tuple[str, str] | None:
    """Return the carrier and the token of `/voice/<carrier>/media/<token>`; None for any other path."""
    match path.rstrip("/").split("/"):
        case ["", "voice", carrier, "media", token] if token:
            return carrier, token
    return None


class MediaDoor:
    """Opens media sockets for calls that were admitted. A wrong one learns nothing but 403."""

    def __init__(
        self,
        exchange: Exchange,
        telcos: Mapping[str, Telco],
        hub: Pool,
        log: Logger,
        siblings: Siblings | None = None,
    ) -> None:
        self._exchange = exchange
        self._telcos = telcos
        self._hub = hub
        self._log = log
        self._siblings = siblings

    async def __call__(
        self, talk: Conversation, head: h11.Request, request: WebRequest
    ) -> WebResponse | Elsewhere | None:
        """Take over the connection, or return why not."""
        address = media_address(request.path)
        if address is None:
            return WebResponse(status=404)
        if self._siblings is not None and (place := self._siblings.of_token(address[1])) is not None:
            return Elsewhere(place)
        try:
            return self._open(talk, head, request, *address)
        except Exception as error:  # noqa: BLE001 - one call's fault must not reach the others
            self._log.error("media_refused", provider=address[0], why=type(error).__name__)
            return WebResponse(status=500)

    def _open(
        self, talk: Conversation, head: h11.Request, request: WebRequest, provider: str, token: str
    ) -> WebResponse | None:
        telco = self._telcos.get(provider)
        # The carrier signed a wss address; ours is built from an https one.
        if telco is None or not telco.admits(replace(request, url="ws" + request.url.removeprefix("http"))):
            return self._forbid(provider, "signature")
        greeting = _handshake(head)
        if isinstance(greeting, WebResponse):
            return greeting
        ticket = self._exchange.redeem(provider, token)
        if ticket is None:
            return self._forbid(provider, "token")
        self._connect(talk, telco, ticket, greeting)
        return None

    def _forbid(self, provider: str, why: str) -> WebResponse:
        self._log.warning("media_refused", provider=provider, why=why)
        return FORBIDDEN

    def _connect(self, talk: Conversation, telco: Telco, ticket: Ticket, greeting: bytes) -> None:
        def connect(line: Line) -> Ear:
            return self._exchange.connect(ticket, telco.leg(), line)

        sock, early = talk.detach()
        try:
            self._hub.add(sock, connect, greeting=greeting, early=early)
        except Exception as error:  # noqa: BLE001 - one call's fault must not reach the others
            self._log.error("media_failed", call=ticket.call_id, error=type(error).__name__)


def _handshake(head: h11.Request) -> bytes | WebResponse:
    """Return the bytes that open the WebSocket, or the answer to a request that does not ask for it properly."""
    shake = H11Handshake(ConnectionType.SERVER)
    try:
        shake.initiate_upgrade_connection(list(head.headers), head.target.decode("ascii"))
        return shake.send(AcceptConnection())
    except (RemoteProtocolError, UnicodeError):
        version = dict(head.headers).get(b"sec-websocket-version", b"13")
        if version != b"13":
            return WebResponse(status=HTTPStatus.UPGRADE_REQUIRED, headers={"sec-websocket-version": "13"})
        return WebResponse(status=HTTPStatus.BAD_REQUEST)
