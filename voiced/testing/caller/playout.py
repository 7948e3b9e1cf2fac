"""What Twilio does with the audio it is sent: one queue of sound and marks, played at 8000 bytes a second.

Rules: time comes in as `at`, seconds since the line was answered, and never goes back. Everything is placed on whole
samples (one byte of mu-law, 125 us). Sound that finds the queue empty starts at the first sample not before `at`;
sound that finds it playing follows without a gap. A mark is echoed when the byte before it has been played, and at once
on an empty queue. `clear` drops the sound and echoes every mark that waits, in order.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

RATE = 8000
"""Samples, and bytes, a second."""

PAUSE = 1.0
"""Seconds of emptiness after which new sound is a new utterance, not a hole in the old one."""


@dataclass(frozen=True, slots=True)
class Played:
    """`data` reached the line, its first byte at sample `start`."""

    start: int
    data: bytes

    @property
    def end(self) -> int:
        """The sample after the last one."""
        return self.start + len(self.data)


@dataclass(frozen=True, slots=True)
class Echo:
    """The mark `name` is due `at` seconds; `cleared`: it was flushed, not heard."""

    name: str
    at: float
    cleared: bool = False


@dataclass(frozen=True, slots=True)
class UnderRun:
    """The queue was empty for `seconds` from `at` on, in the middle of an utterance."""

    at: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Overflow:
    """`lost` bytes found the queue full at `at`."""

    at: float
    lost: int


@dataclass(frozen=True, slots=True)
class Cut:
    """`clear` at `at` dropped `lost` bytes that were never heard."""

    at: float
    lost: int


PlayoutEvent = Played | Echo | UnderRun | Overflow | Cut


def sample(at: float) -> int:
    """Return the first sample that is not before `at` seconds."""
    return math.ceil(at * RATE - 1e-6)


class Playout:
    """One line's queue.

    Args:
        limit: Seconds of sound it holds at most; what comes on top is lost. None: no bound.
        tolerance: Seconds of emptiness within an utterance that pass for none.
    """

    def __init__(self, *, limit: float | None = None, tolerance: float = 0.02) -> None:
        self._limit = None if limit is None else round(limit * RATE)
        self._tolerance = tolerance
        self._queue: deque[bytes | str] = deque()
        self._head = 0
        self._queued = 0
        self._open = False
        self._events: list[PlayoutEvent] = []

    @property
    def queued(self) -> float:
        """Seconds of sound not yet played at the last time it was told."""
        return self._queued / RATE

    @property
    def next_echo(self) -> float | None:
        """When the next mark falls due if nothing else comes, in seconds; None when none waits."""
        ahead = 0
        for item in self._queue:
            if isinstance(item, str):
                return (self._head + ahead) / RATE
            ahead += len(item)
        return None

    def play(self, data: bytes, at: float) -> None:
        """Queue sound that arrived at `at`."""
        self._run(at)
        if self._limit is not None and self._queued + len(data) > self._limit:
            fits = max(0, self._limit - self._queued)
            self._events.append(Overflow(at, len(data) - fits))
            data = data[:fits]
        if not data:
            return
        if not self._queued:
            self._resume(sample(at))
        self._open = True
        self._queue.append(data)
        self._queued += len(data)

    def mark(self, name: str, at: float) -> None:
        """Queue a mark that arrived at `at`."""
        self._run(at)
        if self._queue:
            self._queue.append(name)
        else:
            self._echo(name, at)

    def clear(self, at: float) -> tuple[str, ...]:
        """Empty the queue at `at`; return the names of the marks that waited, in order (also given as echoes)."""
        self._run(at)
        names = tuple(item for item in self._queue if isinstance(item, str))
        self._events.append(Cut(at, self._queued))
        self._events += [Echo(name, at, cleared=True) for name in names]
        self._queue.clear()
        self._queued = 0
        self._open = False
        return names

    def advance(self, at: float) -> list[PlayoutEvent]:
        """Play on until `at` and return everything that happened since the last call, in order."""
        self._run(at)
        events, self._events = self._events, []
        return events

    def _resume(self, start: int) -> None:
        gap = (start - self._head) / RATE
        if self._open and self._tolerance < gap <= PAUSE:
            self._events.append(UnderRun(self._head / RATE, gap))
        self._head = max(self._head, start)

    def _run(self, at: float) -> None:
        """Play what is due by `at`: the samples whose end is not after it."""
        budget = math.floor(at * RATE + 1e-6) - self._head
        while self._queue:
            item = self._queue[0]
            if isinstance(item, str):
                self._queue.popleft()
                self._echo(item, self._head / RATE)
                continue
            if budget <= 0:
                return
            budget -= self._emit(item, budget)

    def _echo(self, name: str, at: float) -> None:
        """A mark ends an utterance: what comes later than it is not late."""
        self._open = False
        self._events.append(Echo(name, at))

    def _emit(self, item: bytes, budget: int) -> int:
        part = item[:budget]
        if len(part) == len(item):
            self._queue.popleft()
        else:
            self._queue[0] = item[budget:]
        self._events.append(Played(self._head, part))
        self._head += len(part)
        self._queued -= len(part)
        return len(part)
