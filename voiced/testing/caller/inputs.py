"""What a person does on a telephone besides speaking, and who is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import trio

from voiced.testing.caller.phone import Input

MOST = 256
"""Keys and words that wait for whoever listens."""


class Inputs:
    """The keys and words of the person on a leg. The last who listens gets them; nobody listening, they are lost."""

    _listener: trio.MemorySendChannel[Input] | None = None

    @contextmanager
    def listening(self) -> Iterator[trio.MemoryReceiveChannel[Input]]:
        """Hear them for as long as the context lasts."""
        send, receive = trio.open_memory_channel[Input](MOST)
        before, self._listener = self._listener, send
        try:
            with send, receive:
                yield receive
        finally:
            self._listener = before

    def tell(self, what: Input) -> None:
        """Pass one on."""
        if self._listener:
            self._listener.send_nowait(what)
