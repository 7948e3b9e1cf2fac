"""The account behind the keys: what it may use, what it has used, and all that came in, for tests to look at."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import trio

from voiced.testing.elevenlabs.sound import FORMATS, Speak, hum, spoken
from voiced.testing.emulator import Profile

QUEUE_STEP = 0.05
"""Seconds that a request over the limit waits for each that waits already, before it is refused."""

VOICES = {"fr-camille": "Camille", "fr-louis": "Louis"}
MODELS: Mapping[str, int] = {"eleven_flash_v2_5": 40_000, "eleven_multilingual_v2": 10_000, "eleven_v4_turbo": 10_000}
"""Models, and the longest text of each in characters."""
HTTP_ONLY = ("eleven_v3", "eleven_v4")
"""Beginnings of the names of models that the sockets of text to speech do not have."""
REAL = {"eleven_flash_v2_5": Profile(0.21, 0.30), "eleven_multilingual_v2": Profile(1.2, 1.5)}
"""First sound in seconds as it is seen from Europe; give it as `profiles` for a realistic run."""


@dataclass(frozen=True, slots=True)
class Account:
    """What this emulated host knows. A residency is a host of its own, with its own keys."""

    keys: Sequence[str] = ("xi-key",)
    voices: Mapping[str, str] = field(default_factory=lambda: VOICES)
    models: Mapping[str, int] = field(default_factory=lambda: MODELS)
    characters: int = 1_000_000
    """Characters that may be spoken before `quota_exceeded`."""
    parallel: int = 10
    """Requests at the same time."""
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    """First sound of each model; none: at once."""
    pace: float = 0.0
    """How many times faster than real time sound comes (5 to 20); 0: as fast as it can."""
    speak: Speak | None = None
    """Who speaks; None: a hum."""
    seed: int = 1
    unknown_voice: Literal[404, 400] = 404
    """Open: the status of `voice_not_found`; both were seen."""
    hurry: float = 1.0
    """Factor on `inactivity_timeout` and on the queue, so that tests need not wait."""

    def sound(self, text: str, output_format: str, speed: float) -> bytes:
        """Return the sound of a text."""
        wanted = FORMATS[output_format]
        return hum(text, wanted, speed) if self.speak is None else spoken(self.speak, text, wanted)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request over HTTP, or the opening of a socket."""

    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Journal:
    """All that came in, in order."""

    asked: list[Asked] = field(default_factory=list)
    sockets: int = 0
    """Sockets opened so far."""
    messages: list[dict[str, Any]] = field(default_factory=list)
    """Messages of all sockets."""
    gone: list[int] = field(default_factory=list)
    """Codes with which clients closed."""
    _news: trio.Event = field(default_factory=trio.Event)

    def message(self, said: dict[str, Any]) -> None:
        """Write down a message."""
        self.messages.append(said)
        self._news.set()

    async def wait_messages(self, count: int) -> None:
        """Wait until `count` messages have come."""
        while len(self.messages) < count:
            self._news = trio.Event()
            await self._news.wait()


class Usage:
    """What is in use: characters, requests at the same time, chance."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.chance = random.Random(account.seed)  # noqa: S311 - no secret, a distribution
        self.spoken = 0
        self.running = 0
        self.waiting = 0

    def spend(self, text: str) -> bool:
        """Count the characters of `text`; return whether the budget has them."""
        if self.spoken + len(text) > self.account.characters:
            return False
        self.spoken += len(text)
        return True

    async def begin(self) -> bool:
        """Take a place, waiting a little when all are taken; return whether there was one."""
        if self.running >= self.account.parallel:
            self.waiting += 1
            try:
                await trio.sleep(QUEUE_STEP * self.waiting * self.account.hurry)
            finally:
                self.waiting -= 1
        free = self.running < self.account.parallel
        self.running += free
        return free

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Give back a place that `begin` took, in the end."""
        try:
            yield
        finally:
            self.running -= 1
