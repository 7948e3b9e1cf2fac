"""Looking on while an emulator serves: one word for each request, and for each socket as it opens and closes."""

from contextlib import aclosing

import pytest
import trio

from voiced.errors import ProviderError
from voiced.net import Network
from voiced.plugin import WebResponse
from voiced.testing.emulator import Gone, serving
from voiced.testing.twilio import Twilio, open_rest
from voiced.web.router import Router, Streaming


async def plain(_request):
    return WebResponse(status=202)


async def long(_request):
    async def produce(send):
        await send(b"{}\n")

    return Streaming(produce)


async def breaks(_request):
    async def produce(send):
        await send(b"{}\n")
        raise trio.BrokenResourceError

    return Streaming(produce)


async def endless(_request):
    async def produce(send):
        await send(b"{}\n")
        await trio.sleep_forever()

    return Streaming(produce)


async def chat(peer):
    await peer.accept()
    await peer.receive()
    await peer.close(1008)


async def listens(peer):
    await peer.accept()
    await peer.receive()


async def refuses(_peer):
    return


async def throttled(peer):
    await peer.send_raw(b"HTTP/1.1 429 Refused\r\ncontent-length: 0\r\n\r\n")
    raise Gone(1006)


@pytest.fixture
async def net():
    made = Network("house")
    yield made
    await made.aclose()


class Told(list):
    """What was told; can be waited for."""

    news = None

    def __call__(self, visit):
        self.append(visit)
        if self.news is not None:
            self.news.set()

    async def until(self, count):
        with trio.fail_after(10):
            while len(self) < count:
                self.news = trio.Event()
                await self.news.wait()
        return seen(self)


@pytest.fixture
async def house():
    """An emulator that is looked on: its address, and what was told."""
    told = Told()
    routes = {
        "/plain": {"POST": plain},
        "/long": {"GET": long},
        "/breaks": {"GET": breaks},
        "/endless": {"GET": endless},
    }
    sockets = {"/chat": chat, "/listens": listens, "/refuses": refuses, "/throttled": throttled}
    async with serving(Router(routes), sockets, watch=told) as served:
        yield served, told


def seen(told):
    return [(visit.method, visit.path, visit.outcome) for visit in told]


async def test_requests_are_told_without_their_query(house, net):
    served, told = house
    await net.request("POST", f"{served.url}/plain?key=secret", body=b"{}")
    await net.request("GET", f"{served.url}/nowhere")
    await net.request("GET", f"{served.url}/long")
    assert await told.until(3) == [("POST", "/plain", "202"), ("GET", "/nowhere", "404"), ("GET", "/long", "200")]
    assert all(visit.seconds >= 0 for visit in told)


async def test_an_answer_that_breaks_off_is_told_as_broken(house, net):
    served, told = house
    with pytest.raises(ProviderError):
        await net.request("GET", f"{served.url}/breaks")
    assert await told.until(1) == [("GET", "/breaks", "broken")]


async def test_a_client_that_does_not_wait_for_the_end_is_told_of(house, net):
    served, told = house
    async with net.stream("GET", f"{served.url}/endless") as reading, aclosing(reading.chunks()) as chunks:
        await anext(chunks)
    assert await told.until(1) == [("GET", "/endless", "left")]


async def test_sockets_are_told_when_they_open_and_when_they_close(house, net):
    served, told = house
    async with net.connect(f"{served.ws_url}/chat") as socket:
        assert await told.until(1) == [("socket", "/chat", "opened")]
        await socket.send("bonjour")
        assert (await told.until(2))[1:] == [("socket", "/chat", "closed 1008")]
    async with net.connect(f"{served.ws_url}/listens"):
        pass
    assert (await told.until(4))[3] == ("socket", "/listens", "closed 1000")


@pytest.mark.parametrize("path", ["refuses", "throttled"])
async def test_sockets_that_do_not_open_are_told_as_refused(house, net, path):
    served, told = house
    with pytest.raises(ProviderError):
        async with net.connect(f"{served.ws_url}/{path}"):
            pass
    assert await told.until(1) == [("socket", f"/{path}", "refused")]


async def test_a_carriers_api_is_looked_on_too(net):
    told = []
    async with open_rest(Twilio(), watch=told.append) as rest:
        await net.request("GET", f"{rest.url}/2010-04-01/Accounts/none.json")
    assert seen(told) == [("GET", "/2010-04-01/Accounts/none.json", "401")]
