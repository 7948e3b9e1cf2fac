"""What a worker is made of, before its tasks begin: folders, the first plan, the database's writer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import trio
from msgspec import Struct
from peewee import Database

from voiced.call.feed import Feed
from voiced.config.settings import Settings
from voiced.daemon.host import WorkerHost
from voiced.daemon.plan import WorkerPlan
from voiced.daemon.project import Project, last_good
from voiced.errors import Problem, Unavailable
from voiced.fleet.rundir import inference_path, run_dir
from voiced.inference.client import Inference
from voiced.observe.log import logger
from voiced.registry import Registry
from voiced.store import Writer, db

log = logger("config")

THREADS = 4
"""Threads for what blocks (files, database); never for sound."""
T = TypeVar("T")


class Parts(Struct, frozen=True):
    """What a worker is made of, besides its tasks."""

    project: Project
    """The configuration that it starts with."""
    plan: WorkerPlan
    writer: Writer
    feed: Feed
    inference: Inference
    """The way to the models' process; there may be none at its end."""
    threads: trio.CapacityLimiter
    database: Database

    @property
    def settings(self) -> Settings:
        """The settings that it starts with."""
        return self.project.settings

    async def offload(self, function: Callable[..., T], *args: object) -> T:
        """Run what blocks in a thread."""
        return await trio.to_thread.run_sync(function, *args, limiter=self.threads)

    def close(self) -> None:
        """Close the database; nobody may be using it any more."""
        db.close(self.database)


async def make_parts(project: Project, local_url: str) -> Parts:
    """Make the parts. Raises `Unavailable` when a folder, the database or a provider cannot be had."""
    settings = project.settings
    for folder in (run_dir(settings.data_dir), settings.cache_dir):
        _make(folder)
    threads = trio.CapacityLimiter(THREADS)
    inference = Inference(inference_path(settings.data_dir), logger("inference"))

    def host(plugin: str) -> WorkerHost:
        folder = settings.data_dir / "plugins" / plugin
        return WorkerHost(folder, settings.cache_dir, logger(plugin), threads, inference)

    def plan_of(project: Project) -> WorkerPlan:
        registry = Registry(project.settings, project.plugins, host)
        url = (project.settings.server.public_url or local_url).rstrip("/")
        return WorkerPlan(project.settings, registry, project.flows, url)

    project, plan = await trio.to_thread.run_sync(_first, project, plan_of)
    database = await trio.to_thread.run_sync(db.open, project.settings.store.url)
    writer = Writer(database, lambda function, *args: trio.to_thread.run_sync(function, *args, limiter=threads))
    return Parts(project, plan, writer, Feed(), inference, threads, database)


def _first(project: Project, plan_of: Callable[[Project], WorkerPlan]) -> tuple[Project, WorkerPlan]:
    """Return the first plan with its providers built: what cannot be had is said now, not to the first caller.

    When they cannot be built, the last good version is taken instead.
    """
    plan = plan_of(project)
    try:
        plan.build()
    except Unavailable as error:
        fault = Problem(str(project.settings.file), 0, 0, str(error))
        good = None if project.faults else last_good(project.settings.file, project.plugins, (fault,))
        if good is None or good.bundle.version == project.bundle.version:
            raise
    else:
        return project, plan
    log.error("config_broken", problem=str(fault), using=good.settings.version)
    plan = plan_of(good)
    plan.build()
    return good, plan


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fix = "choose a folder that this user may write"
        raise Unavailable(f"the folder {folder} cannot be made: {error.strerror}", fix=fix) from error
