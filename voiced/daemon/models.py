"""The inference process of a worker that runs alone: started as its child, started again when it dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import trio

from voiced.config.catalogue import Plugins, providers, specs
from voiced.config.settings import Settings
from voiced.daemon.host import WorkerHost
from voiced.daemon.plan import CHANGING, named_providers
from voiced.fleet.rundir import inference_path
from voiced.inference.client import Inference
from voiced.inference.server import serve
from voiced.observe.log import logger
from voiced.registry import Registry

log = logger("models")

FIRST_BACKOFF, LAST_BACKOFF = 0.5, 30.0
STEADY = 60.0
"""Seconds after which a process that dies is not taken for one that cannot start."""


def wanted_models(settings: Settings, plugins: Plugins) -> frozenset[str]:
    """Return the models that providers of calls use: those of the plugins that have them."""
    named = ((kind, name) for kind, name in named_providers(settings) if kind in CHANGING)
    owners = {providers(plugins, kind).get(name, "") for kind, name in named}
    return frozenset(model.name for name, spec in specs(plugins).items() if name in owners for model in spec.models)


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
        process = await trio.run_process(command, stdin=subprocess.DEVNULL, check=False)
        log.warning("inference_died", code=process.returncode)
        backoff = FIRST_BACKOFF if trio.current_time() - began > STEADY else min(backoff * 2, LAST_BACKOFF)
        await trio.sleep(backoff)


async def serve_models(settings: Settings, plugins: Plugins, path: Path, parent: int | None) -> None:
    """Serve the models of the switched-on plugins on the Unix socket `path`: the whole inference process."""
    threads = trio.CapacityLimiter(1)

    def host(plugin: str) -> WorkerHost:
        return WorkerHost(settings.data_dir / "plugins" / plugin, settings.cache_dir, logger(plugin), threads)

    models = Registry(settings, plugins, host).models()
    with trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        async with trio.open_nursery() as nursery:

            async def until_told() -> None:
                await anext(signals)
                nursery.cancel_scope.cancel()

            nursery.start_soon(until_told)
            await serve(models, path, log=log, preload=wanted_models(settings, plugins), parent=parent)
            nursery.cancel_scope.cancel()
