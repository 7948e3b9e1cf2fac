"""A provider's function under way; and the two ends that it is given, which have no more than the contract names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

import trio

from voiced.plugin import ProviderError, Sink, Source
from voiced.testing.conformance.promises import CANCELLED_WITHIN, Unkept, expect

T = TypeVar("T")

SOON = 30.0
"""Virtual seconds in which a provider whose service answers at once must have answered."""


class Feed(Generic[T]):
    """Implements `Source`, and nothing beyond it. What is given waits for the provider to take it."""

    def __init__(self) -> None:
        self._give, self._take = trio.open_memory_channel[T](0)
        self.taken = 0

    def __aiter__(self) -> Feed[T]:
        """Return itself."""
        return self

    async def __anext__(self) -> T:
        """Return the next value."""
        try:
            value = await self._take.receive()
        except trio.EndOfChannel:
            raise StopAsyncIteration from None
        self.taken += 1
        return value

    async def give(self, value: T) -> None:
        """Give a value, as soon as it is taken."""
        await self._give.send(value)

    def end(self) -> None:
        """Say that there will be no more."""
        self._give.close()


class Kept(Generic[T]):
    """Implements `Sink`, and nothing beyond it. `slow`: virtual seconds that each value takes; `stuck`: for ever."""

    def __init__(self, *, slow: float = 0.0, stuck: bool = False) -> None:
        self.values: list[T] = []
        self._slow, self._stuck = slow, stuck
        self._news = trio.Event()
        self._busy = False

    async def send(self, value: T, /) -> None:
        """Keep a value."""
        expect(not self._busy, "it sends while it is still sending: the order of values is lost")
        self._busy = True
        try:
            await trio.sleep(self._slow)
            self.values.append(value)
            self._news.set()
            if self._stuck:
                await trio.sleep_forever()
        finally:
            self._busy = False

    async def wait(self, wanted: Callable[[Sequence[T]], bool], what: str) -> None:
        """Wait until the values are as wanted. Raises `Unkept` when they are not after `SOON`."""
        with trio.move_on_after(SOON):
            while not wanted(self.values):
                self._news = trio.Event()
                await self._news.wait()
            return
        raise Unkept(f"{what} did not come within {SOON:g} s")


class Running:
    """One call of a provider's function."""

    def __init__(self) -> None:
        self.scope = trio.CancelScope()
        self.over = trio.Event()
        self.error: BaseException | None = None

    async def work(self, function: Callable[..., Awaitable[None]], *args: object) -> None:
        """Call it; what it raises is kept."""
        try:
            with self.scope:
                await function(*args)
        except Exception as error:  # noqa: BLE001 - told by whoever waits
            self.error = error
        finally:
            self.over.set()

    async def returns(self) -> None:
        """Wait for it to return. Raises what it raised, `Unkept` when it hangs."""
        with trio.move_on_after(SOON):
            await self.over.wait()
            if self.error is not None:
                raise self.error
            return
        raise Unkept(f"it did not return within {SOON:g} s after its source had ended")

    async def fails(self) -> ProviderError:
        """Wait for it to raise a `ProviderError`, and return that."""
        with trio.move_on_after(SOON):
            await self.over.wait()
        expect(self.over.is_set(), f"it neither failed nor returned within {SOON:g} s")
        expect(self.error is not None, "it returned as if nothing had happened")
        if not isinstance(self.error, ProviderError):
            raise Unkept(f"it raised {type(self.error).__name__}, which is no ProviderError: {self.error}")
        return self.error

    async def stops(self) -> None:
        """Cancel it while it is at work; it must be over soon."""
        if self.error is not None:
            raise self.error
        expect(not self.over.is_set(), "it was over before its source had ended")
        await self.stops_if_at_work()
        expect(self.scope.cancelled_caught, "it swallowed the cancellation: let trio.Cancelled pass")

    async def stops_if_at_work(self) -> None:
        """Cancel it, unless it was that quick that it is over; it must be over soon."""
        began = trio.current_time()
        self.scope.cancel()
        await self.over.wait()
        took = trio.current_time() - began
        expect(took <= CANCELLED_WITHIN, f"it took {took:.2f} s to end after it was cancelled")
        if self.error is not None:
            raise Unkept(f"cancelled, it raised {type(self.error).__name__}: {self.error}")


@asynccontextmanager
async def running(function: Callable[..., Awaitable[None]], *args: object) -> AsyncIterator[Running]:
    """Call it beside what the context does; it does not outlive that."""
    one = Running()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(one.work, function, *args)
        yield one
        nursery.cancel_scope.cancel()


async def from_list(values: Sequence[T], feed: Feed[T]) -> None:
    """Give all values, then end."""
    for value in values:
        await feed.give(value)
    feed.end()


def as_source(feed: Feed[T]) -> Source[T]:
    """Return it by its contract, which the type checker compares."""
    return feed


def as_sink(kept: Kept[T]) -> Sink[T]:
    """Return it by its contract, which the type checker compares."""
    return kept
