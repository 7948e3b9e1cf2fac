"""What a carrier says and hears takes its time: in order, and the same for the same seed."""

from itertools import pairwise

import pytest
import trio
import trio.testing

from voiced.testing.emulator import EUROPE, NEAR, Profile, Roads
from voiced.testing.emulator.roads import LongStream, far

SLOW = Roads(up=Profile(0.05, 0.3), down=Profile(0.2, 0.2))


async def sent(roads, way, call=0, count=20):
    """Send bytes every 20 ms over one way; return when each arrived, and the bytes."""
    came, near_end = [], trio.testing.memory_stream_pair()
    async with trio.open_nursery() as nursery:
        carrier, application = far(near_end[0], roads, call, nursery), near_end[1]
        source, sink = (carrier, application) if way == "up" else (application, carrier)

        async def listen():
            while sum(len(data) for _, data in came) < count:
                data = bytes(await sink.receive_some())
                came.append((trio.current_time(), data))
            nursery.cancel_scope.cancel()

        began = trio.current_time()
        nursery.start_soon(listen)
        for number in range(count):
            await source.send_all(bytes([number]))
            await trio.sleep(0.02)
        await trio.sleep_forever()
    return [round(at - began, 9) for at, _ in came], b"".join(data for _, data in came)


@pytest.mark.parametrize("way", ["up", "down"])
async def test_what_is_sent_comes_in_order_and_late(autojump_clock, way):
    times, data = await sent(SLOW, way)
    assert data == bytes(range(20))
    assert times[0] > 0.0
    assert all(after >= before for before, after in pairwise(times))


async def test_the_same_seed_gives_the_same_delays(autojump_clock):
    once, again = [await sent(SLOW, "up") for _ in range(2)]
    assert once == again
    assert await sent(SLOW, "up", call=1) != once
    assert await sent(Roads(up=SLOW.up, down=SLOW.down, seed=2), "up") != once


async def test_near_by_there_is_no_road(nursery):
    stream, _ = trio.testing.memory_stream_pair()
    assert far(stream, NEAR, 0, nursery) is stream


async def test_the_last_words_arrive_before_the_end(autojump_clock, nursery):
    near, application = trio.testing.memory_stream_pair()
    carrier = far(near, EUROPE, 0, nursery)
    await carrier.send_all(b"stop")
    await carrier.aclose()
    assert (await application.receive_some(), await application.receive_some()) == (b"stop", b"")


async def test_an_end_or_a_break_is_noticed(autojump_clock, nursery):
    near, application = trio.testing.memory_stream_pair()
    carrier = far(near, SLOW, 0, nursery)
    assert isinstance(carrier, LongStream)
    await application.send_all(b"end")
    await application.send_eof()
    assert (await carrier.receive_some(2), await carrier.receive_some(), await carrier.receive_some()) == (
        b"en",
        b"d",
        b"",
    )
    await application.aclose()
    await carrier.send_all(b"lost")
    await trio.sleep(10)
    with pytest.raises(trio.BrokenResourceError):
        await carrier.send_all(b"too late")
