"""One bidirectional media stream: Twilio's end of the WebSocket."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import cycle, islice

import trio
from trio_websocket import ConnectionClosed, ConnectionRejected, WebSocketConnection, wrap_client_stream

from voiced.testing.caller.mouth import MouthFrame
from voiced.testing.caller.phone import Key
from voiced.testing.emulator.roads import far
from voiced.testing.twilio import sockets
from voiced.testing.twilio.jitter import CallerFrame, Network
from voiced.testing.twilio.leg import Leg
from voiced.testing.twilio.messages import (
    CONNECTED,
    MULAW,
    NONSENSE,
    WRONG_CODEC,
    Clear,
    Identity,
    Ignored,
    Inbound,
    Media,
    Outbound,
    SetMark,
)
from voiced.testing.twilio.recording import new_sid
from voiced.testing.twilio.signing import Signature, signature_headers, signed_url
from voiced.testing.twilio.sockets import CLOSED_BY_SERVER, HANDSHAKE_REFUSED, LastWord, SocketFailure, Tcp
from voiced.testing.twilio.twiml import Verb, parameters
from voiced.testing.twilio.webhook import absolute, stream_fields

USER_AGENT = "Twilio.TmeWs/1.0"
MAX_MESSAGE = 16 * 1024 * 1024
STUCK = 5.0
"""Seconds that a message may wait for the application to read."""

CLOSING = 1.0
"""Seconds that a close handshake may take."""


class MediaStream:
    """A stream from its handshake to its end, the line's sink in between. `run` is a task; `done` says it is over."""

    def __init__(self, leg: Leg, described: Verb, base: str) -> None:
        self.sid = new_sid("MZ")
        self.done = trio.Event()
        self._leg = leg
        self._faults = leg.faults
        self._verb = described
        self._base = base
        self.url = sockets.without_query(absolute(base, described.get("url")))
        self._out = Outbound(Identity(leg.account.sid, leg.sid, self.sid))
        self._in = Inbound(self.sid)
        self._network = Network(leg.faults.jitter, suppress_silence=leg.faults.suppress_silence)
        self._first = 0
        self._talking = trio.CancelScope()
        self._tcp: Tcp | None = None
        self._half_open = False
        self._last_word: LastWord | None = None
        self._socket: WebSocketConnection
        self._lost = False
        self._closing = False
        self._first_of_call = not leg.streaming.is_set()
        self._idle = False
        self._nonsense = islice(cycle(NONSENSE), leg.faults.nonsense)

    def stop(self) -> None:
        """End the stream from Twilio's side."""
        self._talking.cancel()

    async def run(self) -> None:
        """Open, talk, close. What the application does wrong is journalled, never raised."""
        try:
            if self._talking.cancel_called:
                return
            await self._open_and_talk()
        except* SocketFailure as group:
            for failure in group.exceptions:
                self._failed(str(failure), getattr(failure, "code", HANDSHAKE_REFUSED))
        except* ConnectionRejected as group:
            self._failed(f"handshake: {group.exceptions[0]!r}", HANDSHAKE_REFUSED)
        finally:
            self.done.set()

    def _failed(self, reason: str, code: int) -> None:
        self._leg.journal.error(code, reason)
        self._call_back("stream-error", f"{code} {reason}")

    def _call_back(self, event: str, error: str = "") -> None:
        url = self._verb.get("statusCallback")
        if url:
            name, method = self._verb.get("name"), self._verb.get("statusCallbackMethod", "POST").upper()
            fields = stream_fields(self._leg.parties, self.sid, name, event, now=datetime.now(UTC), error=error)
            self._leg.call_back(absolute(self._base, url), fields, method)

    async def _open_and_talk(self) -> None:
        try:
            await self._converse()
        finally:
            if not self._half_open:
                await self._drop_tcp()

    async def _drop_tcp(self) -> None:
        if self._tcp:
            await trio.aclose_forcefully(self._tcp)

    async def _converse(self) -> None:
        async with trio.open_nursery() as nursery:
            self._socket = await self._open(nursery, self._faults.upgrade_signature)
            if self._faults.upgrade_signature != "right":
                self._leg.journal.failure("the media socket was opened without a true signature")
            self._call_back("stream-started")
            if self._faults.replay_stream:
                await self._replay()
            await self._talk()
            self._closing = True
            self._leg.line.connect(None)
            with trio.move_on_after(CLOSING):
                await self._close()
            self._call_back("stream-stopped")
            nursery.cancel_scope.cancel()

    async def _open(self, nursery: trio.Nursery, signature: Signature) -> WebSocketConnection:
        options = self._leg.account.options
        sockets.check_url(self.url, loopback=options.loopback_streams)
        real = self._real_url()
        headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"}
        signed = signed_url(self.url, keep_port=self._faults.keep_port, trailing_slash=self._faults.upgrade_slash)
        headers |= signature_headers(signature, self._leg.account.target.token, signed)
        self._tcp = tcp = await sockets.open_tcp(real, options.stream_connect)
        self._last_word = LastWord(tcp, self._say_stop) if self._faults.stop_on_server_close else None
        self._leg.journal.note("ws.open", url=self.url, signed_url=signed, headers=headers, stream_sid=self.sid)
        with trio.move_on_after(options.stream_connect):
            opened: WebSocketConnection = await wrap_client_stream(
                nursery,
                far(self._last_word or tcp, options.roads, self._leg.number, nursery),  # type: ignore[arg-type]  # any Stream serves; the hint is too narrow
                *sockets.host_and_path(real),
                extra_headers=[(name.lower().encode(), value.encode()) for name, value in headers.items()],
                max_message_size=MAX_MESSAGE,
                receive_buffer_size=65536,
            )
            if opened.closed is None:
                return opened
        raise SocketFailure(HANDSHAKE_REFUSED, "no answer to the handshake")

    def _real_url(self) -> str:
        """Return where the socket leads: by a route of its own, else by that of the web origin (`https` for `wss`)."""
        target = self._leg.account.target
        own = target.real(self.url)
        return own if own != self.url else target.real(self.url.replace("ws", "http", 1)).replace("http", "ws", 1)

    async def _replay(self) -> None:
        """Open the URL again, as somebody who saw it might; the application must refuse."""
        kept, self._tcp = (self._tcp, self._last_word), None
        try:
            async with trio.open_nursery() as nursery:
                await self._open(nursery, "right")
                self._leg.journal.failure("the stream's URL was opened twice")
                nursery.cancel_scope.cancel()
        except* (ConnectionRejected, SocketFailure) as group:
            self._leg.journal.note("ws.refused", reason=repr(group.exceptions[0]))
        finally:
            await self._drop_tcp()
            self._tcp, self._last_word = kept

    async def _talk(self) -> None:
        """Send and receive until either side has had enough."""
        with self._talking:
            await self._send(CONNECTED)
            form = WRONG_CODEC if self._faults.wrong_codec else MULAW
            await self._send(self._out.start(parameters(self._verb), form))
            self._leg.line.connect(self)
            self._leg.streaming.set()
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._keys)
                if self._first_of_call and self._faults.idle_at is not None:
                    nursery.start_soon(self._fall_idle, self._faults.idle_at)
                await self._receive()
                nursery.cancel_scope.cancel()

    async def _receive(self) -> None:
        stall_at = self._faults.stall_at
        began = trio.current_time()
        while True:
            try:
                message = await self._socket.get_message()
            except ConnectionClosed as closed:
                self._closed_by_server(closed)
                return
            if stall_at is not None and trio.current_time() - began >= stall_at:
                stall_at = None
                self._leg.journal.note("ws.stalled", seconds=self._faults.stall_for)
                await trio.sleep(self._faults.stall_for)
            self._take(message)

    def _take(self, message: str | bytes) -> None:
        journal, line = self._leg.journal, self._leg.line
        journal.note("ws.received", message=message)
        match self._in.read(message):
            case Media(payload, headed):
                if headed:
                    journal.failure("a media payload begins with a WAV header, which callers hear as noise")
                line.play(payload)
            case SetMark(name):
                line.mark(name)
            case Clear():
                line.clear()
            case Ignored(code, reason):
                journal.warning(code, reason)

    def _closed_by_server(self, closed: ConnectionClosed) -> None:
        self._lost = True
        code = int(closed.reason.code) if closed.reason else 1006
        self._leg.journal.note("ws.closed", by="server", code=code)
        self._leg.journal.error(CLOSED_BY_SERVER, f"closed by the server with {code}")

    async def _fall_idle(self, seconds: float) -> None:
        """Say no more after a time; after another, somebody on the way closes the connection."""
        await trio.sleep(seconds)
        self._idle = True
        self._leg.journal.note("ws.idle")
        if self._faults.idle_for is not None:
            await trio.sleep(self._faults.idle_for)
            self._lost = True
            self._leg.journal.error(CLOSED_BY_SERVER, "an idle connection was closed on the way")
            self.stop()

    async def _keys(self) -> None:
        with self._leg.listening() as heard:
            async for what in heard:
                if isinstance(what, Key):
                    await self._send(self._out.dtmf(what.digit))

    async def frame(self, index: int, frame: MouthFrame) -> None:
        """Send the caller's frame, in the order and number that the network lets through."""
        self._first = self._first or index
        spoken = CallerFrame(frame.line, (index - self._first + 1) * 20, silent=frame.silent)
        for arrived in self._network.pass_on(spoken):
            await self._send_while_open(partial(self._out.media, arrived.payload, arrived.ends))
        for message in self._nonsense:
            await self._send(message)

    async def echo(self, name: str) -> None:
        """Send the echo of a mark."""
        await self._send_while_open(partial(self._out.mark, name))

    async def _send_while_open(self, message: Callable[[], str]) -> None:
        """Number and send a message of the line's, unless the stream is about to say its last word."""
        if not self._closing:
            await self._send(message())

    async def _send(self, message: str | bytes) -> None:
        """Send; an application that reads nothing for seconds loses the stream."""
        if self._idle:
            return
        self._leg.journal.note("ws.sent", message=message)
        with trio.move_on_after(STUCK) as patience:
            try:
                await self._socket.send_message(message)
            except ConnectionClosed:
                return  # the receiver learns why
        if patience.cancelled_caught:
            self._leg.journal.warning(0, f"the application read nothing for {STUCK} s")
            self._lost = True
            self.stop()

    def _say_stop(self) -> str:
        message = self._out.stop()
        self._leg.journal.note("ws.sent", message=message)
        return message

    async def _close(self) -> None:
        """End the socket the way the faults ask for."""
        if self._last_word:
            self._last_word.word = None
        ending = "silent" if self._lost else self._faults.ending
        assert self._tcp
        if ending == "half-open":
            self._half_open = True
            self._leg.background.start_soon(_hold, self._tcp, self._faults.half_open_for)
            return
        if ending == "reset":
            await sockets.reset(self._tcp)
            return
        if ending == "stop":
            await self._send(self._out.stop())
        if not self._lost:
            self._leg.journal.note("ws.closed", by="twilio", code=1000)
        await self._socket.aclose(1000)


async def _hold(tcp: trio.abc.AsyncResource, seconds: float) -> None:
    await trio.sleep(seconds)
    await trio.aclose_forcefully(tcp)
