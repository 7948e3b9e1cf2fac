"""What each job does in this installation: the functions of `voiced.jobs`, given today's configuration.

Handlers block, and run in a thread that a trio loop started: `warm` goes back to that loop, for voices live there.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import trio
from peewee import Database

from voiced.call.warm import warm
from voiced.daemon.host import WorkerHost
from voiced.daemon.project import Project
from voiced.daemon.recordings import erase_recordings
from voiced.daemon.standalone import open_providers
from voiced.dialog.phrase import fixed_texts
from voiced.jobs.purge import purge
from voiced.jobs.summarise import summarise, sweep
from voiced.observe.log import logger
from voiced.registry import Registry
from voiced.resilience import Allowance, Breakers
from voiced.text.pronunciations import Pronunciations

log = logger("jobs")

Facts = Mapping[str, Any]
Handler = Callable[..., Facts]
JOBS: Mapping[str, str] = {
    "purge": "Erase what is older than privacy.data_ttl_days.",
    "recordings": "Have the carrier erase what it recorded of calls that are erased, by its own ids of them.",
    "summary": "Summarise one call, by its id, if its caller agreed.",
    "sweep": "Queue the summaries that were missed.",
    "warm": "Make the fixed sentences of the flows in use into sound.",
}
"""Each job, and what it does."""
WARMING = 1800.0
"""Seconds that the fixed sentences may take."""


def boot_clock() -> float:
    """Return the seconds since the machine started, its sleep included; nobody can set this clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


@dataclass(slots=True)
class Steadiness:
    """Notices that the wall clock was set while this process ran."""

    now: Callable[[], float] = time.time
    steady: Callable[[], float] = boot_clock
    _apart: float = field(init=False)

    def __post_init__(self) -> None:
        self._apart = self.now() - self.steady()

    def moved(self) -> float:
        """Return the seconds by which the wall clock was set; the sum, where it was set several times."""
        return self.now() - self.steady() - self._apart


@dataclass(slots=True)
class Work:
    """Does jobs. `project` is replaced when the configuration changes; jobs that run keep theirs."""

    project: Project
    database: Database
    clock: Steadiness = field(default_factory=Steadiness)
    trusted: bool = False
    """Somebody vouches for the clock."""
    stopping: trio.Event = field(default_factory=trio.Event)
    """The process wants to leave: a job that can go on where it was stops here."""
    breakers: Breakers = field(default_factory=Breakers)
    _labels: tuple[str, Mapping[str, str]] = ("", {})

    def handlers(self) -> dict[str, Handler]:
        """Return what does each of `JOBS`."""
        return {
            "purge": self.purge,
            "recordings": self.recordings,
            "summary": self.summary,
            "sweep": self.sweep,
            "warm": self.warm,
        }

    def purge(self) -> Facts:
        """Erase what is too old."""
        days = self.project.settings.privacy.data_ttl_days
        erased = purge(self.database, days, self.clock.now(), moved=self.clock.moved(), trusted=self.trusted)
        counts = {kind: getattr(erased, kind) for kind in ("calls", "messages", "actions", "summaries")}
        return {"days": days, **counts}

    def recordings(self, *calls: str) -> Facts:
        """Have carriers erase what they recorded of `calls`, each `carrier/its-id`. May be done twice."""
        limits = self.project.settings.limits.providers
        given = {name: Allowance(each.per_minute, each.burst, each.concurrent) for name, each in limits.items()}
        self.breakers.allow(given)
        return trio.from_thread.run(_until, self.stopping, erase_recordings, self.project, self.breakers, calls)

    def summary(self, call_id: str) -> Facts:
        """Summarise a call."""
        made = summarise(self.database, call_id, self.clock.now(), self.labels())
        return {"call_id": call_id, "made": made}

    def sweep(self) -> Facts:
        """Queue the summaries that were missed."""
        return {"queued": sweep(self.database, self.clock.now())}

    def warm(self) -> Facts:
        """Make fixed sentences. Stops when the process does: those that are made stay made."""
        return trio.from_thread.run(_until, self.stopping, _warm, self.project)

    def labels(self) -> Mapping[str, str]:
        """Return what each tool does, in its own French words, up to the first pause; its name says it otherwise."""
        project = self.project
        if self._labels[0] != project.bundle.version:
            self._labels = project.bundle.version, _labels(project)
        return self._labels[1]


def _labels(project: Project) -> Mapping[str, str]:
    settings, threads = project.settings, trio.CapacityLimiter(1)

    def host(plugin: str) -> WorkerHost:
        return WorkerHost(settings.data_dir / "plugins" / plugin, settings.cache_dir, logger(plugin), threads)

    try:
        tools = Registry(settings, project.plugins, host).tools()
        return {name: tool.spec.description.split(";")[0].split(". ")[0].strip(" .") for name, tool in tools.items()}
    except Exception as error:  # noqa: BLE001 - a plugin's bug costs its words, not the summary
        log.warning("tools_not_named", error=type(error).__name__)
        return {}


async def _until(stopping: trio.Event, job: Callable[..., Awaitable[Facts]], *arguments: Any) -> Facts:
    """Do a job, and return its facts. Raises `KeyboardInterrupt`, by which huey leaves a job as it is, if stopped."""
    facts: Facts = {}
    async with trio.open_nursery() as nursery:

        async def stop() -> None:
            await stopping.wait()
            nursery.cancel_scope.cancel()

        nursery.start_soon(stop)
        facts = await job(*arguments)
        nursery.cancel_scope.cancel()
    if nursery.cancel_scope.cancelled_caught and not facts:
        raise KeyboardInterrupt
    return facts


async def _warm(project: Project) -> Facts:
    made = total = 0
    with trio.fail_after(WARMING):
        async with open_providers(project) as (plan, _):
            for flow in plan.answering():
                providers, texts = plan.providers(flow), list(dict.fromkeys(fixed_texts(flow)))
                book = plan.book(providers).saying(Pronunciations.of(flow.pronunciations))
                made += await warm(providers.tts, book, texts)
                total += len(texts)
    return {"made": made, "phrases": total}
