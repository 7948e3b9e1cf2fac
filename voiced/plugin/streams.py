"""The two ends of a stream, as plugins see them.

A provider is an async function between streams: it takes what it needs from a `Source`, gives what it makes to a
`Sink`, and returns when its source has ended and everything was given. `Sink.send` blocks while the reader is behind:
that is the backpressure. The caller owns deadlines and cancels the function to stop it; a plugin never times out.
Trio's memory channels fit both protocols as they are; `trio` itself is not needed to write a plugin.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)


class Source(Protocol[T_co]):
    """An async iterator; it ends when there will be no more."""

    def __aiter__(self) -> Source[T_co]:
        """Return itself."""
        ...

    async def __anext__(self) -> T_co:
        """Return the next value, waiting for it; raise StopAsyncIteration at the end."""
        ...


class Sink(Protocol[T_contra]):
    """Somewhere to send values to."""

    async def send(self, value: T_contra, /) -> None:
        """Hand `value` over, waiting while the reader is behind."""
        ...
