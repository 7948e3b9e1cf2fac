"""The line that can be cut or stalled."""

from functools import partial

import pytest
import trio

from voiced.testing.emulator.proxy import proxied


@pytest.fixture
async def echoing(nursery):
    """The port of a server that sends back what it gets."""

    async def echo(stream):
        async for data in stream:
            await stream.send_all(data)

    [listener] = await nursery.start(partial(trio.serve_tcp, echo, 0, host="127.0.0.1"))
    return listener.socket.getsockname()[1]


async def asked(stream, words):
    await stream.send_all(words)
    return await stream.receive_some(100)


async def ended(stream):
    """Whether the other side is gone; a reset is as good as an end."""
    try:
        return await stream.receive_some(100) == b""
    except trio.BrokenResourceError:
        return True


async def test_it_carries_both_ways(echoing):
    async with proxied(echoing) as wire, await trio.open_tcp_stream("127.0.0.1", wire.port) as stream:
        assert await asked(stream, b"allo") == b"allo"


async def test_what_is_cut_is_lost_and_cannot_be_had_again(echoing):
    async with proxied(echoing) as wire:
        async with await trio.open_tcp_stream("127.0.0.1", wire.port) as stream:
            assert await asked(stream, b"allo") == b"allo"
            wire.cut()
            assert await ended(stream)
        async with await trio.open_tcp_stream("127.0.0.1", wire.port) as stream:
            assert await ended(stream)
        wire.mend()
        async with await trio.open_tcp_stream("127.0.0.1", wire.port) as stream:
            assert await asked(stream, b"allo") == b"allo"


async def test_what_stalls_says_nothing_until_it_is_mended(echoing, autojump_clock):
    autojump_clock.autojump_threshold = 0.05
    async with proxied(echoing) as wire, await trio.open_tcp_stream("127.0.0.1", wire.port) as stream:
        wire.stall()
        await stream.send_all(b"allo")
        with trio.move_on_after(60) as waited:
            await stream.receive_some(100)
        assert waited.cancelled_caught
        wire.mend()
        assert await stream.receive_some(100) == b"allo"


async def test_who_is_stranded_notices_nothing_and_others_are_led_to_the_vendor(echoing, autojump_clock):
    autojump_clock.autojump_threshold = 0.05
    async with proxied(echoing) as wire, await trio.open_tcp_stream("127.0.0.1", wire.port) as stream:
        assert await asked(stream, b"allo") == b"allo"
        wire.strand()
        with trio.move_on_after(60) as waited:
            await asked(stream, b"allo")
        assert waited.cancelled_caught
        async with await trio.open_tcp_stream("127.0.0.1", wire.port) as another:
            assert await asked(another, b"allo") == b"allo"
