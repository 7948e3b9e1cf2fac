"""One telephone line: a task that counts frames of 20 ms from the answer on, and everything that keeps its time.

A single task moves the caller's frames and the echoes of marks, by absolute deadlines, so that nothing drifts and ten
lines cost little. What it sends them to (`Sink`) changes with the call: a media stream, another line, or nothing.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

import trio

from voiced.testing.caller.journal import Journal
from voiced.testing.caller.mouth import FRAME, Mouth, MouthFrame
from voiced.testing.caller.playout import RATE, Cut, Echo, Overflow, Played, Playout, PlayoutEvent, UnderRun, sample
from voiced.testing.caller.tape import Tape
from voiced.testing.emulator.latency import Delays, Profile

TICK = FRAME / RATE


@dataclass(frozen=True, slots=True)
class Marks:
    """How long echoes of marks spend on the way: always so many seconds, and some that are drawn."""

    delay: float = 0.0
    drawn: Delays = field(default_factory=lambda: Delays(Profile()))

    def late(self) -> float:
        """Return the seconds of the next."""
        return self.delay + self.drawn.draw()


PROMPT = Marks()


class Sink(Protocol):
    """Where a line's frames go."""

    async def frame(self, index: int, frame: MouthFrame) -> None:
        """Take frame number `index`, which ends now."""
        ...

    async def echo(self, name: str) -> None:
        """Learn that the mark `name` was reached or flushed."""
        ...


class Line:
    """A line from its answer to its end. `run` must be running for anything to happen on it."""

    def __init__(
        self, journal: Journal, *, limit: float | None = None, marks: Marks = PROMPT, noise: bytes = b""
    ) -> None:
        """Begin a line. `limit`: seconds of sound that the playout queue holds at most; `noise`: around the caller."""
        self.tape = Tape()
        self.mouth = Mouth(noise)
        self.playout = Playout(limit=limit)
        self.sink: Sink | None = None
        self._journal = journal
        self._answered: float | None = None
        self._marks = marks
        self._echoes: deque[tuple[float, str]] = deque()
        self._wake = trio.Event()
        self._moved = trio.Event()
        self._frames = 0

    @property
    def now(self) -> float:
        """Seconds since the answer; 0 before it."""
        return 0.0 if self._answered is None else trio.current_time() - self._answered

    def play(self, data: bytes) -> None:
        """Queue sound for the caller's ear."""
        self.playout.play(data, self.now)

    def mark(self, name: str) -> None:
        """Queue a mark."""
        self.playout.mark(name, self.now)
        self._wake.set()

    def clear(self) -> None:
        """Drop what is queued."""
        self.playout.clear(self.now)
        self._wake.set()

    def hear(self, data: bytes) -> None:
        """Let the person on this line hear `data` at once (another telephone's frame, not from the queue).

        Frames that come within three of each other join without a seam.
        """
        now, end = sample(self.now), len(self.tape.agent)
        self.tape.hear(end if abs(now - end) <= 3 * FRAME else now, data)

    async def play_out(self, data: bytes) -> None:
        """Play `data` and return when it has been heard; when cancelled, the rest is not heard."""
        self.play(data)
        try:
            await trio.sleep(self.playout.queued + 1 / RATE)
        except trio.Cancelled:
            self.clear()
            raise

    async def wait_moved(self) -> None:
        """Return when the line has moved on by a frame."""
        await self._moved.wait()

    async def run(self) -> None:
        """Keep the line's time until cancelled; what was heard by then is on the tape."""
        self._answered = trio.current_time()
        try:
            await self._keep_time()
        finally:
            self._advance()

    def _advance(self) -> None:
        for event in self.playout.advance(self.now):
            self._settle(event)

    async def _keep_time(self) -> None:
        while True:
            await self._sleep_until(self._next_deadline())
            now = self.now
            self._advance()
            await self._send_echoes(now)
            while (self._frames + 1) * TICK <= now + 1e-9:
                await self._send_frame()

    def _next_deadline(self) -> float:
        """Return when the next thing is due, in seconds since the answer."""
        due = [(self._frames + 1) * TICK]
        if self.playout.next_echo is not None:
            due.append(self.playout.next_echo)
        if self._echoes:
            due.append(self._echoes[0][0])
        return min(due)

    async def _sleep_until(self, deadline: float) -> None:
        assert self._answered is not None
        self._wake = trio.Event()
        with trio.move_on_at(self._answered + deadline):
            await self._wake.wait()

    def _settle(self, event: PlayoutEvent) -> None:
        match event:
            case Played(start, data):
                self.tape.hear(start, data)
            case Echo(name, at, cleared):
                late = self._marks.late()
                self._journal.note("mark", name=name, line_at=at, cleared=cleared, late=late)
                self._echoes.append((max(at + late, self._echoes[-1][0] if self._echoes else 0.0), name))
            case UnderRun(at, seconds):
                self._journal.note("glitch", line_at=at, seconds=seconds)
            case Overflow(at, lost):
                self._journal.warning(0, f"the playout queue was full at {at:.3f}: {lost} bytes lost")
            case Cut(at, lost):
                self._journal.note("cleared", line_at=at, lost=lost)

    async def _send_echoes(self, now: float) -> None:
        while self._echoes and self._echoes[0][0] <= now + 1e-9:
            _, name = self._echoes.popleft()
            if self.sink:
                await self.sink.echo(name)

    async def _send_frame(self) -> None:
        frame = self.mouth.frame()
        start = self._frames * FRAME
        self.tape.speak(start, frame.line, frame.voice)
        self._frames += 1
        moved, self._moved = self._moved, trio.Event()
        moved.set()
        if self.sink:
            await self.sink.frame(self._frames, frame)

    def connect(self, sink: Sink | None) -> None:
        """Send what comes from now on to `sink`; echoes and sound meant for the one before are dropped."""
        if self.playout.queued:
            self.playout.clear(self.now)
        self._advance()
        self._echoes.clear()
        self.sink = sink
