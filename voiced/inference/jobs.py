"""Who is served next: the most urgent job, and among equals the one that came first."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import Any

import trio

AHEAD = 2
"""Urgency of what is made ahead of the playout, and may take seconds."""
PRIORITIES = {"transcribe": 0, "speak": AHEAD}
"""Urgency by method, lower first; any other method is 1. A caller who waits to be understood comes before sound
that is made ahead of the playout."""


@dataclass(order=True, slots=True)
class Job:
    """One request in the queue. Ordered by urgency, then by arrival."""

    priority: int
    number: int
    peer: Any = field(compare=False)
    id: int = field(compare=False)
    model: str = field(compare=False)
    method: str = field(compare=False)
    args: list[Any] = field(compare=False)
    wanted: bool = field(compare=False, default=True)

    def withdraw(self) -> None:
        """Nobody waits for the result any more: free the arguments, never run it if it has not started."""
        self.wanted = False
        self.args = []


class JobQueue:
    """A bounded priority queue of jobs; withdrawn ones are passed over."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._heap: list[Job] = []
        self._came = trio.lowlevel.ParkingLot()

    def __len__(self) -> int:
        """Return how many wanted jobs wait."""
        return sum(job.wanted for job in self._heap)

    def put(self, job: Job) -> bool:
        """Queue `job`; return False when the queue is full."""
        if len(self) >= self._bound:
            return False
        heapq.heappush(self._heap, job)
        self._came.unpark_all()
        return True

    async def get(self, least: int = AHEAD) -> Job:
        """Return the next wanted job that is at least as urgent as `least`, waiting for one."""
        await trio.lowlevel.checkpoint()
        while True:
            while self._heap and not self._heap[0].wanted:
                heapq.heappop(self._heap)
            if self._heap and self._heap[0].priority <= least:
                return heapq.heappop(self._heap)
            await self._came.park()
