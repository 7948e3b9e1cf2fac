"""The call's sound from the first that is not settled: what to send next, and what to send again. Pure.

Positions are samples (bytes of mu-law at 8 kHz) from the first of the call's stream. A position is settled when all
words before it are final. A new connection starts there, since the old one's knowledge is gone with it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from voiced_speechmatics.wire import Audio, End, Force, Step

RATE = 8000
CHUNK = 960
"""Bytes that are worth a message: 120 ms. Each message costs two system calls and an acknowledgement; finals wait for
none, since what stands before a request is sent at once."""
LARGEST = 4000
KEEP = 10 * RATE
"""Sound that was taken in and is kept all the same while no final word came of it: silence, most likely."""
ROOM = 10 * RATE
"""Sound that may wait to be taken in; then the source waits."""


@dataclass(slots=True)
class _Mark:
    """Where finals were asked for, and how many."""

    at: int
    count: int = 1


class Tape:
    """One call's sound. `settle`: seconds of sound between a request for finals and its sending."""

    def __init__(self, settle: float = 0.0) -> None:
        self.acked = 0
        """The furthest position that was ever acknowledged."""
        self.offset = 0
        """Position at which the connection's own time begins."""
        self.closed = False
        self._settle = round(settle * RATE)
        self._data = bytearray()
        self._first = 0
        self._sent = 0
        self._settled = 0
        self._marks: deque[_Mark] = deque()
        self._asked = 0
        self._count = 0
        self._ended = False
        self._unacked: deque[tuple[int, int]] = deque()

    @property
    def end(self) -> int:
        """Position after the last sound."""
        return self._first + len(self._data)

    @property
    def full(self) -> bool:
        """Whether the source must wait: too much sound is on its way."""
        return self.end - self.acked >= ROOM

    @property
    def owes(self) -> bool:
        """Whether finals were asked for that have not come."""
        return bool(self._marks)

    def add(self, data: bytes) -> None:
        """Take the next sound."""
        self._data += data

    def ask(self) -> None:
        """Remember that finals are wished for all sound so far."""
        if self._marks and self._marks[-1].at == self.end:
            self._marks[-1].count += 1  # one answer does for both
        else:
            self._marks.append(_Mark(self.end))

    def begin(self) -> list[float]:
        """Start a connection: everything that is not settled is to be sent again.

        Returns where (seconds) finals were asked for that no sound is left for.
        """
        self.offset = self._sent = max(self._settled, self._first)
        self._asked = self._count = 0
        self._ended = False
        self._unacked.clear()
        return [at for mark in self._spent() for at in [mark.at / RATE] * mark.count]

    def _spent(self) -> list[_Mark]:
        spent = [mark for mark in self._marks if mark.at <= self.offset]
        for _ in spent:
            self._marks.popleft()
        return spent

    def next(self) -> Step | None:
        """Return what to send now, None when there is nothing."""
        goal = self._marks[self._asked].at + self._settle if self._asked < len(self._marks) else None
        limit = self.end if goal is None else min(goal, self.end)
        waiting = limit - self._sent
        complete = self.closed or (goal is not None and goal <= self.end)
        if waiting > 0 and (complete or waiting >= CHUNK):
            return self._audio(min(waiting, LARGEST))
        if goal is not None and complete:
            self._asked += 1
            return Force((self._marks[self._asked - 1].at - self.offset) / RATE)
        if self.closed and not self._ended:
            self._ended = True
            return End(self._count)
        return None

    def _audio(self, size: int) -> Audio:
        start = self._sent - self._first
        self._sent += size
        self._count += 1
        self._unacked.append((self._count, self._sent))
        return Audio(bytes(self._data[start : start + size]))

    def ack(self, number: int) -> None:
        """Note that the message of sound `number` of this connection, and all before it, were taken in."""
        while self._unacked and self._unacked[0][0] <= number:
            self.acked = max(self.acked, self._unacked.popleft()[1])
        self._forget()

    def settled(self, seconds: float) -> None:
        """Note that all words before `seconds` of the connection's time are final."""
        self._settled = max(self._settled, min(self.offset + int(seconds * RATE), self._sent))
        self._forget()

    def answered(self) -> list[float]:
        """Note that the oldest request was answered. Returns its place in seconds, once for each final wished there."""
        if not self._asked:
            return []  # nobody asked
        self._asked -= 1
        mark = self._marks.popleft()
        self._settled = max(self._settled, mark.at)
        self._forget()
        return [mark.at / RATE] * mark.count

    def _forget(self) -> None:
        first = min(max(self._settled, self.acked - KEEP), self._sent)
        if first > self._first:
            del self._data[: first - self._first]
            self._first = first
