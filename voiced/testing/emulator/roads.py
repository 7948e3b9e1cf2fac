"""The roads between a carrier and the application: how long webhooks, sound, marks and the API take.

What enters a road comes out in order, each piece as late as its draw says, never before the one that entered earlier:
as on a connection whose packets overtake each other and wait for the slowest. Without a delay there is no road.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeVar

import trio

from voiced.testing.emulator.latency import Delays, Profile

Way = Literal["webhook", "rest", "up", "down", "mark"]

HELD = 1000
"""Pieces that a road holds; who puts in more waits."""
_READ = 65_536
_NONE = Profile()

S = TypeVar("S", bound=trio.abc.Stream)


@dataclass(frozen=True, slots=True)
class Roads:
    """The delays of one carrier, each drawn from a distribution; none unless told.

    Attributes:
        webhook: Before each webhook, repetitions too.
        rest: Before each answer of the API.
        up: Of what the carrier says on a stream: the caller's sound, keys, echoes.
        down: Of what the application says on it.
        mark: Of echoes of marks, before they enter the way up.
        seed: The same seed gives the same delays to the same call of an account.
    """

    webhook: Profile = _NONE
    rest: Profile = _NONE
    up: Profile = _NONE
    down: Profile = _NONE
    mark: Profile = _NONE
    seed: int = 1

    def delays(self, way: Way, call: int = 0) -> Delays:
        """Return the delays of one way, for the account's call number `call`."""
        profile: Profile = getattr(self, way)
        return Delays(profile, f"{self.seed} {way} {call}")


NEAR = Roads()
"""No delay anywhere."""

EUROPE = Roads(
    webhook=Profile(0.08, 0.3),
    rest=Profile(0.15, 0.5),
    up=Profile(0.02, 0.06),
    down=Profile(0.02, 0.06),
    mark=Profile(0.03, 0.1),
)
"""How it is guessed to be between a carrier's European region and a server in France; nothing is published."""


class Road:
    """One direction of a connection."""

    def __init__(self, delays: Delays) -> None:
        self._delays, self._last = delays, 0.0
        self._in, self._out = trio.open_memory_channel[tuple[float, bytes]](HELD)

    async def put(self, data: bytes) -> None:
        """Send bytes on their way."""
        self._last = max(self._last, trio.current_time() + self._delays.draw())
        await self._in.send((self._last, data))

    def end(self) -> None:
        """Put nothing in any more."""
        self._in.close()

    async def take(self) -> bytes:
        """Wait for the next bytes to come out; none: the road has ended."""
        try:
            due, data = await self._out.receive()
        except trio.EndOfChannel:
            return b""
        await trio.sleep_until(due)
        return data


class LongStream(trio.abc.HalfCloseableStream):
    """A stream at the end of two roads. Make it with `far`."""

    def __init__(self, near: trio.abc.Stream, up: Road, down: Road) -> None:
        self._near, self._up, self._down = near, up, down
        self._rest = b""
        self._broken = False
        self._sent = trio.Event()

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """Send `data` on its way; a connection that broke is noticed at the next."""
        if self._broken:
            raise trio.BrokenResourceError
        await self._up.put(bytes(data))

    async def wait_send_all_might_not_block(self) -> None:
        """There is room, unless a second of sound lies on the road."""
        await trio.lowlevel.checkpoint()

    async def receive_some(self, max_bytes: int | None = None) -> bytes:
        """Return what has come."""
        if not self._rest:
            self._rest = await self._down.take()
        if not self._rest and self._broken:
            raise trio.BrokenResourceError
        most = max_bytes or _READ
        data, self._rest = self._rest[:most], self._rest[most:]
        return data

    async def send_eof(self) -> None:
        """Close the sending side, once all that is on its way has gone."""
        self._up.end()
        await self._sent.wait()
        if isinstance(self._near, trio.abc.HalfCloseableStream):
            await self._near.send_eof()

    async def aclose(self) -> None:
        """Close, once all that is on its way has gone."""
        try:
            self._up.end()
            await self._sent.wait()
        finally:
            await self._near.aclose()

    async def carry_up(self) -> None:
        """Give what comes out of the way up to the connection; a task."""
        try:
            while data := await self._up.take():
                await self._near.send_all(data)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            self._broken = True
        finally:
            self._sent.set()

    async def carry_down(self) -> None:
        """Put what the connection gives on its way down; a task."""
        try:
            while data := await self._near.receive_some(_READ):
                await self._down.put(bytes(data))
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            self._broken = True
        finally:
            self._down.end()


def far(stream: S, roads: Roads, call: int, nursery: trio.Nursery) -> S | LongStream:
    """Return the far end of `stream`, which `nursery` carries to; the stream itself when there are no delays."""
    if roads.up == roads.down == _NONE:
        return stream
    made = LongStream(stream, Road(roads.delays("up", call)), Road(roads.delays("down", call)))
    nursery.start_soon(made.carry_up)
    nursery.start_soon(made.carry_down)
    return made
