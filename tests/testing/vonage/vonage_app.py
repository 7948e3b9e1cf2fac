"""A small application to call: checks tokens with Vonage's own library, does on its socket what it is told."""

import hashlib
import json
import socket
import struct
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import jwt
import trio
from trio_websocket import ConnectionClosed, wrap_server_stream
from vonage_jwt import VonageVerifyJwtError, verify_signature

from voiced.testing.emulator import NEAR
from voiced.testing.twilio.http_server import Request, Response, serve_http
from voiced.testing.vonage import API_KEY, SIGNATURE_SECRET, Hooks, Options, Vonage
from voiced.testing.vonage.tokens import REPLAYED

PUBLIC, MEDIA = "https://agent.example.org", "https://media.example.org"
RATE = "audio/l16;rate=8000"
LOUD = b"\x00\x20" * 160
"""A frame that is heard, at 8 kHz."""
HEADERS = {"call": "c1", "session": "s1"}


def socket_action(path="/media?t=one", rate=RATE, **more):
    """The action that connects a WebSocket."""
    endpoint = {"type": "websocket", "uri": f"wss://media.example.org{path}", "content-type": rate, "headers": HEADERS}
    endpoint |= {name: more.pop(name) for name in ("authorization", "headers") if name in more}
    base = {"action": "connect", "from": "33912345678", "eventType": "synchronous", "eventUrl": [f"{PUBLIC}/stream"]}
    return {**base, "endpoint": [endpoint], **more}


def phone_action(number="33199000001", endpoint=None, **more):
    """The action that calls somebody."""
    base = {"action": "connect", "from": "33912345678", "eventType": "synchronous", "eventUrl": [f"{PUBLIC}/dialled"]}
    return {**base, "endpoint": [{"type": "phone", "number": number, **(endpoint or {})}], **more}


def ncco(*actions):
    return Response(200, json.dumps(actions).encode(), "application/json")


@dataclass
class Session:
    """The application's end of one WebSocket."""

    ws: object
    tcp: trio.SocketStream
    headers: dict
    path: str
    messages: list = field(default_factory=list)
    frames: list = field(default_factory=list)
    order: list = field(default_factory=list)
    changed: trio.Event = field(default_factory=trio.Event)
    over: trio.Event = field(default_factory=trio.Event)

    def of(self, event):
        return [message for message in self.messages if message["event"] == f"websocket:{event}"]

    async def wait_for(self, event, count=1):
        while len(self.of(event)) < count:
            await self.changed.wait()

    async def wait_frames(self, count):
        while len(self.frames) < count:
            await self.changed.wait()

    async def act(self, action, **more):
        await self.ws.send_message(json.dumps({"action": action, **more}))

    async def play(self, frames=1, frame=LOUD):
        for _ in range(frames):
            await self.ws.send_message(frame)

    async def close(self, code=1000):
        await self.ws.aclose(code)

    async def die(self):
        """Go as a killed process does: with a reset."""
        self.tcp.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await trio.aclose_forcefully(self.tcp)

    async def read(self):
        try:
            while True:
                message = await self.ws.get_message()
                self.order.append(message)
                if isinstance(message, str):
                    self.messages.append(json.loads(message))
                else:
                    self.frames.append(message)
                changed, self.changed = self.changed, trio.Event()
                changed.set()
        except ConnectionClosed:
            self.over.set()


async def greet(session):
    """Say something short: a caller who hears it knows that the socket is open."""
    await session.play(5)


class App:
    """Answers by path: `on(path, answer)` takes actions, a Response, a function; `talks` is what it does on sockets."""

    def __init__(self):
        self.requests, self.sessions, self.used = [], [], set()
        self.answers = {}
        self.talks = greet
        self.trusts = False
        self.admits = lambda _session_headers: True

    def on(self, path, *answer):
        self.answers[path] = answer[0] if len(answer) == 1 and not isinstance(answer[0], dict) else ncco(*answer)
        return self

    def asked(self, path):
        return [request for request in self.requests if request.path == path]

    def told(self, path="/event"):
        return [json.loads(request.body) for request in self.asked(path)]

    def statuses(self, path="/event"):
        return [fields.get("status") for fields in self.told(path)]

    async def handle(self, request: Request):
        self.requests.append(request)
        if not self.trusts and not genuine(request):
            return Response(401)
        answer = self.answers.get(request.path, Response(204))
        if callable(answer):
            answer = answer(request)
        if hasattr(answer, "__await__"):
            answer = await answer
        return answer

    async def serve_socket(self, tcp):
        async with trio.open_nursery() as sockets:
            asked = await wrap_server_stream(sockets, tcp)
            headers = {name.decode(): value.decode() for name, value in asked.headers}
            if asked.path in self.used or not self.admits(headers):
                await asked.reject(403)
                sockets.cancel_scope.cancel()
                return
            self.used.add(asked.path)
            session = Session(await asked.accept(), tcp, headers, asked.path)
            self.sessions.append(session)
            sockets.start_soon(session.read)
            await session.wait_for("connected")
            await self.talks(session)
            await session.over.wait()
            sockets.cancel_scope.cancel()


def bearer(header):
    return header.removeprefix("Bearer ")


def genuine(request):
    """Return whether Vonage's library takes the token, and it is fresh, of our account and of what was asked."""
    token = bearer(request.headers.get("authorization", ""))
    try:
        if not verify_signature(token, SIGNATURE_SECRET):
            return False
    except VonageVerifyJwtError:
        return False
    claims = jwt.decode(token, options={"verify_signature": False})
    if claims["api_key"] != API_KEY or claims["jti"] == REPLAYED or claims["iat"] < time.time() - 300:
        return False
    hashed, payload = claims.get("payload_hash"), request.body
    if request.method == "GET":
        payload = json.dumps(request.query, separators=(",", ":"), ensure_ascii=False).encode()
    return hashed == hashlib.sha256(payload).hexdigest() or (hashed is None and request.method == "GET")


@asynccontextmanager
async def running(app, application=None, faults=None, **hooks):
    """Serve the application; give a Vonage whose numbers lead to it. No test takes longer than 20 s."""
    with trio.fail_after(20):
        async with trio.open_nursery() as nursery:
            web = await nursery.start(serve_http, app.handle)
            listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
            port = listeners[0].socket.getsockname()[1]
            nursery.start_soon(trio.serve_listeners, app.serve_socket, listeners)
            routes = {PUBLIC: f"http://127.0.0.1:{web}", MEDIA: f"http://127.0.0.1:{port}"}
            callees, roads = hooks.pop("callees", {}), hooks.pop("roads", NEAR)
            urls = {"answer_url": f"{PUBLIC}/answer", "event_url": f"{PUBLIC}/event", "retry_after": 0.02}
            yield Vonage(
                Hooks(**{**urls, **hooks}),
                application=application,
                faults=faults,
                options=Options(routes=routes, callees=callees, stream_connect=0.25, roads=roads),
            )
            nursery.cancel_scope.cancel()


async def brief(phone):
    """Hear that the socket is open, and hang up."""
    await phone.wait_for_agent(5)
    await phone.wait(0.1)


async def stay(phone):
    await phone.wait_end()
