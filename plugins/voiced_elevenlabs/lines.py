"""Warm sockets, shared by all calls of the process; one reply at a time on each.

A reply needs a socket for some seconds, and most of a call is something else: a socket for each call would idle, and
the first reply of each would wait for a handshake. One reply at a time, because one error closes the whole socket: it
must not silence another caller. The contexts are for callers who cut in: the old one is closed and its sound, which
still comes, is passed over, while the next reply is spoken in a new one on the same socket, at once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import trio

from voiced.plugin import AudioFormat, Host, Kept, ProviderClosed, ProviderError
from voiced_elevenlabs import wire
from voiced_elevenlabs.faults import by_close, by_code

CONTEXTS = 5
"""Contexts that one socket may have; one more closes it."""
IDLE = 150.0
"""Seconds without a reply after which a socket is not used again: shortly before ElevenLabs gives it up."""
WARM = 8
"""Sockets of one format that are kept while nobody speaks."""
PARTING = 0.05
"""Seconds for the words that close a context, when the reply is cancelled."""


class Line:
    """One socket, and the contexts on it."""

    def __init__(self, socket: Kept, clock: Callable[[], float]) -> None:
        self._socket, self._clock = socket, clock
        self._used, self._count = clock(), 0
        self._fading: set[str] = set()
        self._failed = False
        self.context = ""
        """The one that speaks; "" between replies."""

    async def ready(self) -> bool:
        """Return whether it can carry another reply."""
        if self._clock() - self._used > IDLE or not self.healthy:
            return False
        return await self._socket.settle()

    @property
    def healthy(self) -> bool:
        """Whether it is in good order, with room for a context."""
        return self._socket.usable and not self._failed and len(self._fading) < CONTEXTS - 1

    async def begin(self, message: Callable[[str], str]) -> None:
        """Open a context, by what `message` says for its name."""
        self._count += 1
        self.context = f"r{self._count}"
        await self.send(message(self.context))

    async def send(self, message: str) -> None:
        """Send a message. Raises `ProviderClosed`; why it was closed is for `receive` to say."""
        await self._socket.send(message)

    async def receive(self) -> wire.Said:
        """Return the next message of the context that speaks. Raises `ProviderError`."""
        while True:
            said = await self._next()
            if said.final:
                self._fading.discard(said.context)
            if said.context == self.context:
                return said

    async def end(self) -> None:
        """Let go of the context: closed if it was not over, so that its sound is passed over from now on."""
        context, self.context = self.context, ""
        self._used = self._clock()
        if not context or not self.healthy:
            return
        self._fading.add(context)
        with trio.move_on_after(PARTING, shield=True):
            try:
                await self._socket.send(wire.end(context))
            except ProviderError:
                self._failed = True

    def over(self) -> None:
        """Note that the context has said all."""
        self.context, self._used = "", self._clock()

    async def close(self) -> None:
        """Close the socket."""
        await self._socket.close()

    async def _next(self) -> wire.Said:
        try:
            said = wire.read(await self._socket.receive())
        except ProviderClosed as closed:
            raise by_close(closed) from closed
        except ProviderError:
            self._failed = True
            raise
        if said.error:
            self._failed = True
            raise by_code(said.error)
        return said


class Lines:
    """The warm sockets of one provider."""

    def __init__(self, host: Host, address: Callable[[AudioFormat], str], key: str) -> None:
        self._host, self._address, self._key = host, address, key
        self._idle: dict[AudioFormat, list[Line]] = {}

    @asynccontextmanager
    async def lease(self, format: AudioFormat) -> AsyncIterator[Line]:
        """Give a socket for one reply: the one that was used last, for it is the warmest, or a new one."""
        line = await self._warm(format) or await self._open(format)
        try:
            yield line
        finally:
            await line.end()
            idle = self._idle.setdefault(format, [])
            if line.healthy and len(idle) < WARM:
                idle.append(line)
            else:
                await line.close()

    async def _warm(self, format: AudioFormat) -> Line | None:
        idle = self._idle.setdefault(format, [])
        while idle:
            line = idle.pop()
            if await line.ready():
                return line
            await line.close()
        return None

    async def _open(self, format: AudioFormat) -> Line:
        socket = await self._host.net.dial(self._address(format), headers={"xi-api-key": self._key})
        return Line(socket, self._host.monotonic)
