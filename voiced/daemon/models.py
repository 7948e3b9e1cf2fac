"""The inference process of a worker that runs alone: started as its child, started again when it dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import trio
from msgspec import Struct

from voiced.config.catalogue import Plugins, providers, specs
from voiced.config.settings import Settings
from voiced.daemon.host import WorkerHost
from voiced.daemon.plan import CHANGING, named_providers
from voiced.daemon.project import judge
from voiced.errors import ProviderError, Unavailable
from voiced.fleet.rundir import inference_path
from voiced.inference.client import Inference
from voiced.inference.server import serve
from voiced.observe.log import logger
from voiced.plugin import Kind, ModelSpec, plain_errors
from voiced.registry import Registry

log = logger("models")

FIRST_BACKOFF, LAST_BACKOFF = 0.5, 30.0
ENDING = 2.0
"""Seconds that it gets to end."""
STEADY = 60.0
"""Seconds after which a process that dies is not taken for one that cannot start."""


def wanted_models(settings: Settings, plugins: Plugins) -> frozenset[str]:
    """Return the models that providers of calls use: those of the plugins that have them."""
    named = ((kind, name) for kind, name in named_providers(settings) if kind in CHANGING)
    owners = {providers(plugins, kind).get(name, "") for kind, name in named}
    return frozenset(model.name for name, spec in specs(plugins).items() if name in owners for model in spec.models)


class ModelMissing(Unavailable):
    """A model cannot be had without which no call can be held: the chosen provider of `kind` needs it."""

    def __init__(self, kind: Kind, error: Unavailable) -> None:
        super().__init__(error.reason, fix=error.fix)
        self.kind = kind


def needed_models(settings: Settings, plugins: Plugins) -> dict[str, Kind]:
    """Return the models without which no call can be held: those of each chosen provider that nobody stands in for."""
    needed: dict[str, Kind] = {}
    for kind in CHANGING:
        name = getattr(settings.providers, kind)
        plugin = providers(plugins, kind).get(name, "")
        if plugin in settings.plugins and not getattr(settings.fallback, kind):
            options = settings.plugins[plugin]
            made = (each for each in specs(plugins)[plugin].providers if (each.kind, each.name) == (kind, name))
            needed |= {model: kind for each in made for model in each.models(options)}
    return needed


class ModelsProcess(Struct):
    """The models' process as a worker wants it: begun with the first plan that needs it, then there to stay.

    `shared`: somebody else runs the process, and only the connection is ours.
    """

    inference: Inference
    nursery: trio.Nursery
    plugins: Plugins
    shared: bool = False
    begun: bool = False

    def begin(self, settings: Settings) -> Inference | None:
        """Return the process if `settings` need it, which is now on its way."""
        if not wanted_models(settings, self.plugins):
            return None
        if not self.begun:
            self.begun = True
            run = self.inference.run if self.shared else partial(keep_models, settings, self.inference)
            self.nursery.start_soon(run)
        return self.inference

    async def prove(self, settings: Settings) -> None:
        """Have the models loaded that no call can do without. Raises `ModelMissing` for one that cannot be."""
        needed = needed_models(settings, self.plugins)
        async with plain_errors(trio.open_nursery()) as nursery:
            for model, kind in needed.items():
                nursery.start_soon(self._prove, model, kind)

    async def _prove(self, model: str, kind: Kind) -> None:
        await self.inference.ready()
        try:
            await self.inference.load(model)
        except (ProviderError, Unavailable) as error:
            if isinstance(error, Unavailable) and self.inference.connected:
                raise ModelMissing(kind, error) from error
            # The process died meanwhile, or is overloaded: that says nothing of the model.
            log.warning("model_not_proved", model=model, error=type(error).__name__)

    async def want(self, settings: Settings) -> None:
        """Return once the process is there, if `settings` need it; the caller holds the deadline."""
        if self.begin(settings) is not None:
            await self.inference.ready()


async def keep_models(settings: Settings, inference: Inference) -> None:
    """Run the inference process and the connection to it, until cancelled."""
    path = inference_path(settings.data_dir)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(inference.run)
        await _keep_process(settings, path)


async def _keep_process(settings: Settings, path: Path) -> None:
    backoff = FIRST_BACKOFF
    command = [
        sys.executable, "-m", "voiced", "inference", "--config", str(settings.file), "--socket", str(path),
        "--parent", str(os.getpid()),
    ]  # fmt: skip
    while True:
        began = trio.current_time()
        process = await trio.run_process(command, stdin=subprocess.DEVNULL, check=False, deliver_cancel=_end)
        log.warning("inference_died", code=process.returncode)
        backoff = FIRST_BACKOFF if trio.current_time() - began > STEADY else min(backoff * 2, LAST_BACKOFF)
        await trio.sleep(backoff)


async def _end(process: trio.Process) -> None:
    """End the process: it keeps nothing, and a model that is being loaded cannot be interrupted."""
    process.terminate()
    await trio.sleep(ENDING)
    process.kill()


def _options(file: Path, plugins: Plugins, plugin: str) -> object:
    """Return the options of a plugin that was switched on since this process began. Raises `Unavailable`."""
    project = judge(file, os.environ, plugins).project
    if project is None or plugin not in project.settings.plugins:
        raise Unavailable(f"the plugin {plugin} is not switched on", fix="name it under `plugins:`")
    return project.settings.plugins[plugin]


async def serve_models(settings: Settings, plugins: Plugins, path: Path, parent: int | None) -> None:
    """Serve the models of the switched-on plugins on the Unix socket `path`: the whole inference process.

    Models of plugins that are switched on later are loaded when they are first asked for.
    """
    threads = trio.CapacityLimiter(1)

    def host(plugin: str) -> WorkerHost:
        return WorkerHost(settings.data_dir / "plugins" / plugin, settings.cache_dir, logger(plugin), threads)

    def late(plugin: str, model: ModelSpec) -> object:
        return model.load(_options(settings.file, plugins, plugin), host(plugin))

    every = specs(plugins).items()
    models: dict[str, Callable[[], object]] = {
        model.name: partial(late, name, model) for name, spec in every for model in spec.models
    }
    models |= Registry(settings, plugins, host).models()
    with trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        async with trio.open_nursery() as nursery:

            async def until_told() -> None:
                await anext(signals)
                nursery.cancel_scope.cancel()

            nursery.start_soon(until_told)
            await serve(models, path, log=log, preload=wanted_models(settings, plugins), parent=parent)
            nursery.cancel_scope.cancel()
