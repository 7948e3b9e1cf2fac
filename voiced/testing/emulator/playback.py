"""How the sound of an answer over HTTP goes out: when it begins, how fast it comes, and where it breaks."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Literal

import trio

from voiced.testing.emulator.latency import Delays, Profile
from voiced.web.router import SendChunk

LARGEST = 0.25
"""Seconds of sound in one chunk, at most: each has a size of its own, and may end within a sample."""

Trouble = Literal["", "empty", "odd", "cut", "stall", "half_open"]
"""`empty`: no sound; `odd`: a byte too many; `cut`: the connection breaks in the middle; `stall`: no sound after the
first chunk; `half_open`: not even the head of an answer."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """How sound comes from one host."""

    first: Profile = field(default_factory=Profile)
    """Time to the first sound."""
    pace: float = 0.0
    """How many times faster than real time it comes; 0: as fast as it can."""
    progressive: bool = True
    """False: nothing before all of it is made."""


class Player:
    """Sends sound, the same way in each run of one seed."""

    def __init__(self, tempo: Tempo, seed: int) -> None:
        self._tempo = tempo
        self._delays = Delays(tempo.first, seed)
        self._chance = random.Random(seed)  # noqa: S311 - no secret, a distribution

    async def begin(self, late: float, trouble: Trouble) -> None:
        """Wait until the answer's head may be sent; `late` are seconds on top of the profile."""
        if trouble == "half_open":
            await trio.sleep_forever()
        await self._delays.wait()
        await trio.sleep(late)

    async def pieces(self, sound: bytes, seconds: float) -> AsyncGenerator[bytes]:
        """Give `sound`, which lasts `seconds`, in chunks at the host's pace."""
        pace = self._tempo.pace
        if pace and not self._tempo.progressive:
            await trio.sleep(seconds / pace)
        largest = max(2, round(len(sound) * min(1.0, LARGEST / max(seconds, LARGEST))))
        start = 0
        while start < len(sound):
            piece = sound[start : start + self._chance.randint(largest // 2, largest)]
            start += len(piece)
            yield piece
            if pace and self._tempo.progressive:
                await trio.sleep(seconds * len(piece) / len(sound) / pace)

    async def play(self, sound: bytes, seconds: float, send: SendChunk, trouble: Trouble) -> None:
        """Send the sound, as the trouble leaves it."""
        if trouble == "empty":
            return
        sent = 0
        async with aclosing(self.pieces(sound, seconds)) as pieces:
            async for piece in pieces:
                await send(piece)
                sent += len(piece)
                if trouble == "stall":
                    await trio.sleep_forever()
                if trouble == "cut" and sent >= len(sound) / 3:
                    raise trio.BrokenResourceError  # the server closes the connection without the end of the answer
        if trouble == "odd":
            await send(b"\x00")
