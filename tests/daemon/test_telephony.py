"""The ports of carriers that come by plain TCP: one for each worker of a host."""

from contextlib import suppress
from dataclasses import dataclass

import pytest
import trio

from voiced.daemon.place import Place
from voiced.daemon.telephony import open_streams
from voiced.errors import Unavailable
from voiced.lab.worker import free_port
from voiced.plugin import TcpDoor


@dataclass
class Pbx:
    door: TcpDoor

    def call_of_stream(self, _early):
        return ""

    def leg(self):
        raise AssertionError("no stream comes")


class Cloud:
    """A carrier that comes by WebSocket."""


async def close(streams):
    for listeners in streams.values():
        for listener in listeners:
            await listener.aclose()


async def both_told(base):
    """Open the streams of worker 0, then of worker 1; return what the carrier is told of each."""
    places = []
    for number in (0, 1):
        told = {}
        streams = await open_streams({"pbx": Pbx(TcpDoor("127.0.0.1", base)), "cloud": Cloud()}, Place(number), told)
        await close(streams)
        assert list(streams) == list(told) == ["pbx"]
        places.append(told["pbx"])
    return places


async def test_each_worker_has_a_port_of_its_own():
    while True:
        base = min(free_port(), 65_000)
        with suppress(Unavailable):  # another program was faster
            assert await both_told(base) == [f"tcp://127.0.0.1:{base}", f"tcp://127.0.0.1:{base + 1}"]
            return


@pytest.mark.parametrize(("door", "start"), [(TcpDoor("127.0.0.1", 0, "pbx.lan"), "tcp://pbx.lan:"),
                                             (TcpDoor("127.0.0.1", 0, "fd00::1"), "tcp://[fd00::1]:")])  # fmt: skip
async def test_what_the_carrier_is_told_may_be_another_host(door, start):
    told = {}
    await close(await open_streams({"pbx": Pbx(door)}, Place(), told))
    assert told["pbx"].startswith(start)
    assert int(told["pbx"].rpartition(":")[2]) > 0


async def test_a_port_that_is_taken_is_said():
    [taken] = await trio.open_tcp_listeners(0, host="127.0.0.1")
    async with taken:
        port = taken.socket.getsockname()[1]
        with pytest.raises(Unavailable, match=f"127.0.0.1:{port}"):
            await open_streams({"pbx": Pbx(TcpDoor("127.0.0.1", port))}, Place(), {})
