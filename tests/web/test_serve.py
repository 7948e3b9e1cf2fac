"""A worker's port as carriers meet it: webhooks, media sockets, and the end."""

from __future__ import annotations

from contextlib import asynccontextmanager, suppress
from functools import partial

import httpx2
import pytest
import trio
from trio_websocket import open_websocket_url

from voiced.web import open_listeners, serve

SIGNED = [("x-paper", "signed")]
PUBLIC = "https://agent.example.org"
DEADLINE = 15
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


class Worker:
    """A worker that serves, as its starter and its clients see it."""

    def __init__(self, serving, port: int, scope: trio.CancelScope, ended: trio.Event) -> None:
        self.serving = serving
        self.port = port
        self.scope = scope
        self.ended = ended

    async def ask(self, path: str, method: str = "GET", **more) -> httpx2.Response:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{self.port}") as client:
            return await client.request(method, path, **more)

    def media(self, token: str, headers=SIGNED, provider: str = "paper"):
        """Open a media socket as the carrier does; a context manager."""
        return open_websocket_url(self.address(token, provider), extra_headers=headers)

    def address(self, token: str, provider: str = "paper") -> str:
        return f"ws://127.0.0.1:{self.port}/voice/{provider}/media/{token}"

    async def refused(self, token: str, headers=SIGNED, provider: str = "paper") -> int:
        """Return the status with which the socket is refused."""
        answer = await self.ask(f"/voice/{provider}/media/{token}", headers={**UPGRADE, **dict(headers)})
        return answer.status_code

    @asynccontextmanager
    async def raw_media(self, token: str):
        """Open a media socket of which a test may send any bytes."""
        head = "".join(f"{name}: {value}\r\n" for name, value in {**UPGRADE, **dict(SIGNED), "Host": "a"}.items())
        async with await trio.open_tcp_stream("127.0.0.1", self.port) as stream:
            await stream.send_all(f"GET /voice/paper/media/{token} HTTP/1.1\r\n{head}\r\n".encode())
            answer = b""
            with trio.fail_after(DEADLINE):
                # Up to the end of the head and no further: frames may follow at once.
                while not answer.endswith(b"\r\n\r\n"):
                    answer += await stream.receive_some(1)
            assert answer.startswith(b"HTTP/1.1 101 ")
            yield stream


@pytest.fixture
async def worker(nursery, exchange, telco, ledger) -> Worker:
    listeners = await open_listeners("127.0.0.1", 0)
    port = listeners[0].socket.getsockname()[1]
    scope, ended = trio.CancelScope(), trio.Event()

    async def run(task_status) -> None:
        with scope:
            await serve(
                exchange, {"paper": telco, "other": telco}, active="paper",
                public_url=PUBLIC, listeners=listeners, log=ledger, task_status=task_status,
            )  # fmt: skip
        ended.set()

    return Worker(await nursery.start(run), port, scope, ended)


async def test_health(worker, exchange):
    assert (await worker.ask("/healthz")).json() == {"alive": True}
    ready = await worker.ask("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "reasons": []})
    exchange.reasons = ["draining"]
    ready = await worker.ask("/readyz")
    assert (ready.status_code, ready.json()) == (503, {"ready": False, "reasons": ["draining"]})


@pytest.mark.parametrize(
    "path", ["/voice/inbound", "/voice/status?a=1", "/voice/paper/inbound", "/voice/paper/x/y", "/voice/other/status"]
)
async def test_webhooks_see_the_public_address(worker, path: str):
    posted = await worker.ask(path, "POST", content=b"CallSid=CA1", headers={"host": "evil.example"})
    assert posted.text == f"POST {PUBLIC}{path} CallSid=CA1"
    assert (await worker.ask(path)).text == f"GET {PUBLIC}{path} "


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/voice/nobody/inbound", 404),
        ("GET", "/voice/paper", 404),
        ("DELETE", "/voice/inbound", 405),
        ("POST", "/readyz", 405),
        ("GET", "/voice/paper/media/token", 426),
        ("GET", "/voice/paper/broken", 500),
    ],
)
async def test_what_is_not_there(worker, method: str, path: str, status: int):
    assert (await worker.ask(path, method)).status_code == status


async def test_a_call(worker, exchange, telco):
    exchange.admit("paper", "tok")
    async with worker.media("tok") as carrier:
        call = await exchange.call("call-tok")
        await carrier.send_message("hello")
        assert await call.hear() == "hello"
        call.line.send(["bonjour", b"\x00"])
        assert [await carrier.get_message(), await carrier.get_message()] == ["bonjour", b"\x00"]
        assert worker.serving.lines == 1
    assert await call.hear() == ("closed", "closed by the carrier (1000)")
    assert worker.serving.lines == 0
    assert telco.admitted_urls == ["wss://agent.example.org/voice/paper/media/tok"]


async def test_words_sent_with_the_handshake_are_heard(worker, exchange):
    """A carrier need not wait for our 101 to begin."""
    exchange.admit("paper", "tok")
    frame = b"\x81\x85\0\0\0\0early"
    async with await trio.open_tcp_stream("127.0.0.1", worker.port) as stream:
        await stream.send_all(
            b"GET /voice/paper/media/tok HTTP/1.1\r\nHost: a\r\nUpgrade: WebSocket\r\n"
            b"Connection: keep-alive, Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-Paper: signed\r\n\r\n"
            + frame
        )
        call = await exchange.call("call-tok")
        assert await call.hear() == "early"
        with trio.fail_after(DEADLINE):
            greeting = await stream.receive_some(4096)
        # The nonce and its answer are those of RFC 6455, 1.3.
        assert greeting.startswith(b"HTTP/1.1 101 ")
        assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in greeting


async def test_a_stranger_is_refused_and_the_token_stays_good(worker, exchange, ledger):
    exchange.admit("paper", "tok")
    assert await worker.refused("tok", headers=[]) == 403
    assert await worker.refused("tok", headers=[("x-paper", "forged")]) == 403
    assert await worker.refused("tok", provider="nobody") == 403
    assert await worker.refused("tok", provider="other") == 403
    async with worker.media("tok"):
        await exchange.call("call-tok")
    assert "tok" not in str(ledger.lines).replace("'token'", "")


async def test_a_token_opens_one_socket_once(worker, exchange):
    exchange.admit("paper", "tok")
    async with worker.media("tok"):
        assert await worker.refused("tok") == 403
    assert await worker.refused("tok") == 403
    assert await worker.refused("unknown") == 403


async def test_other_addresses_take_no_socket(worker):
    async with await trio.open_tcp_stream("127.0.0.1", worker.port) as stream:
        await stream.send_all(
            b"GET /voice/inbound HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"
        )
        with trio.fail_after(DEADLINE):
            assert (await stream.receive_some(4096)).startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n", 400),
        (b"Connection: Upgrade\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: a\r\n", 426),
        (b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: a\r\n", 400),
    ],
    ids=["no key", "old version", "no connection"],
)
async def test_a_bad_handshake_does_not_use_up_the_token(worker, exchange, headers: bytes, status: int):
    exchange.admit("paper", "tok")
    async with await trio.open_tcp_stream("127.0.0.1", worker.port) as stream:
        await stream.send_all(
            b"GET /voice/paper/media/tok HTTP/1.1\r\nHost: a\r\nX-Paper: signed\r\nUpgrade: websocket\r\n"
            + headers
            + b"\r\n"
        )
        with trio.fail_after(DEADLINE):
            assert (await stream.receive_some(4096)).startswith(b"HTTP/1.1 %d " % status)
    async with worker.media("tok"):
        await exchange.call("call-tok")


async def test_a_call_that_cannot_be_made(worker, exchange, ledger, as_carrier):
    exchange.admit("paper", "tok")
    exchange.broken = True
    async with worker.raw_media("tok") as carrier:
        assert await as_carrier(carrier).close_code() == 1011
    assert ("media_failed", {"call": "call-tok", "error": "RuntimeError"}) in ledger.lines
    assert (await worker.ask("/healthz")).status_code == 200


async def test_rude_neighbours_go_unnoticed(worker, exchange, as_carrier):
    """An endless message, a flood and garbage, while one call talks."""
    for token in ("good", "endless", "flood", "garbage"):
        exchange.admit("paper", token)
    async with (
        worker.media("good") as carrier,
        worker.raw_media("endless") as endless,
        worker.raw_media("flood") as flood,
        worker.raw_media("garbage") as garbage,
        trio.open_nursery() as nursery,
    ):
        good = await exchange.call("call-good")
        nursery.start_soon(_say, as_carrier(flood), "x" * 300, 5000)
        nursery.start_soon(_say, as_carrier(endless), "x" * 200_000, 1)
        await garbage.send_all(b"\xff" * 5000)
        for number in range(20):
            await carrier.send_message(str(number))
            assert await good.hear() == str(number)
            good.line.send([str(number)])
            assert await carrier.get_message() == str(number)
        assert await exchange.calls["call-endless"].hear_end() == "message too big"
        assert (await exchange.calls["call-garbage"].hear_end()).startswith("protocol error")
        await good.wait_ticks(2)


async def _say(carrier, message: str, times: int) -> None:
    """Say it as often as one is let."""
    with suppress(trio.BrokenResourceError):
        for _ in range(times):
            await carrier.say(message)


async def test_stop_accepting_lets_open_lines_go_on(worker, exchange):
    exchange.admit("paper", "tok")
    async with worker.media("tok") as carrier:
        call = await exchange.call("call-tok")
        worker.serving.stop_accepting()
        await carrier.send_message("still here")
        assert await call.hear() == "still here"
        with pytest.raises(OSError, match="all attempts"):
            await trio.open_tcp_stream("127.0.0.1", worker.port)
        assert not worker.ended.is_set()
    with trio.fail_after(DEADLINE):
        await worker.ended.wait()
    assert await call.hear_end() == "closed by the carrier (1000)"


async def test_cancelled_it_closes_lines_in_order(worker, exchange, as_carrier):
    exchange.admit("paper", "tok")
    async with worker.raw_media("tok") as carrier:
        call = await exchange.call("call-tok")
        worker.scope.cancel()
        assert await as_carrier(carrier).close_code() == 1001
    assert await call.hear() == ("closed", "shutdown")
    assert call.nothing_more


async def test_an_active_telco_that_is_not_there(exchange, telco, ledger):
    run = partial(serve, exchange, {"paper": telco}, public_url=PUBLIC, listeners=[], log=ledger)
    with pytest.raises(KeyError):
        await run(active="nobody")
