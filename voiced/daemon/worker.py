"""One call worker: the root nursery, from the first listening socket to the last goodbye.

SIGTERM or SIGINT: no new calls, those in progress may end, up to `limits.drain_seconds`; a second signal ends them now.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import trio

from voiced.call.feed import Feed
from voiced.call.switchboard import Switchboard
from voiced.call.think import offers
from voiced.call.warm import warm
from voiced.config.catalogue import Plugins
from voiced.config.settings import Settings
from voiced.daemon.control import control_path, control_router, serve_control
from voiced.daemon.host import WorkerHost
from voiced.daemon.models import keep_models, needs_inference, socket_path
from voiced.daemon.plan import WorkerPlan
from voiced.dialog.flow import Flow
from voiced.dialog.phrase import fixed_texts
from voiced.errors import ProviderError, Unavailable
from voiced.inference.client import Inference
from voiced.observe.log import logger
from voiced.plugin import Telco
from voiced.registry import Registry
from voiced.store import Writer, db
from voiced.web.listen import open_listeners
from voiced.web.serve import Serving, serve

log = logger("worker")

THREADS = 4
"""Threads for what blocks (files, database); never for sound."""


@dataclass(slots=True)
class Readiness:
    """What a worker still waits for before it can take calls."""

    phrases: str = "phrases are being made"
    """What is left to do for the voice; empty when its fixed phrases are ready."""
    models: Inference | None = None

    def reasons(self) -> list[str]:
        """Return why it is not ready."""
        missing = []
        if self.models is not None and not self.models.connected:
            missing.append("models are loading")
        elif self.phrases:
            missing.append(self.phrases)
        return missing


class WorkerSwitchboard(Switchboard):
    """A switchboard that also knows whether its worker has warmed up."""

    readiness: Readiness

    def not_ready(self) -> Sequence[str]:
        """Add what the worker still waits for."""
        return [*super().not_ready(), *self.readiness.reasons()]


async def work(settings: Settings, plugins: Plugins, flows: Mapping[str, Flow]) -> None:
    """Run one worker until it is told to stop. Raises `Unavailable` when the port or the database cannot be had."""
    listeners = await open_listeners(settings.server.host, settings.server.port)
    port = listeners[0].socket.getsockname()[1]
    public_url = (settings.server.public_url or f"http://127.0.0.1:{port}").rstrip("/")
    threads = trio.CapacityLimiter(THREADS)
    inference = Inference(socket_path(settings), logger("inference"))
    wants: list[Inference] = []

    def host(plugin: str) -> WorkerHost:
        folder = settings.data_dir / "plugins" / plugin
        return WorkerHost(folder, settings.cache_dir, logger(plugin), threads, wants[0] if wants else None)

    registry = Registry(settings, plugins, host)
    if needs_inference(settings, registry):
        wants.append(inference)
    plan = WorkerPlan(settings, registry, flows, public_url)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = await trio.to_thread.run_sync(db.open, settings.store.url)
    writer = Writer(database, lambda function, *args: trio.to_thread.run_sync(function, *args, limiter=threads))
    feed = Feed()
    async with trio.open_nursery() as root:
        root.start_soon(writer.run)
        async with trio.open_nursery() as calls:
            switchboard = WorkerSwitchboard(plan, writer, feed, time.time, calls)
            switchboard.readiness = Readiness(models=inference if wants else None)
            if wants:
                root.start_soon(keep_models, settings, inference)
            await root.start(serve_control, control_path(settings.data_dir), control_router(switchboard, feed))
            serving = await root.start(_serve, switchboard, registry, settings, public_url, listeners)
            root.start_soon(_warm, plan, switchboard.readiness, inference if wants else None)
            log.info("listening", url=public_url, flows=sorted(flows), config=settings.version)
            await _until_told(switchboard, settings.limits.drain_seconds)
            serving.stop_accepting()
            calls.cancel_scope.cancel()
        await writer.flush()
        root.cancel_scope.cancel()
    log.info("stopped")


async def _serve(
    switchboard: Switchboard,
    registry: Registry,
    settings: Settings,
    public_url: str,
    listeners: Sequence[trio.SocketListener],
    task_status: trio.TaskStatus[Serving] = trio.TASK_STATUS_IGNORED,
) -> None:
    active = settings.providers.telco
    telcos: dict[str, Telco] = {active: registry.provider("telco", active)}
    await serve(
        switchboard,
        telcos,
        active=active,
        public_url=public_url,
        listeners=listeners,
        log=logger("web"),
        task_status=task_status,
    )


async def _warm(plan: WorkerPlan, readiness: Readiness, inference: Inference | None) -> None:
    """Get the model and the fixed phrases ready; what is down delays nothing that is cached already."""
    if inference is not None:
        await inference.ready()
    flows = plan.answering()
    texts = list(dict.fromkeys(text for flow in flows for text in fixed_texts(flow)))
    done = 0

    def progress(_text: str, _made: bool) -> None:  # noqa: FBT001 - the contract of `warm`
        nonlocal done
        done += 1
        readiness.phrases = f"phrases are being made ({done} of {len(texts)})"

    try:
        providers = plan.providers(flows[0])
        for flow in flows:
            for offer in offers(flow, providers.tools):
                await providers.llm.prepare(offer)
        made = await warm(providers.tts, plan.book(providers), texts, progress)
        log.info("phrases_ready", made=made, phrases=len(texts))
    except (ProviderError, Unavailable) as error:
        log.warning("phrases_not_made", error=type(error).__name__)
    readiness.phrases = ""
    log.info("ready")


async def _until_told(switchboard: Switchboard, drain_seconds: float) -> None:
    """Wait for a signal, then for the calls in progress, a limit or a second signal."""
    with trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        await anext(signals)
        log.info("draining", calls=len(switchboard.active), seconds=drain_seconds)
        async with trio.open_nursery() as nursery:

            async def now() -> None:
                await anext(signals)
                nursery.cancel_scope.cancel()

            nursery.start_soon(now)
            with trio.move_on_after(drain_seconds):
                await switchboard.drain()
            nursery.cancel_scope.cancel()
