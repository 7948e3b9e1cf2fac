"""Listening, and what an operator is told when it cannot be."""

from __future__ import annotations

import pytest

from voiced.errors import Unavailable
from voiced.web import open_listeners


async def test_a_port_in_use_says_what_to_do():
    [taken] = await open_listeners("127.0.0.1", 0)
    port = taken.socket.getsockname()[1]
    with pytest.raises(Unavailable, match=str(port)) as told:
        await open_listeners("127.0.0.1", port)
    assert told.value.fix == f"stop the program that uses port {port}, or choose another port"
    await taken.aclose()


@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid"])
async def test_a_host_that_is_not_ours(host: str):
    with pytest.raises(Unavailable, match=host) as told:
        await open_listeners(host, 0)
    assert told.value.fix == "choose a host that is an address of this machine"


async def test_no_host_is_every_address():
    listeners = await open_listeners("", 0)
    assert listeners
    for listener in listeners:
        await listener.aclose()
