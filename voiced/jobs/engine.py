"""Running jobs with huey: it knows the functions, runs them, and decides between another try and giving up.

Its storage here is our queue, which keeps a job's row until the job is done; huey's own storages take a task out before
it runs, so that a killed process loses it. Messages are JSON, never pickle.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Mapping
from typing import Any

from huey import Huey, signals  # type: ignore[import-untyped]  # huey publishes no types
from huey.constants import EmptyData  # type: ignore[import-untyped]  # the same
from huey.registry import Message  # type: ignore[import-untyped]  # the same
from huey.storage import BaseStorage  # type: ignore[import-untyped]  # the same
from peewee import Database

from voiced.jobs import queue
from voiced.jobs.queue import TRIES, JobRow
from voiced.observe.log import describe, logger
from voiced.observe.metrics import JOBS

log = logger("jobs")

Handler = Callable[..., Mapping[str, Any]]
"""What does a job: takes the job's arguments, returns facts for the log. Runs in a thread, may block."""
Clock = Callable[[], float]


class JsonSerializer:
    """Huey's messages as JSON."""

    def serialize(self, data: Any) -> bytes:
        """Return a task's message as bytes."""
        return json.dumps({"id": data.id, "name": data.name, "args": data.args, "retries": data.retries}).encode()

    def deserialize(self, data: bytes) -> Any:
        """Return the task's message."""
        return Message(**json.loads(data))


class QueueStorage(BaseStorage):  # type: ignore[misc]  # huey publishes no types
    """Our queue as huey's storage, for one process, `holder`, that runs the jobs `names`."""

    def __init__(self, name: str, database: Database, names: Collection[str], holder: str, now: Clock) -> None:
        super().__init__(name)
        self._database = database
        self._names = names
        self._holder = holder
        self._now = now

    def enqueue(self, data: bytes, priority: float | None = None) -> None:  # noqa: ARG002 - huey's signature
        """Let a job that failed be tried again. New jobs are added by `queue.add`."""
        queue.postpone(self._database, json.loads(data)["id"], self._holder, self._now())

    def dequeue(self) -> bytes | None:
        """Take a job that is due."""
        row = queue.claim(self._database, self._names, self._holder, self._now())
        return None if row is None else _message(row)

    def peek_many(self, keys: Any) -> dict[str, bytes]:  # noqa: ARG002 - huey's signature
        """Return nothing: no job is ever revoked, a row is dropped instead."""
        return {}

    def pop_data(self, key: str) -> Any:  # noqa: ARG002 - huey's signature
        """Return nothing, for the same reason."""
        return EmptyData


def _message(row: JobRow) -> bytes:
    message = Message(row.id, f"{__name__}.{row.name}", None, TRIES - row.tries, args=row.arguments)
    return JsonSerializer().serialize(message)


class Engine:
    """Takes jobs out of the queue and runs them, for the process `holder`. May be used from several threads.

    A handler that raises `KeyboardInterrupt` leaves its job held, for `queue.give_back`.
    """

    def __init__(self, database: Database, handlers: Mapping[str, Handler], holder: str, now: Clock) -> None:
        logging.getLogger("huey").addFilter(_not_told_twice)
        self._database = database
        self._holder = holder
        self._now = now
        self._huey = Huey(
            "voiced",
            results=False,
            serializer=JsonSerializer(),
            storage_class=QueueStorage,
            database=database,
            names=tuple(handlers),
            holder=holder,
            now=now,
        )
        for name, handler in handlers.items():
            self._huey.task(name=name)(_told(name, handler))
        self._huey.signal(signals.SIGNAL_COMPLETE)(self._finished)
        self._huey.signal(signals.SIGNAL_ERROR)(self._failed)

    def take(self) -> Any | None:
        """Return the next job that is due, None when there is none. Blocks for the database alone."""
        return self._huey.dequeue()

    def run(self, job: Any) -> None:
        """Run a job that was taken; raises nothing. Blocks for as long as the job does."""
        try:
            self._huey.execute(job)
        except Exception as error:
            # The database is gone, say: the job stays held, and comes again.
            log.warning("job_left_held", job=type(job).__name__, id=job.id, exc_info=error)

    def _finished(self, _signal: str, job: Any) -> None:
        queue.finish(self._database, job.id, self._holder)
        JOBS.labels(job.name, "done").inc()

    def _failed(self, _signal: str, job: Any, error: BaseException) -> None:
        final = not job.retries
        queue.note(self._database, job.id, self._holder, describe(error), final=final)
        JOBS.labels(job.name, "parked" if final else "failed").inc()
        event = "job_parked" if final else "job_failed"
        (log.error if final else log.warning)(event, job=job.name, id=job.id, exc_info=error)


def _told(name: str, handler: Handler) -> Callable[..., None]:
    """Return `handler` as a function of this module, by which huey knows it, that logs what was done."""

    def run(*arguments: Any) -> None:
        log.info("job_done", job=name, **handler(*arguments))

    return run


def _not_told_twice(record: logging.LogRecord) -> bool:
    """Drop huey's own word of a failed job, for ours says the same, and of one that stopped because we asked it to."""
    return not str(record.msg).startswith(("Unhandled exception in task", "Received exit signal"))
