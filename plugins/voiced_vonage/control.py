"""Calls controlled from outside their webhooks, by Vonage's API (developer.vonage.com, Voice API v1)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from voiced.plugin import (
    AfterStream,
    Answer,
    Host,
    OutboundCall,
    ProviderBadInput,
    ProviderProtocol,
    refusal,
)
from voiced_vonage import ncco
from voiced_vonage.bearer import application_token
from voiced_vonage.events import digits
from voiced_vonage.follow import Writer
from voiced_vonage.memory import Offers
from voiced_vonage.options import VonageOptions

NAME = "vonage"
OVER = frozenset({400, 404})
"""What Vonage answers about a call that is over: 404, on some paths 400."""


class Control:
    """See `voiced.plugin.CallControl`."""

    def __init__(self, options: VonageOptions, host: Host, writer: Writer, offers: Offers) -> None:
        """Nothing is asked before something is wanted."""
        self._options, self._host, self._writer, self._offers = options, host, writer, offers

    async def hang_up(self, call: str) -> None:
        """End a call."""
        answer = await self._ask("PUT", f"/v1/calls/{quote(call, safe='')}", {"action": "hangup"})
        if answer.status not in OVER:
            _check(answer)

    async def redirect(self, call: str, follows: AfterStream, hooks: str) -> None:
        """Let a call go on with `follows`: its leg leaves the conversation, and the WebSocket is closed."""
        actions = self._writer.follow(follows, self._offers.of(call), hooks)
        if not actions:  # an empty answer ends a call, an empty transfer is refused
            await self.hang_up(call)
            return
        destination = {"type": "ncco", "ncco": actions}
        answer = await self._ask(
            "PUT", f"/v1/calls/{quote(call, safe='')}", {"action": "transfer", "destination": destination}
        )
        if answer.status in OVER:
            raise ProviderBadInput("the call is over", provider=NAME)
        _check(answer)

    async def place(self, order: OutboundCall) -> str:
        """Place a call; the webhook `outbound` is asked once it is answered."""
        order_json = {
            "to": [{"type": "phone", "number": digits(order.number)}],
            "from": {"type": "phone", "number": digits(order.caller_id)},
            "answer_url": [f"{order.hooks}outbound"],
            "answer_method": "POST",
            "event_url": [f"{order.hooks}status"],
            "event_method": "POST",
            "ringing_timer": min(max(round(order.ring), 1), 120),
            "length_timer": ncco.LONGEST_CALL,
        }
        answer = await self._ask("POST", "/v1/calls", order_json)
        _check(answer)
        try:
            placed = msgspec.json.decode(answer.body, type=dict[str, Any])
        except (ValueError, RecursionError) as error:
            raise ProviderProtocol("the answer is no JSON", provider=NAME) from error
        call = placed.get("uuid")
        if not isinstance(call, str) or not call:
            raise ProviderProtocol("the answer names no call", provider=NAME)
        return call

    async def recordings(self, call: str) -> Sequence[str]:  # noqa: ARG002 - part of the contract
        """Return none: we never ask Vonage to record, and it lists no recordings of a call."""
        return ()

    async def delete_recording(self, recording: str) -> None:
        """Have a file erased."""
        answer = await self._ask("DELETE", f"/v3/media/{quote(recording, safe='')}", None)
        if answer.status != 404:
            _check(answer)

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> Answer:
        token = await self._host.offload(self._token)
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        data = msgspec.json.encode(body) if body is not None else b""
        return await self._host.net.request(method, self._options.url.rstrip("/") + path, headers=headers, body=data)

    def _token(self) -> str:
        options = self._options
        return application_token(
            options.application_id, options.private_key, now=self._host.now(), jti=str(uuid.uuid4())
        )


def _check(answer: Answer) -> None:
    """Raise what the status stands for."""
    if answer.status >= 300:
        raise refusal(answer.status, answer.headers, provider=NAME)
