"""The one address of speechCloud, `/a/speak`, and the one that it redirects to."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

import trio

from voiced.audio import wav_bytes
from voiced.plugin import WebRequest, WebResponse
from voiced.testing.emulator import current_line
from voiced.testing.emulator.journal import Asked
from voiced.testing.readspeaker.house import House
from voiced.testing.readspeaker.listings import listing
from voiced.testing.readspeaker.order import COMMANDS, PRODUCED, Order, Refused, read
from voiced.testing.readspeaker.sound import Made, made
from voiced.web.router import Response, Routes, SendChunk, Streaming

SPENT = "ERROR: Needed credits exceeds available amount."
SPENT_AS = {"words": 200, "busy": 503, "bad": 400}
AWAY = "https://elsewhere.example/a/stream/1"


class Speaking:
    """The routes of one emulated host."""

    def __init__(self, house: House) -> None:
        self._house = house

    def routes(self) -> Routes:
        """Return them."""
        return {"/a/speak": {"GET": self._speak, "POST": self._speak}, "/a/stream/{name}": {"GET": self._stream}}

    async def _speak(self, request: WebRequest) -> Response:
        house, fields = self._house, fields_of(request)
        house.journal.ask(Asked(request.method, dict(fields), current_line()))
        await trio.lowlevel.checkpoint()
        if fields.get("key") not in house.account.keys:
            return _words("ERROR: Invalid API key.", 403)
        if house.failing():
            headers = {"retry-after": house.faults.retry_after} if house.faults.retry_after else {}
            return _words("ERROR: Try again in a few seconds.", house.faults.status, headers)
        command = fields.get("command", "produce")
        if command not in COMMANDS:
            return _words("ERROR: Unknown command.", 400)
        if command not in PRODUCED:
            return listing(command, fields, house, request.headers.get("accept", ""))
        try:
            order = read(fields, house.account)
        except Refused as refused:
            return _words(str(refused), 400)
        return await self._produce(order, request)

    async def _produce(self, order: Order, request: WebRequest) -> Response:
        house, faults = self._house, self._house.faults
        if not house.spend(order):
            return _words(SPENT, SPENT_AS[house.account.spent])
        if faults.words:
            return WebResponse(200, faults.words.encode(), faults.kind)
        sound = made(order, house.account.speak)
        if faults.wrong_codec:
            sound = Made(wav_bytes(sound.data, order.format), sound.seconds, sound.kind)
        if order.streamed or faults.redirect:
            return self._redirect(sound, request)
        await house.player.begin(faults.late, faults.trouble)
        return self._sound(sound)

    def _redirect(self, sound: Made, request: WebRequest) -> WebResponse:
        host = request.url.partition("/a/speak")[0]
        where = {
            "itself": f"{host}/a/speak?{request.query or request.body.decode()}",
            "away": AWAY,
        }.get(self._house.faults.redirect) or f"{host}/a/stream/{self._house.keep(sound)}"
        headers = {} if self._house.faults.redirect == "nowhere" else {"location": where}
        return WebResponse(302, headers=headers)

    async def _stream(self, request: WebRequest) -> Response:
        sound = self._house.kept(request.path.rpartition("/")[2])
        if sound is None:
            return WebResponse(404)
        await self._house.player.begin(self._house.faults.late, self._house.faults.trouble)
        return self._sound(sound)

    def _sound(self, sound: Made) -> Response:
        house = self._house
        if house.faults.length:
            return self._of_length(sound, house.faults.length)
        if not house.account.tempo.progressive and not house.faults.trouble:
            return WebResponse(200, sound.data, sound.kind)

        async def produce(send: SendChunk) -> None:
            try:
                await house.player.play(sound.data, sound.seconds, send, house.faults.trouble)
            except trio.Cancelled:
                house.journal.leave()
                raise

        return Streaming(produce, 200, sound.kind)

    def _of_length(self, sound: Made, length: str) -> Streaming:
        """Return an answer whose head says another length than that of the sound."""
        says = len(sound.data) * 3 // 2 if length == "longer" else len(sound.data) // 2

        async def produce(send: SendChunk) -> None:
            await send(sound.data[:says])
            if length == "longer":
                raise trio.BrokenResourceError  # the server closes, and the rest never comes

        return Streaming(produce, 200, sound.kind, {"content-length": str(says)})


def fields_of(request: WebRequest) -> Mapping[str, str]:
    """Return what was asked, by query or by form, in the charset that it says itself."""
    asked = request.query if request.method == "GET" else request.body.decode("latin-1")
    charset = dict(parse_qsl(asked)).get("charset", "utf-8")
    return dict(parse_qsl(asked, encoding="latin-1" if charset in {"latin-1", "iso-8859-1"} else "utf-8"))


def _words(words: str, status: int, headers: Mapping[str, str] | None = None) -> WebResponse:
    return WebResponse(status, words.encode(), "text/plain", headers or {})
