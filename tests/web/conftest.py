"""A switchboard, its calls and a carrier of paper: the contracts the web room is written against, in memory.

Sockets are real (loopback, port 0) and so is time; every wait is for an event, and is given up after `PATIENCE`.
"""

from __future__ import annotations

import math
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
import trio
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, TextMessage

from voiced.call.line import Ear, Line
from voiced.plugin import Admission, AfterStream, CallOffer, HangUp, Leg, WebRequest, WebResponse
from voiced.web.hub import EpollHub
from voiced.web.media import Patience
from voiced.web.pool import Pool
from voiced.web.portable import TaskHub

PUBLIC = "https://agent.example.org"
HUBS: dict[str, Callable[..., Pool]] = {"epoll": EpollHub, "tasks": TaskHub}


PATIENCE = 15
"""Seconds after which a wait for what must come is given up."""


@dataclass
class Ledger:
    """A logger that keeps what it was told."""

    lines: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def debug(self, event: str, **facts: Any) -> None:
        self.lines.append((event, facts))

    info = warning = error = debug


class Call:
    """An ear that notes what it hears. `hear()` waits for the next thing: a message, ("failed", e), ("closed", why)."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.leg: Any = None
        self.ticks = 0
        self.heard = 0
        self.breaks: list[str] = []
        self._tell, self._told = trio.open_memory_channel[Any](math.inf)
        self._ticked = trio.Event()

    def message(self, message: str | bytes) -> None:
        self.heard += 1
        self._tell.send_nowait(message)
        self._break("message")

    def tick(self) -> None:
        self.ticks += 1
        self._ticked.set()
        self._break("tick")

    def broke(self, reason: str) -> None:
        self._tell.send_nowait(("broke", reason))
        self._break("broke")

    def closed(self, reason: str) -> None:
        self._tell.send_nowait(("closed", reason))
        self._break("closed")

    def failed(self, error: Exception) -> None:
        self._tell.send_nowait(("failed", str(error)))
        self._break("failed")

    async def hear(self) -> Any:
        with trio.fail_after(PATIENCE):
            return await self._told.receive()

    async def hear_end(self) -> str:
        """Wait for the end, whatever comes before; return the reason."""
        while True:
            match await self.hear():
                case ("closed", reason):
                    return reason

    async def wait_ticks(self, count: int) -> None:
        target = self.ticks + count
        while self.ticks < target:
            self._ticked = trio.Event()
            with trio.fail_after(PATIENCE):
                await self._ticked.wait()

    @property
    def nothing_more(self) -> bool:
        return self._told.statistics().current_buffer_used == 0

    def _break(self, moment: str) -> None:
        if moment in self.breaks:
            self.breaks.remove(moment)
            raise RuntimeError(f"broken {moment}")


class Peer:
    """The carrier's end of a media socket: a WebSocket client without a handshake."""

    def __init__(self, stream: trio.SocketStream) -> None:
        self.stream = stream
        self.codec = Connection(ConnectionType.CLIENT)
        self._events: list[Event] = []

    async def say(self, message: str | bytes) -> None:
        event = TextMessage(data=message) if isinstance(message, str) else BytesMessage(data=message)
        await self.stream.send_all(self.codec.send(event))

    async def send(self, event: Event) -> None:
        await self.stream.send_all(self.codec.send(event))

    async def event(self) -> Event:
        """Wait for the next event; pings are answered on the way only by `pong()`."""
        while not self._events:
            with trio.fail_after(PATIENCE):
                data = await self.stream.receive_some(65536)
            self.codec.receive_data(data or None)
            self._events.extend(self.codec.events())
        return self._events.pop(0)

    async def text(self) -> str:
        """Wait for the next whole message."""
        parts = []
        while True:
            event = await self.event()
            if isinstance(event, TextMessage):
                parts.append(event.data)
                if event.message_finished:
                    return "".join(parts)

    async def close_code(self) -> int:
        while True:
            match await self.event():
                case CloseConnection(code):
                    return int(code)

    async def pong(self) -> None:
        while True:
            event = await self.event()
            if isinstance(event, Ping):
                await self.send(event.response())
                return

    def reset(self) -> None:
        """Vanish as a killed process does: RST."""
        reset(self.stream)


def reset(stream: trio.SocketStream) -> None:
    stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    stream.socket.close()


Pair = Callable[[], Awaitable[tuple[socket.socket, trio.SocketStream]]]
Connect = Callable[..., Awaitable[tuple[Call, Peer]]]


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture(params=sorted(HUBS))
def make_hub(request: pytest.FixtureRequest, ledger: Ledger) -> Callable[..., Pool]:
    """Make a hub of either kind."""
    return lambda **patience: HUBS[request.param](ledger, patience=Patience(**patience))


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    """Make two ends of a loopback connection: ours, and the carrier's (closed with the test)."""
    streams: list[trio.SocketStream] = []

    async def connect() -> tuple[socket.socket, trio.SocketStream]:
        with socket.create_server(("127.0.0.1", 0)) as server:
            streams.append(await trio.open_tcp_stream("127.0.0.1", server.getsockname()[1]))
            ours, _ = server.accept()
        return ours, streams[-1]

    yield connect
    for stream in streams:
        stream.socket.close()


@pytest.fixture
def as_carrier() -> Callable[[trio.SocketStream], Peer]:
    return Peer


@pytest.fixture
def place_on(pair: Pair) -> Connect:
    """Place a call on a hub that runs; return it and its carrier."""

    async def place(hub: Pool) -> tuple[Call, Peer]:
        ours, theirs = await pair()
        calls: list[Call] = []

        def connect(line: Line) -> Ear:
            calls.append(Call(line))
            return calls[0]

        hub.add(ours, connect, greeting=b"")
        return calls[0], Peer(theirs)

    return place


@pytest.fixture
async def place(nursery: trio.Nursery, make_hub: Callable[..., Pool], place_on: Connect) -> Connect:
    """Place a call: start a hub at the first (its patience may be given then), return the call and its carrier."""
    hubs: list[Pool] = []

    async def one(**patience: float) -> tuple[Call, Peer]:
        if not hubs:
            hubs.append(make_hub(**patience))
            await nursery.start(hubs[0].run)
        return await place_on(hubs[0])

    return one


@dataclass
class PaperTicket:
    """A call that was admitted."""

    call_id: str


class Switchboard:
    """An exchange: tokens are good once, calls are `Call`s."""

    def __init__(self) -> None:
        self.tokens: dict[tuple[str, str], PaperTicket] = {}
        self.calls: dict[str, Call] = {}
        self.reasons: list[str] = []
        self.broken = False
        self.asked: list[tuple[Any, ...]] = []
        self._connected = trio.Event()

    def admit(self, provider: str, token: str) -> None:
        self.tokens[provider, token] = PaperTicket(f"call-{token}")

    async def call(self, call_id: str) -> Call:
        """Wait until the call is connected."""
        while call_id not in self.calls:
            self._connected = trio.Event()
            with trio.fail_after(PATIENCE):
                await self._connected.wait()
        return self.calls[call_id]

    def redeem(self, provider: str, token: str) -> PaperTicket | None:
        return self.tokens.pop((provider, token), None)

    def connect(self, ticket: PaperTicket, leg: Leg, line: Line) -> Call:
        if self.broken:
            raise RuntimeError("no call can be made")
        call = self.calls[ticket.call_id] = Call(line)
        call.leg = leg
        self._connected.set()
        return call

    def not_ready(self) -> Sequence[str]:
        return self.reasons

    def offer(self, offer: CallOffer) -> Admission:
        self.asked.append(("offer", offer))
        self.admit(offer.provider, "fresh")
        return Admission("call-fresh", f"wss://agent.example.org/voice/{offer.provider}/media/fresh")

    def after_stream(self, offer: CallOffer) -> AfterStream:  # noqa: ARG002 - the contract
        return HangUp()

    def dialled(self, provider: str, carrier_call_id: str, result: str) -> AfterStream:  # noqa: ARG002 - the contract
        return HangUp()

    def over(self, provider: str, carrier_call_id: str, status: str) -> None:
        self.asked.append(("over", provider, carrier_call_id, status))


class PaperTelco:
    """A carrier that signs by a header and echoes what it was asked."""

    def __init__(self) -> None:
        self.admitted_urls: list[str] = []

    def webhook(self, request: WebRequest, desk: object) -> WebResponse:  # noqa: ARG002 - the contract
        if request.path.endswith("/broken"):
            raise RuntimeError("a bug")
        told = f"{request.method} {request.url} {request.body.decode()}"
        return WebResponse(body=told.encode(), headers={"x-seen": request.headers.get("x-many", "")})

    def call_of(self, request: WebRequest) -> str:
        return request.query

    def admits(self, request: WebRequest) -> bool:
        self.admitted_urls.append(request.url)
        return request.headers.get("x-paper") == "signed"

    def leg(self) -> Any:
        return object()


@pytest.fixture
def exchange() -> Switchboard:
    return Switchboard()


@pytest.fixture
def telco() -> PaperTelco:
    return PaperTelco()
