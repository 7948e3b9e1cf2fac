"""A small application to call: checks signatures with the official library, does on its socket what it is told."""

import base64
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import trio
from trio_websocket import ConnectionClosed, wrap_server_stream
from twilio.request_validator import RequestValidator

from voiced.testing.caller.tones import tone
from voiced.testing.twilio import AUTH_TOKEN, Options, Twilio
from voiced.testing.twilio.http_server import Request, Response, serve_http

GREETING = tone(0.1, 440.0)
PUBLIC = "https://agent.example.org"
XML = "text/xml; charset=utf-8"


def twiml(inner):
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{inner}</Response>'


def stream_twiml(after="", *, path="/media/one", params="", connect="", stream=""):
    callback = 'statusCallback="/stream-status"'
    url = f"wss://media.example.org{path}"
    return twiml(f'<Connect {connect}><Stream url="{url}" {callback} {stream}>{params}</Stream></Connect>{after}')


@dataclass
class Session:
    """The application's end of one media stream."""

    ws: object
    tcp: trio.SocketStream
    headers: dict
    path: str
    messages: list = field(default_factory=list)
    binary: list = field(default_factory=list)
    changed: trio.Event = field(default_factory=trio.Event)
    over: trio.Event = field(default_factory=trio.Event)

    @property
    def sid(self):
        return self.of("start")[0]["streamSid"]

    def of(self, event):
        return [message for message in self.messages if message["event"] == event]

    async def wait_for(self, event, count=1):
        while len(self.of(event)) < count:
            await self.changed.wait()

    async def send(self, **message):
        await self.ws.send_message(json.dumps({"streamSid": self.sid} | message))

    async def play(self, sound):
        await self.send(event="media", media={"payload": base64.b64encode(sound).decode()})

    async def mark(self, name):
        await self.send(event="mark", mark={"name": name})

    async def clear(self):
        await self.send(event="clear")

    async def close(self, code=1000):
        await self.ws.aclose(code)

    async def die(self):
        """Go as a killed process does: with a reset."""
        self.tcp.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await trio.aclose_forcefully(self.tcp)

    async def read(self):
        try:
            while True:
                self.messages.append(json.loads(await self.ws.get_message()))
                changed, self.changed = self.changed, trio.Event()
                changed.set()
        except ConnectionClosed:
            self.over.set()


async def greet(session):
    """Say something short: a caller who hears it knows that the stream is open."""
    await session.play(GREETING)


Answerer = Callable[[Request], str | Response | Awaitable[object]]


class App:
    """Answers by path: `on(path, answer)` takes TwiML, a Response, a function; `talks` is what it does on streams."""

    def __init__(self):
        self.requests = []
        self.answers = {}
        self.talks = greet
        self.sessions = []
        self.used_paths = set()
        self.check_upgrade = True
        self.one_shot = True

    def on(self, path, answer):
        self.answers[path] = answer
        return self

    def asked(self, path):
        return [request for request in self.requests if request.path == path]

    async def handle(self, request):
        self.requests.append(request)
        if not self.signed(request):
            return Response(403)
        answer = self.answers.get(request.path)
        if callable(answer):
            answer = answer(request)
        if hasattr(answer, "__await__"):
            answer = await answer
        if isinstance(answer, Response):
            return answer
        return Response(200, answer.encode(), XML) if answer else Response(204)

    def signed(self, request):
        given = request.headers.get("x-twilio-signature", "")
        fields = request.form if request.method == "POST" else {}
        return RequestValidator(AUTH_TOKEN).validate(PUBLIC + request.target, fields, given)

    async def serve_stream(self, tcp):
        async with trio.open_nursery() as sockets:
            asked = await wrap_server_stream(sockets, tcp)
            headers = {name.decode(): value.decode() for name, value in asked.headers}
            if not self.admits(asked.path, headers):
                await asked.reject(403)
                sockets.cancel_scope.cancel()
                return
            self.used_paths.add(asked.path)
            session = Session(await asked.accept(), tcp, headers, asked.path)
            self.sessions.append(session)
            sockets.start_soon(session.read)
            await session.wait_for("start")
            await self.talks(session)
            await session.over.wait()
            sockets.cancel_scope.cancel()

    def admits(self, path, headers):
        if self.one_shot and path in self.used_paths:
            return False
        if not self.check_upgrade:
            return True
        given = headers.get("x-twilio-signature", "")
        url = "wss://media.example.org" + path
        validator = RequestValidator(AUTH_TOKEN)
        return any(validator.compute_signature(form, {}) == given for form in (url, url + "/"))


@asynccontextmanager
async def running(app, **options):
    """Serve the application; give a Twilio whose number leads to it. No test takes longer than 30 s."""
    with trio.fail_after(30):
        async with trio.open_nursery() as nursery:
            yield await connected(app, nursery, options)
            nursery.cancel_scope.cancel()


async def connected(app, nursery, options):
    web = await nursery.start(serve_http, app.handle)
    listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
    port = listeners[0].socket.getsockname()[1]
    nursery.start_soon(trio.serve_listeners, app.serve_stream, listeners)
    routes = {PUBLIC: f"http://127.0.0.1:{web}", "https://media.example.org": f"http://127.0.0.1:{port}"}
    return Twilio(f"{PUBLIC}/voice", status_url=f"{PUBLIC}/status", options=Options(routes=routes, **options))
