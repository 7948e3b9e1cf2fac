"""What a worker leaves for the jobs process when a call is over: one row in the queue, written in a thread.

A worker that is killed leaves nothing; the jobs process looks for such calls every few minutes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import trio
from msgspec import Struct, field
from peewee import Database, PeeweeException

from voiced.call.feed import Feed
from voiced.jobs import queue, recordings
from voiced.observe.log import logger
from voiced.store import Offload, Writer

log = logger("worker")

WRITTEN = 10.0
"""Seconds that a call's rows may take to be written before its summary is queued anyway."""


class AfterCalls(Struct):
    """Queues what is to be done of each call that ends.

    Its summary, where the caller agreed to the keeping of its text; the erasure of what the carrier may have recorded
    of it, where the caller wants it forgotten.
    """

    feed: Feed
    writer: Writer
    database: Database
    offload: Offload
    _last_words: dict[str, str] = field(default_factory=dict)
    """By call: what its caller decided last, of the keeping of its text."""

    async def run(self) -> None:
        """Watch the feed until it closes."""
        with self.feed.watch() as events:
            async for event in events:
                if event["event"] == "consent":
                    self._last_words[event["call_id"]] = event["decision"]
                elif event["event"] == "call.ended":
                    await self._leave(event["call_id"], self._last_words.pop(event["call_id"], ""))

    async def _leave(self, call_id: str, decision: str) -> None:
        add = TO_DO.get(decision)
        if add is None:
            return
        with trio.move_on_after(WRITTEN):
            await self.writer.flush()
        try:
            await self.offload(add, self.database, call_id)
        except PeeweeException as error:
            log.warning("job_not_queued", call_id=call_id, error=type(error).__name__)


def _summarise(database: Database, call_id: str) -> None:
    queue.add(database, "summary", call_id, now=time.time(), key=call_id)


def _forget(database: Database, call_id: str) -> None:
    recordings.forget(database, call_id, time.time())


TO_DO: Mapping[str, Callable[[Database, str], None]] = {"granted": _summarise, "withdrawn": _forget}
"""What is queued, by the caller's last word."""
