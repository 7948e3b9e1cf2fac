"""WebSockets that are kept between uses, against a real server on this machine."""

import pytest
import trio

from voiced.errors import ProviderClosed, ProviderOverloaded, ProviderThrottled
from voiced.net import Network
from voiced.testing.emulator import Gone, serving
from voiced.web.router import Router


@pytest.fixture
async def net():
    made = Network("acme")
    yield made
    await made.aclose()


async def parrot(peer):
    """Repeat what is said; do what is asked."""
    await peer.accept()
    while True:
        said = await peer.receive()
        if said == "leave":
            await peer.close(4001, "enough")
        elif said == "vanish":
            await peer.cut()
        elif said == "garble":
            await peer.send_raw(b"\xff\xff\xff\xff")
        else:
            await peer.send(said)


async def test_it_outlives_the_task_that_opened_it(net):
    sockets = []

    async def opens():
        sockets.append(await net.dial(served.ws_url + "/live?key=1", headers={"x-key": "1"}))

    async with serving(Router({}), {"/live": parrot}) as served:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(opens)
        for message in ("bonjour", b"\x00" * 200_000):
            await sockets[0].send(message)
            assert await sockets[0].receive() == message
        assert await sockets[0].settle()
        await sockets[0].close()
        assert not sockets[0].usable


@pytest.mark.parametrize(("asked", "code"), [("leave", 4001), ("vanish", 1006), ("garble", 1002)])
async def test_one_that_died_meanwhile_is_found_out(net, asked, code):
    async with serving(Router({}), {"/live": parrot}) as served:
        socket = await net.dial(served.ws_url + "/live")
        await socket.send(asked)
        with trio.fail_after(5), pytest.raises(ProviderClosed) as closed:
            await socket.receive()
        assert closed.value.code == code
        assert not await socket.settle()


async def test_what_came_meanwhile_is_not_lost(net):
    async with serving(Router({}), {"/live": parrot}) as served:
        socket = await net.dial(served.ws_url + "/live")
        await socket.send("un")
        await socket.send("deux")
        assert await socket.receive() == "un"
        assert await socket.settle()
        assert await socket.receive() == "deux"


async def test_a_refused_handshake_says_why(net):
    async def full(peer):
        await peer.send_raw(b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 2\r\ncontent-length: 0\r\n\r\n")
        raise Gone(1006)

    async with serving(Router({}), {"/live": full}) as served:
        with pytest.raises(ProviderThrottled) as refused:
            await net.dial(served.ws_url + "/live")
    assert refused.value.retry_after == 2
    with pytest.raises(ProviderOverloaded):
        await net.dial(served.ws_url + "/live")


async def test_a_message_that_was_cut_short_makes_it_useless(net):
    async def deaf(peer):
        await peer.accept()
        await trio.sleep_forever()

    async with serving(Router({}), {"/live": deaf}) as served:
        socket = await net.dial(served.ws_url + "/live")
        with trio.move_on_after(0.2) as scope:
            while True:
                await socket.send(b"\x00" * 1_000_000)
        assert scope.cancelled_caught
        assert not socket.usable
