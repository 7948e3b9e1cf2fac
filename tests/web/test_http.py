"""The HTTP server on loopback sockets: what it answers, and what a rude client can do to it."""

from __future__ import annotations

import socket
from contextlib import asynccontextmanager

import h11
import httpx2
import pytest
import trio

from voiced.plugin import WebRequest, WebResponse
from voiced.web import HttpServer, Limits, Router, Streaming, open_listeners

PUBLIC = "https://agent.example.org/phone"
DEADLINE = 15


class Wire:
    """A client that sends what it likes and reads answers by h11."""

    def __init__(self, stream: trio.SocketStream) -> None:
        self.stream = stream
        self._buffer = b""

    async def send(self, data: bytes) -> None:
        await self.stream.send_all(data)

    async def answer(self, method: str = "GET") -> tuple[int, bytes]:
        """Read one answer; the rest is kept for the next."""
        reader = h11.Connection(h11.CLIENT)
        reader.send(h11.Request(method=method, target="/", headers=[("host", "a")]))
        reader.send(h11.EndOfMessage())
        reader.receive_data(self._buffer) if self._buffer else None
        status, body = 0, b""
        with trio.fail_after(DEADLINE):
            while True:
                event = reader.next_event()
                if event is h11.NEED_DATA:
                    reader.receive_data(await self.stream.receive_some(65536))
                elif isinstance(event, (h11.Response, h11.InformationalResponse)):
                    status = event.status_code
                    if status < 200:
                        self._buffer = reader.trailing_data[0]
                        return status, b""
                elif isinstance(event, h11.Data):
                    body += event.data
                else:
                    self._buffer = reader.trailing_data[0]
                    return status, body

    async def wait_closed(self) -> None:
        with trio.fail_after(DEADLINE):
            while await self.stream.receive_some(65536):
                pass


async def echo(request: WebRequest) -> WebResponse:
    told = f"{request.method} {request.url} {request.path} {request.query} {request.headers.get('x-many', '')} "
    return WebResponse(body=told.encode() + request.body)


async def nothing(request: WebRequest) -> WebResponse:
    return WebResponse(status=204, headers={"x-mine": "1"})


async def broken(request: WebRequest) -> WebResponse:
    raise RuntimeError("a bug")


ROUTES = {
    "/echo": {"GET": echo, "POST": echo},
    "/nothing": {"POST": nothing},
    "/broken/*": {"GET": broken},
}


@pytest.fixture
def serve(nursery, ledger):
    """Start a server with these limits and more routes; return it and a way to connect."""
    clients: list[trio.SocketStream] = []

    @asynccontextmanager
    async def serving(routes=None, **limits):
        listeners = await open_listeners("127.0.0.1", 0)
        port = listeners[0].socket.getsockname()[1]
        server = HttpServer(Router({**ROUTES, **(routes or {})}), ledger, public_url=PUBLIC, limits=Limits(**limits))
        nursery.start_soon(server.run, listeners)

        async def connect() -> Wire:
            clients.append(await trio.open_tcp_stream("127.0.0.1", port))
            return Wire(clients[-1])

        try:
            yield server, connect
        finally:
            for client in clients:
                client.socket.close()
            server.stop()

    return serving


async def test_a_request_as_the_client_made_it(serve):
    async with serve() as (_, connect):
        client = await connect()
        await client.send(
            b"POST /echo?a=1&b=%20 HTTP/1.1\r\nHost: evil.example\r\nX-Many: 1\r\nX-Many: 2\r\n"
            b"Content-Length: 2\r\n\r\nhi"
        )
        assert await client.answer("POST") == (200, f"POST {PUBLIC}/echo?a=1&b=%20 /echo a=1&b=%20 1, 2 hi".encode())


async def test_a_request_by_a_proxys_absolute_form(serve):
    async with serve() as (_, connect):
        client = await connect()
        await client.send(b"GET http://inner.example:80/echo?x HTTP/1.1\r\nHost: a\r\n\r\n")
        assert await client.answer() == (200, f"GET {PUBLIC}/echo?x /echo x  ".encode())


async def test_requests_follow_each_other_on_one_connection(serve):
    async with serve() as (_, connect):
        client = await connect()
        request = b"GET /echo HTTP/1.1\r\nHost: a\r\n\r\n"
        for _ in range(3):
            await client.send(request)
            assert (await client.answer())[0] == 200
        await client.send(request * 3)
        for _ in range(3):
            assert (await client.answer())[0] == 200


async def test_a_body_in_chunks(serve):
    async with serve() as (_, connect):
        client = await connect()
        await client.send(b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n")
        assert (await client.answer("POST"))[1].endswith(b" hi")


async def test_a_client_that_asks_before_it_sends(serve):
    async with serve() as (_, connect):
        client = await connect()
        await client.send(b"POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert (await client.answer("POST"))[0] == 100
        await client.send(b"hi")
        assert (await client.answer("POST"))[0] == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/echo", 200),
        ("HEAD", "/echo", 200),
        ("POST", "/nothing", 204),
        ("GET", "/no", 404),
        ("PUT", "/echo", 405),
    ],
)
async def test_a_common_client_is_content(serve, method: str, path: str, status: int):
    async with serve() as (_, connect):
        port = (await connect()).stream.socket.getpeername()[1]
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            for _ in range(2):
                answer = await client.request(method, path)
                assert answer.status_code == status
                assert (len(answer.content) > 0) is (method == "GET" and status == 200)


async def test_a_bug_answers_500_and_its_path_is_not_logged(serve, ledger):
    async with serve() as (_, connect):
        client = await connect()
        await client.send(b"GET /broken/secret-token HTTP/1.1\r\nHost: a\r\n\r\n")
        assert await client.answer() == (500, b"")
        await client.send(b"GET /echo HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await client.answer())[0] == 200
    assert ledger.lines == [("request_failed", {"method": "GET", "error": "RuntimeError"})]


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, id="TLS"),
        pytest.param(b"GET /echo HTTP/1.1\r\n\r\n", 400, id="no host"),
        pytest.param(b"GET echo HTTP/1.1\r\nHost: a\r\n\r\n", 400, id="no path"),
        pytest.param(b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400, id="asterisk"),
        pytest.param(b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 400, id="connect"),
        pytest.param(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400, id="no length"),
        pytest.param(b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501, id="unknown coding"),
        pytest.param(b"GET /echo HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 40_000 + b"\r\n\r\n", 431, id="long head"),
        pytest.param(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000, 413, id="body"),
    ],
)
async def test_what_is_refused(serve, request_: bytes, status: int):
    async with serve(head=2000, body=1000) as (_, connect):
        client, other = await connect(), await connect()
        await client.send(request_)
        assert await client.answer() == (status, b"")
        await client.wait_closed()
        await other.send(b"GET /echo HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await other.answer())[0] == 200


@pytest.mark.parametrize("start", [b"G", b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhi"])
async def test_a_request_that_never_ends(serve, start: bytes):
    async with serve(request=0.1) as (_, connect):
        client = await connect()
        await client.send(start)
        assert await client.answer() == (408, b"")
        await client.wait_closed()


async def test_a_request_that_breaks_off(serve):
    async with serve() as (_, connect):
        client, other = await connect(), await connect()
        await client.send(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhi")
        client.stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        client.stream.socket.close()
        await other.send(b"GET /echo HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await other.answer())[0] == 200


async def test_an_idle_connection_is_closed(serve):
    async with serve(idle=0.1) as (_, connect):
        client = await connect()
        await client.send(b"GET /echo HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await client.answer())[0] == 200
        await client.wait_closed()


async def test_too_many_connections(serve):
    async with serve(connections=2) as (_, connect):
        first, second = await connect(), await connect()
        for client in (first, second):
            await client.send(b"GET /echo HTTP/1.1\r\nHost: a\r\n\r\n")
            assert (await client.answer())[0] == 200
        third = await connect()
        assert await third.answer() == (503, b"")
        await third.wait_closed()
        await first.send(b"GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert (await first.answer())[0] == 200
        await first.wait_closed()
        fourth = await connect()
        await fourth.send(b"GET /echo HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await fourth.answer())[0] == 200


async def test_an_answer_made_while_it_is_sent(serve):
    async def count(request: WebRequest) -> Streaming:
        async def produce(send):
            for number in range(3):
                await send(b"%d\n" % number)

        return Streaming(produce, headers={"cache-control": "no-store"})

    async with serve({"/events": {"GET": count}}) as (_, connect):
        client = await connect()
        for _ in range(2):
            await client.send(b"GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
            assert await client.answer() == (200, b"0\n1\n2\n")


async def test_an_endless_answer_ends_with_its_client(serve):
    ended = trio.Event()

    async def forever(request: WebRequest) -> Streaming:
        async def produce(send):
            try:
                await send(b"first\n")
                await trio.sleep_forever()
            finally:
                ended.set()

        return Streaming(produce)

    async with serve({"/events": {"GET": forever}}) as (_, connect):
        client = await connect()
        await client.send(b"GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
        with trio.fail_after(DEADLINE):
            assert b"200" in await client.stream.receive_some(65536)
            client.stream.socket.close()
            await ended.wait()


async def test_an_answer_that_nobody_reads_ends(serve):
    ended = trio.Event()

    async def endless(request: WebRequest) -> Streaming:
        async def produce(send):
            try:
                while True:
                    await send(b"x" * 65536)
            finally:
                ended.set()

        return Streaming(produce)

    async with serve({"/events": {"GET": endless}}, request=0.1) as (_, connect):
        client = await connect()
        await client.send(b"GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
        with trio.fail_after(DEADLINE):
            await ended.wait()


async def test_a_bug_in_the_middle_of_an_answer_ends_the_connection(serve, ledger):
    async def half(request: WebRequest) -> Streaming:
        async def produce(send):
            await send(b"half\n")
            raise RuntimeError("a bug")

        return Streaming(produce)

    async with serve({"/events": {"GET": half}}) as (_, connect):
        client = await connect()
        await client.send(b"GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
        await client.wait_closed()
    assert ledger.lines == [("request_failed", {"error": "RuntimeError"})]


async def test_stop_answers_what_is_at_hand(nursery, ledger):
    at_hand, go_on = trio.Event(), trio.Event()

    async def slow(request: WebRequest) -> WebResponse:
        at_hand.set()
        await go_on.wait()
        return WebResponse(body=b"done")

    listeners = await open_listeners("127.0.0.1", 0)
    port = listeners[0].socket.getsockname()[1]
    server = HttpServer(Router({"/slow": {"GET": slow}}), ledger, public_url=PUBLIC)
    async with trio.open_nursery() as inner:
        inner.start_soon(server.run, listeners)
        async with (
            await trio.open_tcp_stream("127.0.0.1", port) as busy,
            await trio.open_tcp_stream("127.0.0.1", port) as idle,
        ):
            await busy.send_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            await at_hand.wait()
            server.stop()
            server.stop()
            await Wire(idle).wait_closed()
            go_on.set()
            assert await Wire(busy).answer() == (200, b"done")
            await Wire(busy).wait_closed()
    with pytest.raises(OSError, match="all attempts"):
        await trio.open_tcp_stream("127.0.0.1", port)


async def test_the_same_server_on_a_unix_socket(tmp_path, nursery, ledger):
    sock = trio.socket.socket(socket.AF_UNIX)
    await sock.bind(str(tmp_path / "control"))
    sock.listen()
    server = HttpServer(Router(ROUTES), ledger, public_url="http://control")
    nursery.start_soon(server.run, [trio.SocketListener(sock)])
    transport = httpx2.AsyncHTTPTransport(uds=str(tmp_path / "control"))
    async with httpx2.AsyncClient(transport=transport, base_url="http://control") as client:
        answer = await client.get("/echo")
        assert answer.text == "GET http://control/echo /echo   "
    server.stop()
