"""Speaking: `/api/command/`, by GET and by POST."""

from __future__ import annotations

import json
from contextlib import aclosing
from typing import Any
from urllib.parse import parse_qsl

import trio

from voiced.plugin import WebRequest, WebResponse
from voiced.testing.acapela.cloud import Cloud
from voiced.testing.acapela.doors import answer, shut
from voiced.testing.acapela.order import LONGEST, LONGEST_GET, Order, Refused, read
from voiced.testing.acapela.sound import Made, events, frame, made
from voiced.testing.emulator import current_line
from voiced.testing.emulator.hum import silent_mp3
from voiced.testing.emulator.journal import Asked
from voiced.web.router import Response, Routes, SendChunk, Streaming


class Commands:
    """The routes for speech."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._files: list[Made] = []

    def routes(self) -> Routes:
        """Return them."""
        return {
            "/api/command/": {"GET": self._command, "POST": self._command},
            "/files/{number}": {"GET": self._file},
        }

    async def _command(self, request: WebRequest) -> Response:
        faults, fields = self._cloud.faults, _fields(request)
        self._cloud.journal.ask(Asked(request.method, fields, current_line()))
        if refused := shut(self._cloud, request):
            return refused
        if faults.status:
            headers = {"retry-after": faults.retry_after} if faults.retry_after else {}
            return answer({"error": "Not now."}, faults.status, headers)
        try:
            order = read(fields, self._cloud.account.voices, LONGEST_GET if request.method == "GET" else LONGEST)
            self._cloud.spend(order)
        except Refused as refused:
            return answer({"error": str(refused)}, 400)
        await self._cloud.player.begin(faults.late, faults.trouble)
        if faults.instead:
            page = b"<html><body>Bad gateway</body></html>"
            return answer({"error": "Busy."}) if faults.instead == "json" else WebResponse(200, page, "text/html")
        return self._answer(order, made(order, self._cloud.account.speak))

    def _answer(self, order: Order, sound: Made) -> Response:
        if self._cloud.faults.wrong_codec:
            sound = Made(silent_mp3(sound.seconds), sound.seconds, sound.kind)
        if order.output == "file":
            if self._cloud.account.file == "sound":
                return WebResponse(200, sound.data, sound.kind)
            self._files.append(sound)
            return answer({"url": f"/files/{len(self._files)}"})

        async def produce(send: SendChunk) -> None:
            try:
                await self._play(order, sound, send)
            except trio.Cancelled:
                self._cloud.journal.leave()
                raise

        return Streaming(produce, 200, sound.kind)

    async def _play(self, order: Order, sound: Made, send: SendChunk) -> None:
        if not order.events and order.output != "events":
            await self._cloud.player.play(sound.data, sound.seconds, send, self._cloud.faults.trouble)
            return
        await send(events(order, sound.seconds))
        async with aclosing(self._cloud.player.pieces(sound.data, sound.seconds)) as pieces:
            async for piece in pieces:
                await send(frame(piece))

    async def _file(self, request: WebRequest) -> WebResponse:
        await trio.lowlevel.checkpoint()
        sound = self._files[int(request.path.rpartition("/")[2]) - 1]
        return WebResponse(200, sound.data, sound.kind)


def _fields(request: WebRequest) -> dict[str, Any]:
    if request.method == "GET":
        return dict(parse_qsl(request.query))
    said: dict[str, Any] = json.loads(request.body or b"{}")
    return said
