"""A line between a client and an emulator that can be cut or stalled at any moment: how a vendor dies.

async with proxied(served.port) as wire:
...  # the vendor answers at wire.url
wire.cut()      # every connection is lost, and none is accepted
wire.stall()    # every connection stays open, and nothing comes through
wire.mend()
wire.strand()   # every connection is lost to the vendor, and those who connected do not notice
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal

import trio

PIECE = 16 * 1024
_LOST = (trio.BrokenResourceError, trio.ClosedResourceError, OSError)


class Wire:
    """The connections of one vendor."""

    def __init__(self, port: int, listener: trio.SocketListener) -> None:
        """Carry bytes between those who connect to `listener` and the emulator at `port` of this machine."""
        self.port: int = listener.socket.getsockname()[1]
        self.state: Literal["up", "cut", "stalled"] = "up"
        self.given = 0
        """Bytes that came from the vendor."""
        self._target, self._listener = port, listener
        self._scopes: set[trio.CancelScope] = set()
        self._ways: set[trio.CancelScope] = set()
        self._gave, self._moving = trio.Event(), trio.Event()
        self._moving.set()

    @property
    def url(self) -> str:
        """Where the vendor answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws_url(self) -> str:
        """Where it answers WebSockets."""
        return f"ws://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Lose every connection, and close those that come at once."""
        self._become("cut")
        for scope in self._scopes:
            scope.cancel()

    def stall(self) -> None:
        """Let nothing through any more."""
        self._become("stalled")
        self._moving = trio.Event()

    def strand(self) -> None:
        """Lose every connection to the vendor; who made it may go on sending, and hears nothing. New ones are made."""
        for way in self._ways:
            way.cancel()

    def mend(self) -> None:
        """Be as before."""
        self._become("up")

    def _become(self, state: Literal["up", "cut", "stalled"]) -> None:
        self.state = state
        self._moving.set()

    async def run(self) -> None:
        """Carry until cancelled."""
        await trio.serve_listeners(self._connected, [self._listener])

    async def _connected(self, client: trio.SocketStream) -> None:
        with trio.CancelScope() as scope, suppress(*_LOST):
            self._scopes.add(scope)
            try:
                if self.state != "cut" and await self._stranded(client):
                    while await client.receive_some(PIECE):
                        pass
            finally:
                self._scopes.discard(scope)

    async def _stranded(self, client: trio.SocketStream) -> bool:
        """Lead `client` to the vendor until either hangs up; return whether the vendor was lost unnoticed instead."""
        with trio.CancelScope() as way:
            self._ways.add(way)
            try:
                async with await trio.open_tcp_stream("127.0.0.1", self._target) as server, trio.open_nursery() as both:
                    both.start_soon(self._carry, client, server, both.cancel_scope, 0)
                    both.start_soon(self._carry, server, client, both.cancel_scope, 1)
            finally:
                self._ways.discard(way)
        return way.cancelled_caught

    async def wait_given(self, count: int) -> None:
        """Wait until the vendor has given so many bytes."""
        while self.given < count:
            self._gave = trio.Event()
            await self._gave.wait()

    async def _carry(
        self, source: trio.SocketStream, sink: trio.SocketStream, scope: trio.CancelScope, gives: int
    ) -> None:
        """Carry one direction to its end; the other ends with it. `gives`: 1 where it is the vendor's."""
        with suppress(*_LOST):
            while data := await source.receive_some(PIECE):
                await self._moving.wait()
                await sink.send_all(data)
                self.given += gives * len(data)
                self._gave.set()
        scope.cancel()


@asynccontextmanager
async def proxied(port: int) -> AsyncIterator[Wire]:
    """Stand before the emulator at `port` for as long as the context lasts."""
    [listener] = await trio.open_tcp_listeners(0, host="127.0.0.1")
    wire = Wire(port, listener)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(wire.run)
        yield wire
        nursery.cancel_scope.cancel()
