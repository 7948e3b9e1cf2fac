"""One WebSocket to the application: Vonage's end of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import cycle, islice
from typing import Any, Literal

import trio
from trio_websocket import ConnectionClosed, ConnectionRejected, WebSocketConnection, wrap_client_stream

from voiced.audio import MULAW_8K, AudioFormat
from voiced.audio.stream import Converter
from voiced.testing.caller.phone import Key
from voiced.testing.emulator.roads import far
from voiced.testing.twilio import sockets
from voiced.testing.twilio.sockets import SocketFailure, Tcp
from voiced.testing.vonage.events import Parties
from voiced.testing.vonage.leg import Leg
from voiced.testing.vonage.ncco import CONTENT_TYPES, Action
from voiced.testing.vonage.settings import new_uuid
from voiced.testing.vonage.tokens import Forgery, authorization

MAX_MESSAGE = 1024 * 1024
STUCK = 5.0
"""Seconds that a message may wait for the application to read."""
CLOSING = 1.0
"""Seconds that a close handshake may take."""

NONSENSE: tuple[str, ...] = ("", "[1]", '{"event":"websocket:dtmf"', '{"digit":"5"}', '{"event":"weather"}', "null")
"""What Vonage never says."""
WRONG_CODEC = "audio/l16;rate=16000"

End = Literal["", "refused", "timeout", "application", "vonage"]
"""How it ended: it never opened, or who closed it."""


class MediaSocket:
    """A WebSocket from its handshake to its end. `run` is a task; `done` says it is over, `end` how."""

    def __init__(self, leg: Leg, endpoint: Action, patience: float) -> None:
        headers: Mapping[str, str] = endpoint.get("headers", {})
        ours = leg.parties
        self.parties = Parties(ours.called, endpoint["uri"], ours.conversation, "outbound", headers=headers)
        self.uri: str = endpoint["uri"]
        self.opened, self.done = trio.Event(), trio.Event()
        self.end: End = ""
        self._leg, self._faults, self._patience = leg, leg.faults, patience
        self._content_type: str = endpoint["content-type"]
        self._proof: Mapping[str, str] = endpoint.get("authorization", {})
        linear = AudioFormat("pcm16", CONTENT_TYPES[self._content_type])
        self._size = linear.size(0.02)
        self._out, self._in = Converter(MULAW_8K, linear), Converter(linear, MULAW_8K)
        self._waiting: dict[str, Any] = {}  # payloads of notifications that were not reached yet
        self._count = 0
        self._talking = trio.CancelScope()
        self._tcp: Tcp | None = None
        self._socket: WebSocketConnection
        self._half_open = self._lost = self._idle = False
        self._first_of_call = not leg.streaming.is_set()
        self._nonsense = islice(cycle(NONSENSE), leg.faults.nonsense)
        self._odd = leg.faults.odd_frames

    def stop(self) -> None:
        """End it from Vonage's side."""
        self._talking.cancel()

    def lose(self) -> None:
        """Break it, as a network does; Vonage takes that for the application's doing."""
        self.end, self._lost = "application", True
        self.stop()

    async def run(self) -> None:
        """Open, talk, close. What the application does wrong is journalled, never raised."""
        try:
            await self._open_and_talk()
        except* (SocketFailure, ConnectionRejected) as group:
            reason = repr(group.exceptions[0])
            self.end = "timeout" if "timeout" in reason else "refused"
            self._leg.journal.note("ws.refused", reason=reason)
        finally:
            self.end = self.end or "vonage"
            if self in self._leg.room.sockets:
                self._leg.room.sockets.remove(self)
            self.done.set()
            if self._tcp and not self._half_open:
                await trio.aclose_forcefully(self._tcp)

    async def _open_and_talk(self) -> None:
        async with trio.open_nursery() as nursery:
            self._socket = await self._open(nursery, self._faults.upgrade)
            if self._faults.upgrade != "none":
                self._leg.journal.failure("the WebSocket was opened without a true token")
            if self._faults.replay_socket:
                await self._replay()
            self.opened.set()
            self._leg.streaming.set()
            await self._talk(nursery)
            with trio.move_on_after(CLOSING):
                await self._close()
            nursery.cancel_scope.cancel()

    async def _open(self, nursery: trio.Nursery, forgery: Forgery) -> WebSocketConnection:
        real = self._leg.delivery.real(self.uri.replace("ws", "http", 1)).replace("http", "ws", 1)
        headers = self._headers(forgery)
        self._leg.journal.note("ws.open", url=self.uri, headers=headers)
        self._tcp = tcp = await sockets.open_tcp(real, self._patience)
        host, path = sockets.host_and_path(real)
        query = real.partition("?")[2]
        with trio.move_on_after(self._patience):
            opened: WebSocketConnection = await wrap_client_stream(
                nursery,
                far(tcp, self._leg.account.options.roads, self._leg.number, nursery),  # type: ignore[arg-type]  # any Stream serves; the hint is too narrow
                host,
                f"{path}?{query}" if query else path,
                extra_headers=[(name.lower().encode(), value.encode()) for name, value in headers.items()],
                max_message_size=MAX_MESSAGE,
            )
            if opened.closed is None:
                return opened
        raise SocketFailure(0, "timeout of the handshake")

    def _headers(self, forgery: Forgery) -> dict[str, str]:
        given = dict(self.parties.headers) if self._faults.headers_in_handshake else {}
        match self._proof.get("type"):
            case "vonage":
                return given | authorization(self._leg.account.application, None, new_uuid(), forgery)
            case "custom" if forgery == "none":
                return given | {"Authorization": self._proof["value"]}
            case "custom" if forgery != "unsigned":
                return given | {"Authorization": f"not {self._proof['value']}"}
        return given

    async def _replay(self) -> None:
        """Open the address again, as somebody who saw it might; the application must refuse."""
        kept = self._tcp
        try:
            async with trio.open_nursery() as nursery:
                await self._open(nursery, "none")
                self._leg.journal.failure("the WebSocket's address was opened twice")
                nursery.cancel_scope.cancel()
        except* (ConnectionRejected, SocketFailure) as group:
            self._leg.journal.note("ws.refused", reason=repr(group.exceptions[0]))
        finally:
            if self._tcp is not kept and self._tcp is not None:
                await trio.aclose_forcefully(self._tcp)
            self._tcp = kept

    async def _talk(self, nursery: trio.Nursery) -> None:
        """Send and receive until either side has had enough."""
        with self._talking:
            if self._faults.early_sound:
                await self._send(bytes(self._size))
            told = WRONG_CODEC if self._faults.wrong_codec else self._content_type
            connected = {"event": "websocket:connected", "content-type": told}
            await self._send(json.dumps(connected | dict(self.parties.headers)))
            self._leg.room.sockets.append(self)
            async with trio.open_nursery() as talking:
                talking.start_soon(self._keys)
                if self._first_of_call and self._faults.idle_at is not None:
                    talking.start_soon(self._fall_idle, self._faults.idle_at)
                await self._receive(nursery)
                talking.cancel_scope.cancel()

    async def _receive(self, nursery: trio.Nursery) -> None:
        while True:
            try:
                message = await self._socket.get_message()
            except ConnectionClosed as closed:
                self.end = "application"
                code = int(closed.reason.code) if closed.reason else 1006
                self._leg.journal.note("ws.closed", by="application", code=code)
                return
            if isinstance(message, str):
                self._act(message, nursery)
            elif len(message) != self._size:
                unit = f"unexpected frame size {len(message) // 2}, when required {self._size // 2}"
                self._leg.journal.failure(unit)
                self._leg.room.clear()
                self.lose()
                await trio.lowlevel.checkpoint()
            else:
                self._leg.journal.note("ws.sound", size=len(message))
                self._leg.room.play(self._in.feed(message))

    def _act(self, message: str, nursery: trio.Nursery) -> None:
        self._leg.journal.note("ws.received", message=message)
        try:
            told = json.loads(message)
            action = told.get("action")
        except (ValueError, AttributeError):
            action = None
        match action:
            case "clear":
                self._clear()
                nursery.start_soon(self._send_late, '{"event":"websocket:cleared"}', self._faults.cleared_late)
            case "notify":
                self._count += 1
                name = f"{self.parties.uuid}/{self._count}"
                self._waiting[name] = told.get("payload")
                self._leg.line.mark(name)
            case _:
                self._leg.journal.warning(0, "a message that Vonage does not know")

    def _clear(self) -> None:
        """Drop the queue; what waits for it is told or forgotten, as the faults say."""
        if self._faults.cleared_notify == "dropped":
            self._waiting.clear()
        self._leg.room.clear()

    async def played(self, name: str) -> None:
        """See `room.Listener`."""
        if name in self._waiting:
            payload = self._waiting.pop(name)
            await self._send(json.dumps({"event": "websocket:notify", "payload": payload}))

    async def hear(self, sound: bytes) -> None:
        """See `room.Listener`."""
        frame = self._out.feed(sound)
        if self._odd:
            self._odd, frame = self._odd - 1, frame[:-1]
        await self._send(frame)
        for message in self._nonsense:
            await self._send(message)

    async def _fall_idle(self, seconds: float) -> None:
        """Say no more after a time; after another, somebody on the way closes the connection."""
        await trio.sleep(seconds)
        self._idle = True
        self._leg.journal.note("ws.idle")
        if self._faults.idle_for is not None:
            await trio.sleep(self._faults.idle_for)
            self.lose()

    async def _keys(self) -> None:
        with self._leg.listening() as heard:
            async for what in heard:
                if isinstance(what, Key):
                    key = {"digit": what.digit, "duration": 260}
                    nested = {"dtmf": key} if self._faults.nested_dtmf else key
                    await self._send(json.dumps({"event": "websocket:dtmf", **nested}))

    async def _send_late(self, message: str, seconds: float) -> None:
        await trio.sleep(seconds)
        await self._send(message)

    async def _send(self, message: str | bytes) -> None:
        """Send; an application that reads nothing for seconds loses the socket."""
        if self._idle:
            return
        if isinstance(message, str):
            self._leg.journal.note("ws.sent", message=message)
        with trio.move_on_after(STUCK) as patience:
            try:
                await self._socket.send_message(message)
            except ConnectionClosed:
                return  # the receiver learns why
        if patience.cancelled_caught:
            self._leg.journal.warning(0, f"the application read nothing for {STUCK} s")
            self.lose()

    async def _close(self) -> None:
        """End the socket the way the faults ask for."""
        assert self._tcp
        if self._lost or (self._faults.ending == "reset" and self.end != "application"):
            await sockets.reset(self._tcp)
            return
        if self.end == "application":
            return
        if self._faults.ending == "half-open":
            self._half_open = True
            self._leg.background.start_soon(_hold, self._tcp, self._faults.half_open_for)
            return
        self._leg.journal.note("ws.closed", by="vonage", code=1000)
        await self._socket.aclose(1000)


async def _hold(tcp: trio.abc.AsyncResource, seconds: float) -> None:
    await trio.sleep(seconds)
    await trio.aclose_forcefully(tcp)
