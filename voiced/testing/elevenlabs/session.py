"""The two sockets: `stream-input`, one text and its end; `multi-stream-input`, contexts side by side."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import trio

from voiced.testing.elevenlabs.account import HTTP_ONLY, Asked
from voiced.testing.elevenlabs.context import SETTINGS, Context
from voiced.testing.elevenlabs.refusals import message, refuse
from voiced.testing.elevenlabs.sound import FORMATS
from voiced.testing.elevenlabs.studio import Studio
from voiced.testing.emulator import Gone, Peer

MOST = 5
"""Contexts at the same time on one socket."""
INACTIVE = 20.0
"""Seconds without a message, if the client does not say; at most `LONGEST_INACTIVE`."""
LONGEST_INACTIVE = 180.0


class Refused(Exception):
    """The socket is closed: with the error's name, and words for people."""

    def __init__(self, error: str, text: str = "") -> None:
        super().__init__(error)
        self.error, self.text = error, text


class Session:
    """One socket, of either kind."""

    def __init__(self, studio: Studio, peer: Peer) -> None:
        self._studio, self._peer = studio, peer
        self._query = {"output_format": "mp3_44100_128", **dict(parse_qsl(peer.request.query))}
        self._multi = peer.request.path.endswith("/multi-stream-input")
        self._contexts: dict[str | None, Context] = {}
        self._closing = False
        self._key = peer.request.headers.get("xi-api-key", "")

    async def run(self) -> None:
        """Serve it until one side closes."""
        if not await self._let_in():
            return
        async with trio.open_nursery() as nursery:
            try:
                await self._listen(nursery)
            except Refused as refused:
                await self._peer.send(message(refused.error, refused.text))
                await self._peer.close(1008, refused.error)
            except Gone as gone:
                self._studio.journal.gone.append(gone.code)
            nursery.cancel_scope.cancel()

    async def _let_in(self) -> bool:
        """Open the socket, or refuse it with a status."""
        request, faults = self._peer.request, self._studio.faults
        self._studio.journal.asked.append(Asked(request.path, self._query))
        if not faults.status:
            await self._peer.accept()
            self._studio.journal.sockets += 1
            return True
        answer = refuse(faults.code, faults.status, faults.retry_after)
        more = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
        head = f"HTTP/1.1 {answer.status} Refused\r\ncontent-length: {len(answer.body)}\r\n{more}\r\n"
        await self._peer.send_raw(head.encode() + answer.body)
        raise Gone(1006)

    async def _listen(self, nursery: trio.Nursery) -> None:
        wanted = float(self._query.get("inactivity_timeout", INACTIVE))
        patience = min(wanted, LONGEST_INACTIVE) * self._studio.account.hurry
        while True:
            said = await self._receive(patience)
            if self._studio.faults.trouble == "half_open" and said.get("text", "").strip():
                await trio.sleep_forever()
            await self._take(said, nursery)

    async def _receive(self, patience: float) -> dict[str, Any]:
        with trio.move_on_after(patience):
            try:
                said = json.loads(await self._peer.receive())
            except ValueError as error:
                raise Refused("invalid_input_message") from error
            if not isinstance(said, dict):
                raise Refused("invalid_input_message")
            self._studio.journal.message(said)
            return said
        raise Refused("input_timeout_exceeded", "Have not received a new text input in time.")

    async def _take(self, said: dict[str, Any], nursery: trio.Nursery) -> None:
        if said.get("close_socket"):
            await self._end_all()
            return
        name = (said.get("context_id") or said.get("contextId") or "default") if self._multi else None
        context = self._contexts.get(name)
        if said.get("close_context"):
            if context is not None:
                context.close()
        elif context is None or context.closed:
            await self._open(name, said, nursery)
        else:
            await self._more(context, said)

    async def _open(self, name: str | None, first: dict[str, Any], nursery: trio.Nursery) -> None:
        self._check(first)
        if len(self._contexts) >= MOST:
            words = f"Maximum simultaneous contexts per WebSocket connection exceeded ({MOST})."
            raise Refused("max_active_conversations", words)
        context = self._contexts[name] = Context(self._studio, self._query, name, first)
        nursery.start_soon(context.run, self._peer, self._over)
        if (first.get("text") or "").strip():
            await self._more(context, {key: value for key, value in first.items() if key not in SETTINGS})

    def _check(self, first: dict[str, Any]) -> None:
        """Refuse what cannot begin a context."""
        account, text = self._studio.account, first.get("text") or ""
        if (self._key or first.get("xi_api_key") or first.get("xi-api-key")) not in account.keys:
            raise Refused("invalid_api_key")
        if self._peer.request.path.split("/")[3] not in account.voices:
            raise Refused("voice_id_does_not_exist")
        model = self._query.get("model_id", "")
        if self._query["output_format"] not in FORMATS or model.startswith(HTTP_ONLY):
            raise Refused("invalid_input_message")
        opens = text == " " or any(first.get(key) for key in SETTINGS)
        if not opens and not self._studio.faults.lenient:
            raise Refused("invalid_input_message", "The first message must open the context.")

    async def _more(self, context: Context, said: dict[str, Any]) -> None:
        text = said.get("text") or ""
        if any(said.get(key) is not None for key in SETTINGS):
            raise Refused("invalid_input_message", "Settings belong into the first message.")
        if text.strip() and self._studio.faults.error:
            raise Refused(self._studio.faults.error)
        if not self._studio.usage.spend(text):
            raise Refused("quota_exceeded")
        if text == "" and not self._multi and not said.get("flush"):
            context.flush()
        else:
            context.feed(said)

    async def _over(self, context: Context) -> None:
        """Forget a context that has said all; the last one closes the socket that has one only, or was to be closed."""
        if self._contexts.get(context.name) is context:
            del self._contexts[context.name]
        if not self._contexts and (self._closing or not self._multi):
            await self._peer.close()

    async def _end_all(self) -> None:
        self._closing = True
        for context in list(self._contexts.values()):
            context.flush()
        if not self._contexts:
            await self._peer.close()
