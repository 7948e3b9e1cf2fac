"""The jobs process: takes jobs out of the queue and does them, and keeps the timetable if it is elected to.

Any number of them may run, on any number of hosts with one database. SIGTERM or SIGINT: the jobs at hand are finished
(making sentences stops: those that are made stay), no other is begun; a second signal leaves at once, and what was at
hand is done again elsewhere. SIGHUP: the
configuration is read anew; edits are noticed without it. Killing it loses nothing.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import trio
from peewee import Database, PeeweeException

from voiced.config.settings import Settings
from voiced.daemon.jobs_work import Work
from voiced.daemon.measuring import tell_measures
from voiced.daemon.notify import report, this_process
from voiced.daemon.project import Project, judge
from voiced.daemon.watch import SETTLE, Look, Watch, look
from voiced.errors import Unavailable
from voiced.jobs import queue, schedule
from voiced.jobs.engine import Engine
from voiced.observe.log import logger
from voiced.store import db

log = logger("jobs")

T = TypeVar("T")

POLL = 2.0
"""Seconds between two looks into an empty queue."""
BEAT = 5.0
"""Seconds between two signs of life: holds renewed, the timetable looked at."""
OUTAGE = 5.0
"""Seconds between tries while the database is gone."""
SPARE_THREADS = 3


@dataclass(slots=True)
class Jobs:
    """The process's tasks and what they share."""

    work: Work
    database: Database
    engine: Engine
    holder: str
    threads: trio.CapacityLimiter
    reread: bool = False
    _down: bool = False

    @property
    def stopping(self) -> trio.Event:
        """Set when no other job is to be begun."""
        return self.work.stopping

    async def take_jobs(self) -> None:
        """Do one job after the other until told to stop."""
        while not self.stopping.is_set():
            job = await self.ask(self.engine.take)
            if job is None:
                await self.rest(OUTAGE if self._down else POLL)
            else:
                # The second signal does not wait for a thread: the job's row does, and is given back.
                await trio.to_thread.run_sync(self.engine.run, job, limiter=self.threads, abandon_on_cancel=True)

    async def beat(self, parent: int | None) -> None:
        """Give signs of life, keep the timetable, and leave when `parent` is gone, until cancelled."""
        await self.ask(self._at_start)
        while True:
            await self.ask(self._beat)
            await self.rest(BEAT)
            if self.stopping.is_set():
                await trio.sleep(BEAT)
            elif parent is not None and os.getppid() != parent:
                log.warning("parent_gone")
                self.stopping.set()

    def _at_start(self) -> None:
        queue.add(self.database, "purge", now=time.time(), key="periodic", revive=True)

    def _beat(self) -> None:
        now = time.time()
        queue.hold(self.database, self.holder, now)
        if not self.stopping.is_set():
            schedule.tick(self.database, self.holder, now)

    async def follow(self) -> None:
        """Take a changed configuration for the jobs that begin from now on, until cancelled; a broken one never."""
        watch = Watch(await self._look())
        while True:
            await trio.sleep(self.work.project.settings.reload.poll_seconds)
            seen = await self._look()
            while (verdict := watch.judge(seen, trio.current_time())) == "moving":
                await trio.sleep(SETTLE)
                seen = await self._look()
            if verdict == "changed" or self.reread:
                self.reread = False
                watch.took(seen)
                await self._read()

    async def _look(self) -> Look:
        settings = self.work.project.settings
        return await self.offload(look, settings.file, (settings.flows,))

    async def _read(self) -> None:
        before = self.work.project
        judged = await self.offload(judge, before.settings.file, os.environ, before.plugins)
        if judged.project is None:
            log.warning("configuration_refused", problems=len(judged.problems))
            return
        self.work.project = judged.project
        version = judged.project.bundle.version
        log.info("configuration_taken", config=version)
        if version != before.bundle.version:
            await self.ask(self._warm, version)

    def _warm(self, version: str) -> None:
        queue.add(self.database, "warm", now=time.time(), key=version)

    async def ask(self, function: Callable[..., T], *args: Any) -> T | None:
        """Ask the database in a thread; None while it is gone, which is logged once."""
        try:
            answer = await self.offload(function, *args)
        except PeeweeException as error:
            if not self._down:
                log.warning("jobs_database_gone", exc_info=error)
            self._down = True
            return None
        if self._down:
            log.warning("jobs_database_back")
        self._down = False
        return answer

    async def offload(self, function: Callable[..., T], *args: Any) -> T:
        """Run what blocks in a thread."""
        return await trio.to_thread.run_sync(function, *args, limiter=self.threads)

    async def rest(self, seconds: float) -> None:
        """Wait, but not longer than until told to stop."""
        with trio.move_on_after(seconds):
            await self.stopping.wait()


async def run_jobs(project: Project, parent: int | None = None) -> None:
    """Do jobs until told to stop, or until the process `parent` is no longer our parent.

    Raises `Unavailable` when the database or its folder cannot be had.
    """
    with trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT, signal.SIGHUP) as signals:
        database = await trio.to_thread.run_sync(_open, project.settings)
        jobs = _jobs(project, database)
        log.info("jobs_started", holder=jobs.holder, config=project.bundle.version)
        async with trio.open_nursery() as root:
            root.start_soon(report, this_process()[0], lambda: (True, "doing jobs"))
            root.start_soon(tell_measures, project.settings.data_dir, "jobs")
            root.start_soon(jobs.follow)
            root.start_soon(jobs.beat, parent)
            root.start_soon(_until_told, jobs, signals, root.cancel_scope)
            async with trio.open_nursery() as at_hand:
                for _ in range(project.settings.jobs.threads):
                    at_hand.start_soon(jobs.take_jobs)
            root.cancel_scope.cancel()
        await jobs.ask(_leave, jobs)
    log.info("stopped")


def _open(settings: Settings) -> Database:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fix = "choose a folder that this user may write"
        raise Unavailable(f"the folder {settings.data_dir} cannot be made: {error.strerror}", fix=fix) from error
    return db.open(settings.store.url)


def _jobs(project: Project, database: Database) -> Jobs:
    work = Work(project, database)
    holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(2)}"
    engine = Engine(database, work.handlers(), holder, time.time)
    threads = trio.CapacityLimiter(project.settings.jobs.threads + SPARE_THREADS)
    return Jobs(work, database, engine, holder, threads)


async def _until_told(jobs: Jobs, signals: AsyncIterator[int], everything: trio.CancelScope) -> None:
    """Read anew at SIGHUP, stop at the first other signal, leave at the second."""
    async for number in signals:
        if number == signal.SIGHUP:
            jobs.reread = True
        elif jobs.stopping.is_set():
            everything.cancel()
        else:
            jobs.stopping.set()


def _leave(jobs: Jobs) -> None:
    queue.give_back(jobs.database, jobs.holder, time.time())
    schedule.resign(jobs.database, jobs.holder)
