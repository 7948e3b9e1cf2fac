"""Speaking over HTTP: `/stream`, `/stream/with-timestamps`, and the lists of voices and models."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any
from urllib.parse import parse_qsl

import trio

from voiced.plugin import WebRequest, WebResponse
from voiced.testing.elevenlabs.account import Asked
from voiced.testing.elevenlabs.refusals import invalid, refuse
from voiced.testing.elevenlabs.sound import FORMATS, TYPES, aligned, over_http
from voiced.testing.elevenlabs.studio import Studio
from voiced.web.router import Response, Routes, SendChunk, Streaming


class Speech:
    """The routes of one emulated host."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def routes(self) -> Routes:
        """Return them."""
        return {
            "/v1/text-to-speech/{voice}/stream": {"POST": self._stream},
            "/v1/text-to-speech/{voice}/stream/with-timestamps": {"POST": self._stream},
            "/v1/voices": {"GET": self._voices},
            "/v2/voices": {"GET": self._voices},
            "/v1/models": {"GET": self._models},
        }

    async def _voices(self, request: WebRequest) -> WebResponse:
        await trio.lowlevel.checkpoint()
        voices = [{"voice_id": voice, "name": name, "category": "premade", "labels": {"language": "fr"}}
                  for voice, name in self._studio.account.voices.items()]  # fmt: skip
        return self._refused(request) or _json({"voices": voices, "has_more": False, "total_count": len(voices)})

    async def _models(self, request: WebRequest) -> WebResponse:
        await trio.lowlevel.checkpoint()
        models = [{"model_id": model, "name": model, "can_do_text_to_speech": True,
                   "maximum_text_length_per_request": longest, "languages": [{"language_id": "fr", "name": "French"}]}
                  for model, longest in self._studio.account.models.items()]  # fmt: skip
        return self._refused(request) or _json(models)

    async def _stream(self, request: WebRequest) -> Response:
        body = json.loads(request.body or b"{}")
        query = dict(parse_qsl(request.query))
        self._studio.journal.asked.append(Asked(request.path, query, body))
        text, output_format = str(body.get("text", "")), query.get("output_format", "mp3_44100_128")
        if refused := self._refused(request) or self._unfit(request, body, output_format):
            return refused
        if not await self._studio.usage.begin():
            return refuse("concurrent_limit_exceeded")
        if self._studio.faults.body in {"json", "html"}:
            self._studio.usage.running -= 1
            return self._no_sound()
        produce = self._timed if request.path.endswith("with-timestamps") else self._plain
        headers = {
            "request-id": f"req_{len(self._studio.journal.asked)}",
            "x-character-count": str(len(text)),
            "current-concurrent-requests": str(self._studio.usage.running),
            "maximum-concurrent-requests": str(self._studio.account.parallel),
        }

        async def answer(send: SendChunk) -> None:
            async with self._studio.usage.place():
                await produce(body, output_format, send)

        content = "application/json" if produce == self._timed else TYPES[FORMATS[output_format].encoding]
        return Streaming(answer, 200, content, headers)

    def _no_sound(self) -> WebResponse:
        """Return 200 with something else."""
        if self._studio.faults.body == "html":
            return WebResponse(200, b"<html>", "text/html")
        return WebResponse(200, refuse("system_busy").body, "application/json")

    def _refused(self, request: WebRequest) -> WebResponse | None:
        """Return the answer to who may not ask, or not now."""
        faults = self._studio.faults
        if request.headers.get("xi-api-key") not in self._studio.account.keys:
            return refuse("invalid_api_key")
        if faults.status:
            return refuse(faults.code, faults.status, faults.retry_after)
        if faults.busy and self._studio.usage.chance.random() < faults.busy:
            return refuse("system_busy")
        return None

    def _unfit(self, request: WebRequest, body: dict[str, Any], output_format: str) -> WebResponse | None:
        """Return the answer to a request that cannot be fulfilled."""
        account, model, text = self._studio.account, body.get("model_id", "eleven_multilingual_v2"), body.get("text")
        if request.path.split("/")[3] not in account.voices:
            return refuse("voice_not_found", account.unknown_voice)
        if output_format not in FORMATS:
            return invalid("output_format", "Input should be one of the formats")
        if not isinstance(text, str) or not text:
            return invalid("text", "Field required")
        if model not in account.models:
            return refuse("invalid_model")
        if len(text) > account.models[model]:
            return refuse("max_character_limit_exceeded")
        return None if self._studio.usage.spend(text) else refuse("quota_exceeded")

    async def _plain(self, body: dict[str, Any], output_format: str, send: SendChunk) -> None:
        async with aclosing(self._pieces(body, output_format)) as pieces:
            async for _, sound in pieces:
                await send(sound)

    async def _timed(self, body: dict[str, Any], output_format: str, send: SendChunk) -> None:
        async with aclosing(self._pieces(body, output_format)) as pieces:
            async for text, sound in pieces:
                times = over_http(aligned(text, FORMATS[output_format].seconds(len(sound))))
                line = {"audio_base64": base64.b64encode(sound).decode(), "alignment": times}
                await send(json.dumps(line).encode() + b"\n")

    async def _pieces(self, body: dict[str, Any], output_format: str) -> AsyncGenerator[tuple[str, bytes]]:
        """Give the sound, as the faults leave it."""
        kind = self._studio.faults.body
        if kind == "empty":
            return
        speed = float((body.get("voice_settings") or {}).get("speed") or 1.0)
        model = body.get("model_id", "eleven_multilingual_v2")
        count = 0
        async with aclosing(self._studio.say(body["text"], model, output_format, speed)) as pieces:
            async for text, sound in pieces:
                count += 1
                if kind == "cut" and count > 1:
                    raise trio.BrokenResourceError
                yield text, sound
        if kind == "odd":
            yield "", b"\x00"


def _json(content: object) -> WebResponse:
    return WebResponse(200, json.dumps(content).encode(), "application/json")
