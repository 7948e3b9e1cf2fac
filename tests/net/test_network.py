"""The network of plugins, against real servers on this machine."""

import gc
import ssl
from contextlib import aclosing, asynccontextmanager, nullcontext
from functools import partial

import pytest
import trio
import trio_websocket

from voiced.errors import (
    ProviderBadInput,
    ProviderClosed,
    ProviderOverloaded,
    ProviderRefused,
    ProviderThrottled,
    ProviderTimeout,
)
from voiced.net import Network
from voiced.net.network import get_ready
from voiced.net.reaching import REACH
from voiced.net.socket import PARTING
from voiced.observe.log import logger
from voiced.plugin import WebResponse, checked_url, refusal
from voiced.resilience.race import FIRST_TOKEN
from voiced.web.http import HttpServer
from voiced.web.router import Router, Streaming


@pytest.fixture
async def net():
    made = Network("acme")
    yield made
    await made.aclose()


@asynccontextmanager
async def serving(routes):
    """Serve HTTP on a free port; give its address, and the server."""
    [listener] = await trio.open_tcp_listeners(0, host="127.0.0.1")
    url = f"http://127.0.0.1:{listener.socket.getsockname()[1]}"
    server = HttpServer(Router(routes), logger("test"), public_url=url)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(server.run, [listener])
        yield url
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def answering(handler):
    """Serve WebSockets on a free port; give its address."""
    async with trio.open_nursery() as nursery:
        server = await nursery.start(trio_websocket.serve_websocket, handler, "127.0.0.1", 0, None)
        yield f"ws://127.0.0.1:{server.port}/live"
        nursery.cancel_scope.cancel()


async def test_an_answer_comes_whole_with_its_status_and_headers(net):
    async def echo(request):
        return WebResponse(201, request.body + request.headers["x-key"].encode(), headers={"X-Left": "3"})

    async with serving({"/say": {"POST": echo}}) as url:
        answer = await net.request("POST", f"{url}/say", headers={"x-key": "!"}, body=b"bonjour")
    assert (answer.status, answer.body, answer.headers["x-left"]) == (201, b"bonjour!", "3")


async def test_an_answer_is_read_while_it_comes(net):
    more = trio.Event()

    async def slowly(_request):
        async def produce(send):
            await send(b"one ")
            await more.wait()
            await send(b"two")

        return Streaming(produce)

    async with serving({"/": {"GET": slowly}}) as url, net.stream("GET", url + "/") as reading:
        came = []
        async for chunk in reading.chunks():
            came.append(chunk)
            more.set()
    assert came == [b"one ", b"two"]


async def test_an_answer_that_breaks_off_is_an_outage(net):
    async def breaks(_request):
        async def produce(send):
            await send(b"one ")
            raise ValueError

        return Streaming(produce)

    async with serving({"/": {"GET": breaks}}) as url, net.stream("GET", url + "/") as reading:
        with pytest.raises(ProviderOverloaded, match="broke off"):
            await reading.body()


@pytest.mark.parametrize("tidy", [True, False])
async def test_who_reads_no_further_leaves_nothing_behind_and_is_missed(net, tidy):
    """A generator that httpx leaves to the collector would warn, and so fail this test."""
    left = trio.Event()

    async def endless(send):
        try:
            await send(b"one")
            await trio.sleep_forever()
        finally:
            left.set()

    async def handler(_request):
        return Streaming(endless)

    async def read(url):
        async with net.stream("GET", url) as reading:
            chunks = reading.chunks()
            async with aclosing(chunks) if tidy else nullcontext():
                async for _ in chunks:
                    raise ProviderBadInput("enough")

    async with serving({"/": {"GET": handler}}) as url:
        with pytest.raises(ProviderBadInput):
            await read(url)
        gc.collect()
        with trio.fail_after(5):
            await left.wait()


async def test_connections_are_kept_warm(net):
    async def hello(_request):
        return WebResponse()

    async with serving({"/": {"GET": hello}}) as url:
        for _ in range(3):
            await net.request("GET", url)
        [connection] = net._client._transport._pool.connections
        assert "Request Count: 3" in connection.info()


async def test_nobody_there_is_an_outage_of_connecting(net):
    [listener] = await trio.open_tcp_listeners(0, host="127.0.0.1")
    port = listener.socket.getsockname()[1]
    await listener.aclose()
    with pytest.raises(ProviderOverloaded) as http:
        await net.request("GET", f"http://127.0.0.1:{port}/")
    with pytest.raises(ProviderOverloaded) as socket:
        async with net.connect(f"ws://127.0.0.1:{port}/"):
            pass
    assert (http.value.stage, socket.value.stage) == ("connect", "connect")


async def test_a_socket_carries_text_and_bytes_with_our_headers(net):
    async def parrot(request):
        headers = dict(request.headers)
        socket = await request.accept(subprotocol=request.proposed_subprotocols[0])
        await socket.send_message(headers[b"authorization"].decode())
        while True:
            try:
                await socket.send_message(await socket.get_message())
            except trio_websocket.ConnectionClosed:
                return

    headers = {"Authorization": "Bearer k"}
    async with answering(parrot) as url, net.connect(url, headers=headers, subprotocols=("speech",)) as socket:
        assert await socket.receive() == "Bearer k"
        for message in ("bonjour", b"\xff\x00"):
            await socket.send(message)
            assert await socket.receive() == message


async def test_a_socket_that_the_provider_closes_says_with_what_code(net):
    async def closes(request):
        socket = await request.accept()
        await socket.aclose(4429, "quota")

    async with answering(closes) as url, net.connect(url) as socket:
        with pytest.raises(ProviderClosed) as closed:
            await socket.receive()
        assert (closed.value.code, closed.value.reason) == (4429, "quota")
        with pytest.raises(ProviderClosed):
            await socket.send("too late")


async def test_who_is_cancelled_says_goodbye_and_waits_for_no_answer(net):
    codes = []
    open_, left = trio.Event(), trio.Event()

    async def listens(request):
        socket = await request.accept()
        open_.set()
        with pytest.raises(trio_websocket.ConnectionClosed) as closed:
            await socket.get_message()
        codes.append(closed.value.reason.code)
        left.set()

    async def holds(url):
        async with net.connect(url):
            await trio.sleep_forever()

    async with answering(listens) as url:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(holds, url)
            with trio.fail_after(10):
                await open_.wait()
            nursery.cancel_scope.cancel()
            cancelled = trio.current_time()
        assert trio.current_time() - cancelled < PARTING  # what the handshake would have waited for an answer
        with trio.fail_after(10):
            await left.wait()
    assert codes == [1000]


async def test_who_leaves_before_the_handshake_is_over_is_an_outage_of_connecting(net):
    async def leaves(stream):
        await stream.aclose()

    async with trio.open_nursery() as nursery:
        [listener] = await nursery.start(partial(trio.serve_tcp, leaves, 0, host="127.0.0.1"))
        with pytest.raises(ProviderOverloaded) as lost, trio.fail_after(10):
            async with net.connect(f"ws://127.0.0.1:{listener.socket.getsockname()[1]}/"):
                pass
        assert lost.value.stage == "connect"
        nursery.cancel_scope.cancel()


async def test_a_refused_handshake_is_told_by_its_status(net):
    async def refuses(request):
        await request.reject(429, extra_headers=[(b"retry-after", b"7")])

    async with answering(refuses) as url:
        with pytest.raises(ProviderThrottled) as refused:
            async with net.connect(url):
                pass
    assert refused.value.retry_after == 7


async def test_what_is_raised_inside_comes_out_as_it_is(net):
    async def waits(request):
        socket = await request.accept()
        with pytest.raises(trio_websocket.ConnectionClosed):
            await socket.get_message()

    async with answering(waits) as url:
        with pytest.raises(ProviderBadInput):
            async with net.connect(url):
                raise ProviderBadInput("no")


async def test_a_server_without_a_certificate_we_trust_is_not_talked_to(net):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)

    async def handshake(stream):
        with pytest.raises(trio.BrokenResourceError):
            await trio.SSLStream(stream, context, server_side=True).do_handshake()

    async with trio.open_nursery() as nursery:
        [listener] = await nursery.start(partial(trio.serve_tcp, handshake, 0, host="127.0.0.1"))
        port = listener.socket.getsockname()[1]
        with pytest.raises(ProviderOverloaded):
            await net.request("GET", f"https://127.0.0.1:{port}/")
        nursery.cancel_scope.cancel()


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        (401, ProviderRefused, False),
        (403, ProviderRefused, False),
        (400, ProviderBadInput, False),
        (404, ProviderBadInput, False),
        (408, ProviderTimeout, True),
        (429, ProviderThrottled, True),
        (500, ProviderOverloaded, True),
        (503, ProviderOverloaded, True),
    ],
)
def test_a_status_is_the_error_that_says_what_to_do(status, kind, retryable):
    error = refusal(status, {}, provider="acme", detail="code_7")
    assert type(error) is kind
    assert error.retryable is retryable
    assert str(error) == f"HTTP {status} (code_7)"


NOW = "Wed, 21 Oct 2026 07:28:00 GMT"


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("said", "date", "seconds"),
    [
        ("3", "", 3.0),
        ("0.5", NOW, 0.5),
        ("Wed, 21 Oct 2026 07:28:30 GMT", NOW, 30.0),
        ("Wed, 21 Oct 2026 07:00:00 GMT", NOW, 0.0),
        ("Wed, 28 Oct 2026 07:00:00 GMT", NOW, None),
        ("Wed, 21 Oct 2026 07:28:30 GMT", "", None),
        ("Wed, 21 Brumaire GMT", NOW, None),
        ("-3", NOW, None),
        ("soon", NOW, None),
        ("", NOW, None),
    ],
)
def test_how_long_to_wait_is_read_from_the_header(status, said, date, seconds):
    assert refusal(status, {"retry-after": said, "date": date}, provider="acme").retry_after == seconds


@pytest.mark.parametrize(
    "url", ["https://api.acme.eu/", "http://127.0.0.1:9000", "http://localhost", "http://[::1]:80"]
)
def test_an_address_is_encrypted_or_on_this_machine(url):
    assert checked_url(url, "https") == url.rstrip("/")


@pytest.mark.parametrize(
    ("url", "why"), [("http://api.acme.eu", "not encrypted"), ("ftp://x", "no address"), ("acme", "no address")]
)
def test_any_other_address_is_refused(url, why):
    with pytest.raises(ValueError, match=why):
        checked_url(url, "https")


@asynccontextmanager
async def silent():
    """Listen on a free port, take every connection, and say nothing; give the port."""

    async def says_nothing(stream):
        while await stream.receive_some():
            pass

    async with trio.open_nursery() as nursery:
        [listener] = await nursery.start(partial(trio.serve_tcp, says_nothing, 0, host="127.0.0.1"))
        yield listener.socket.getsockname()[1]
        nursery.cancel_scope.cancel()


async def ask_over_tls(net, port):
    await net.request("GET", f"https://127.0.0.1:{port}/")


async def open_socket(net, port):
    async with net.connect(f"ws://127.0.0.1:{port}/live"):
        pass


async def open_socket_over_tls(net, port):
    async with net.connect(f"wss://127.0.0.1:{port}/live"):
        pass


async def dial(net, port):
    await net.dial(f"ws://127.0.0.1:{port}/live")


async def dial_over_tls(net, port):
    await net.dial(f"wss://127.0.0.1:{port}/live")


@pytest.mark.parametrize("reach", [ask_over_tls, open_socket, open_socket_over_tls, dial, dial_over_tls])
async def test_who_lets_nobody_in_is_given_up_before_an_answer_is_due(reach, autojump_clock):
    get_ready()
    net = Network("acme")
    async with silent() as port:
        began = trio.current_time()
        with pytest.raises(ProviderTimeout) as late:
            await reach(net, port)
        assert (late.value.stage, late.value.provider) == ("connect", "acme")
        assert trio.current_time() - began == pytest.approx(REACH)
    await net.aclose()


async def test_who_lets_us_in_may_take_as_long_as_the_caller_waits(autojump_clock):
    get_ready()
    net = Network("acme")
    async with silent() as port:
        with trio.move_on_after(100 * REACH) as scope:
            await net.request("GET", f"http://127.0.0.1:{port}/")
        assert scope.cancelled_caught
    await net.aclose()


def test_a_host_that_cannot_be_reached_is_found_out_long_before_an_answer_is_due():
    assert REACH <= FIRST_TOKEN / 2
