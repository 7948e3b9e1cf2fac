"""One context of a socket: text in, messages with sound out, then the message that says it is over."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any

import trio

from voiced.testing.elevenlabs.buffer import SCHEDULE, Buffer
from voiced.testing.elevenlabs.sound import FORMATS, aligned, on_socket
from voiced.testing.elevenlabs.studio import Studio
from voiced.testing.emulator import Gone, Peer

SETTINGS = ("voice_settings", "generation_config", "pronunciation_dictionary_locators")
"""Keys that only the first message of a context may have."""


class Context:
    """`name` is None on the socket that has one context only."""

    def __init__(self, studio: Studio, query: dict[str, str], name: str | None, first: dict[str, Any]) -> None:
        schedule = (first.get("generation_config") or {}).get("chunk_length_schedule") or SCHEDULE
        self.name = name
        self.buffer = Buffer(query.get("auto_mode") == "true", schedule)
        self._studio, self._query = studio, query
        self._speed = float((first.get("voice_settings") or {}).get("speed") or 1.0)
        self._pieces, self._ready = trio.open_memory_channel[str](1000)
        self._left: float | None = None
        """Seconds of sound that may still come; None: all."""
        self.closed = False

    def feed(self, message: dict[str, Any]) -> None:
        """Take a message with text."""
        flush, trigger = bool(message.get("flush")), bool(message.get("try_trigger_generation"))
        if ready := self.buffer.feed(message.get("text") or "", flush=flush, trigger=trigger):
            self._pieces.send_nowait(ready)

    def flush(self) -> None:
        """Speak what waits, then be over."""
        if ready := self.buffer.end():
            self._pieces.send_nowait(ready)
        self.close()

    def close(self) -> None:
        """Take no more text; what was flushed is still spoken, unless the faults cut it short."""
        if not self.closed:
            self.closed = True
            self._left = self._studio.faults.lingers
            self._pieces.close()

    async def run(self, peer: Peer, over: Callable[[Context], Awaitable[None]]) -> None:
        """Speak until closed."""
        try:
            async for piece in self._ready:
                await self._say(piece, peer)
            await self._send(peer, {"audio": None, "isFinal": True} if self.name is None else {"isFinal": True})
            await over(self)
        except Gone:
            return

    async def _say(self, text: str, peer: Peer) -> None:
        model, output_format = self._query.get("model_id", ""), self._query["output_format"]
        async with aclosing(self._studio.say(text, model, output_format, self._speed)) as pieces:
            async for share, sound in pieces:
                seconds = FORMATS[output_format].seconds(len(sound))
                if self._left is not None:
                    self._left -= seconds
                    if self._left < 0:
                        return
                times = on_socket(aligned(share, seconds))
                said = {"audio": base64.b64encode(sound).decode(), "alignment": times, "normalizedAlignment": times}
                await self._send(peer, {**said, "isFinal": None} if self.name is None else said)
                await self._break(peer)

    async def _send(self, peer: Peer, message: dict[str, Any]) -> None:
        trouble = self._studio.faults.trouble
        if trouble == "silence":
            return
        if trouble == "malformed":
            await peer.send("{")
        key = "context_id" if trouble == "strange" else "contextId"
        if trouble == "strange":
            for odd in ({"weather": "fine"}, {"audio": None, key: self.name}, {"audio": None, "isFinal": None}):
                await peer.send(json.dumps(odd))
        if trouble == "foreign":
            await peer.send(json.dumps({**message, "contextId": "nobody-opened-this"}))
        await peer.send(json.dumps(message if self.name is None else {**message, key: self.name}))

    async def _break(self, peer: Peer) -> None:
        """Break after the first sound, when that is wanted."""
        trouble = self._studio.faults.trouble
        if trouble == "cut":
            await peer.cut()
            raise Gone(1006)
        if trouble == "going_away":
            await peer.close(1001)
            raise Gone(1001)
