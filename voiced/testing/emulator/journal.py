"""What came in, in order, so that a test can look at it, and wait for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import trio

from voiced.testing.emulator.lines import Line

LONG = 10.0
"""Seconds that a test waits for what must come."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for sound: its method, its fields, wherever they stood, and its connection."""

    method: str
    fields: dict[str, Any]
    line: Line


@dataclass(slots=True)
class SpeechJournal:
    """The requests for sound to a voice over HTTP."""

    asked: list[Asked] = field(default_factory=list)
    left: int = 0
    """Answers that the client did not wait for."""
    _news: trio.Event = field(default_factory=trio.Event)

    def ask(self, asked: Asked) -> None:
        """Write down a request."""
        self.asked.append(asked)
        self._news.set()

    def leave(self) -> None:
        """Write down that a client left."""
        self.left += 1
        self._news.set()

    @property
    def fields(self) -> list[dict[str, Any]]:
        """The fields of each request."""
        return [asked.fields for asked in self.asked]

    async def wait_asked(self, count: int) -> None:
        """Wait until there were `count` requests."""
        await self._wait(lambda: len(self.asked) >= count)

    async def wait_left(self, count: int) -> None:
        """Wait until `count` answers were left."""
        await self._wait(lambda: self.left >= count)

    async def hang_up(self) -> None:
        """Close the connections on which nothing goes on any more, without a word to those who keep them warm."""
        for asked in self.asked:
            await asked.line.close()

    async def _wait(self, there: Callable[[], bool]) -> None:
        with trio.fail_after(LONG):
            while not there():
                self._news = trio.Event()
                await self._news.wait()
