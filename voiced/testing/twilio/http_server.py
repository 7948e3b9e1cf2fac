"""A small HTTP/1.1 server on loopback: h11 on trio, one task a connection."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import parse_qsl, urlsplit

import h11
import trio

MAX_BODY = 1024 * 1024
IDLE = 30.0
"""Seconds that a connection may stay silent."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request; header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The target without its query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The query's fields; of repeated ones the last."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The form's fields, repeated ones too."""
        return parse_qsl(self.body.decode(), keep_blank_values=True)

    @property
    def form(self) -> dict[str, str]:
        """The form's fields; of repeated ones the last."""
        return dict(self.pairs)


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Request], Awaitable[Response]]


async def serve_http(
    handler: Handler, port: int = 0, *, task_status: trio.TaskStatus[int] = trio.TASK_STATUS_IGNORED
) -> None:
    """Serve on 127.0.0.1 until cancelled; the task's status is the port."""
    listeners = await trio.open_tcp_listeners(port, host="127.0.0.1")
    task_status.started(listeners[0].socket.getsockname()[1])
    await trio.serve_listeners(partial(_serve, handler), listeners)


async def _serve(handler: Handler, stream: trio.SocketStream) -> None:
    connection = h11.Connection(h11.SERVER)
    try:
        while True:
            request = await _read(connection, stream)
            if request is None:
                return
            await _answer(connection, stream, await handler(request))
            if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                return
            connection.start_next_cycle()
    except (trio.BrokenResourceError, trio.ClosedResourceError, h11.RemoteProtocolError):
        return
    finally:
        await trio.aclose_forcefully(stream)


async def _read(connection: h11.Connection, stream: trio.SocketStream) -> Request | None:
    head: h11.Request | None = None
    body = b""
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            with trio.move_on_after(IDLE) as idle:
                connection.receive_data(await stream.receive_some())
            if idle.cancelled_caught:
                return None
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > MAX_BODY:
                return None
        elif isinstance(event, h11.EndOfMessage):
            assert head is not None
            headers = {name.decode(): value.decode("latin-1") for name, value in head.headers}
            return Request(head.method.decode(), head.target.decode(), headers, body)
        else:
            return None


async def _answer(connection: h11.Connection, stream: trio.SocketStream, response: Response) -> None:
    headers = [("content-length", str(len(response.body))), *response.headers.items()]
    if response.body:
        headers.append(("content-type", response.content_type))
    out = connection.send(h11.Response(status_code=response.status, headers=headers)) or b""
    if response.body and response.status != 204:
        out += connection.send(h11.Data(data=response.body)) or b""
    out += connection.send(h11.EndOfMessage()) or b""
    await stream.send_all(out)
