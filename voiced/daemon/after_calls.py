"""What a worker leaves for the jobs process when a call is over: one row in the queue, written in a thread.

A worker that is killed leaves nothing; the jobs process looks for such calls every few minutes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import trio
from peewee import Database, PeeweeException

from voiced.call.feed import Feed
from voiced.jobs import queue
from voiced.observe.log import logger
from voiced.store import Offload, Writer

log = logger("worker")

WRITTEN = 10.0
"""Seconds that a call's rows may take to be written before its summary is queued anyway."""


@dataclass(slots=True)
class AfterCalls:
    """Queues the summary of each call that ends and whose caller agreed to the keeping of its text."""

    feed: Feed
    writer: Writer
    database: Database
    offload: Offload
    _agreed: set[str] = field(default_factory=set)

    async def run(self) -> None:
        """Watch the feed until it closes."""
        with self.feed.watch() as events:
            async for event in events:
                if event["event"] == "consent":
                    remember = self._agreed.add if event["decision"] == "granted" else self._agreed.discard
                    remember(event["call_id"])
                elif event["event"] == "call.ended" and event["call_id"] in self._agreed:
                    self._agreed.discard(event["call_id"])
                    await self._leave(event["call_id"])

    async def _leave(self, call_id: str) -> None:
        with trio.move_on_after(WRITTEN):
            await self.writer.flush()
        try:
            await self.offload(_add, self.database, call_id)
        except PeeweeException as error:
            log.warning("summary_not_queued", call_id=call_id, error=type(error).__name__)


def _add(database: Database, call_id: str) -> None:
    queue.add(database, "summary", call_id, now=time.time(), key=call_id)
