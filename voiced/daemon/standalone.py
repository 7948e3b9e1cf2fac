"""Providers without a worker: for commands that think, speak or look things up, but take no calls."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import trio

from voiced.call.providers import Providers
from voiced.config.catalogue import Plugins
from voiced.config.settings import Settings
from voiced.daemon.host import WorkerHost
from voiced.daemon.models import keep_models, wanted_models
from voiced.daemon.plan import WorkerPlan
from voiced.dialog.flow import Flow
from voiced.errors import Unavailable
from voiced.fleet.rundir import inference_path
from voiced.inference.client import Inference
from voiced.observe.log import logger
from voiced.registry import Registry

THREADS = 4
MODELS_READY = 180.0
"""Seconds that the inference process may take to load its models."""


class Project(Protocol):
    """A configuration that was read and found good."""

    @property
    def settings(self) -> Settings:
        """The settings."""
        ...

    @property
    def plugins(self) -> Plugins:
        """The plugins that were found."""
        ...

    @property
    def flows(self) -> Mapping[str, Flow]:
        """The flows, by name."""
        ...


@asynccontextmanager
async def open_providers(
    project: Project, *, wait: float = MODELS_READY
) -> AsyncIterator[tuple[WorkerPlan, Providers]]:
    """Give the active providers for as long as the context lasts, with the plan that a worker would have.

    Starts the inference process when a provider needs it; that of a worker which runs with the same configuration is
    used instead where there is one. Raises `Unavailable` when a provider cannot be built, and in a group
    (as everything that is raised inside) when the models do not come
    within `wait` seconds.
    """
    settings = project.settings
    threads = trio.CapacityLimiter(THREADS)
    with tempfile.TemporaryDirectory(prefix="voiced-") as folder:
        running = await _listens(inference_path(settings.data_dir))
        apart = settings if running else replace(settings, data_dir=Path(folder))  # a worker may come up meanwhile
        wanted = bool(wanted_models(settings, project.plugins))
        inference = Inference(inference_path(apart.data_dir), logger("inference")) if wanted else None

        def host(plugin: str) -> WorkerHost:
            data = settings.data_dir / "plugins" / plugin
            return WorkerHost(data, settings.cache_dir, logger(plugin), threads, inference)

        plan = WorkerPlan(settings, Registry(settings, project.plugins, host), project.flows, "")
        providers = plan.providers(next(iter(project.flows.values())))
        async with trio.open_nursery() as nursery:
            if inference is not None:
                await _connect(apart, inference, nursery, wait, running=running)
            yield plan, providers
            nursery.cancel_scope.cancel()


async def _listens(path: Path) -> bool:
    """Return whether an inference process is there already."""
    try:
        stream = await trio.open_unix_socket(str(path))
    except OSError:
        return False
    await stream.aclose()
    return True


async def _connect(
    settings: Settings, inference: Inference, nursery: trio.Nursery, wait: float, *, running: bool
) -> None:
    if running:
        nursery.start_soon(inference.run)
    else:
        inference_path(settings.data_dir).parent.mkdir(parents=True)
        nursery.start_soon(keep_models, settings, inference)
    with trio.move_on_after(wait):
        await inference.ready()
        return
    raise Unavailable("the models did not load in time", fix="see `voiced check`")
