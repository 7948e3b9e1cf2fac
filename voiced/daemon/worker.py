"""One call worker: the root nursery, from the first listening socket to the last goodbye.

SIGTERM or SIGINT: no new calls, those in progress may end, up to `limits.drain_seconds`; a second signal ends them now.
"""

from __future__ import annotations

import signal
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import trio

from voiced.call.feed import Feed
from voiced.call.switchboard import Switchboard
from voiced.call.think import offers
from voiced.call.warm import warm
from voiced.config.catalogue import Plugins
from voiced.config.settings import Settings
from voiced.daemon.control import Door, serve_control
from voiced.daemon.control.calls import Calls
from voiced.daemon.control.health import Health
from voiced.daemon.control.metrics import Metrics
from voiced.daemon.host import WorkerHost
from voiced.daemon.models import keep_models, wanted_models
from voiced.daemon.notify import Manager, report, this_process
from voiced.daemon.place import ALONE, Place
from voiced.daemon.plan import WorkerPlan
from voiced.daemon.presence import Presence
from voiced.daemon.tracing import trace_calls
from voiced.dialog.flow import Flow
from voiced.dialog.phrase import fixed_texts
from voiced.errors import Unavailable
from voiced.fleet.rundir import control_path, control_token, inference_path, run_dir
from voiced.inference.client import Inference
from voiced.observe.lateness import watch_loop
from voiced.observe.log import logger
from voiced.plugin import Telco
from voiced.registry import Registry
from voiced.store import Writer, db
from voiced.web.door import Handed
from voiced.web.listen import adopt_listeners, open_listeners
from voiced.web.serve import Serving, serve

log = logger("worker")

THREADS = 4
"""Threads for what blocks (files, database); never for sound."""
FAREWELL = 3.0
"""Seconds that carriers get to ask what follows the last calls; an unanswered webhook is an error in a caller's ear."""
LAST_ANSWERS = 2.0
"""Seconds for the requests at hand when everything is over."""
LAST_ROWS = 5.0
"""Seconds for what was not written yet."""


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


@dataclass(frozen=True, slots=True)
class Parts:
    """What a worker is made of, besides its tasks."""

    settings: Settings
    registry: Registry
    plan: WorkerPlan
    writer: Writer
    feed: Feed
    inference: Inference | None


async def work(settings: Settings, plugins: Plugins, flows: Mapping[str, Flow], place: Place = ALONE) -> None:
    """Run one worker until it is told to stop.

    It listens on the sockets that its place or the service manager gave it, else on `server.host` and `server.port`.
    Raises `Unavailable` when the port, a folder, the database or a provider cannot be had.
    """
    with trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        manager, given = this_process()
        sockets = place.sockets or given
        server = settings.server
        listeners = adopt_listeners(sockets) if sockets else await open_listeners(server.host, server.port)
        parts = await _parts(settings, plugins, flows, f"http://127.0.0.1:{listeners[0].socket.getsockname()[1]}")
        async with trio.open_nursery() as root:
            root.start_soon(parts.writer.run)
            root.start_soon(watch_loop)
            if parts.inference is not None:
                root.start_soon(
                    parts.inference.run if place.shared else partial(keep_models, settings, parts.inference)
                )
            await _take_calls(parts, place, listeners, signals, root, manager)
            manager.tell("STOPPING=1")
            with trio.move_on_after(LAST_ROWS):
                await parts.writer.flush()
            root.cancel_scope.cancel()
    log.info("stopped")


async def _parts(settings: Settings, plugins: Plugins, flows: Mapping[str, Flow], local_url: str) -> Parts:
    for folder in (run_dir(settings.data_dir), settings.cache_dir):
        _make(folder)
    threads = trio.CapacityLimiter(THREADS)
    inference = (
        Inference(inference_path(settings.data_dir), logger("inference")) if wanted_models(settings, plugins) else None
    )

    def host(plugin: str) -> WorkerHost:
        folder = settings.data_dir / "plugins" / plugin
        return WorkerHost(folder, settings.cache_dir, logger(plugin), threads, inference)

    registry = Registry(settings, plugins, host)
    plan = WorkerPlan(settings, registry, flows, (settings.server.public_url or local_url).rstrip("/"))
    plan.providers(next(iter(flows.values())))  # what cannot be had is said now, not to the first caller
    database = await trio.to_thread.run_sync(db.open, settings.store.url)
    writer = Writer(database, lambda function, *args: trio.to_thread.run_sync(function, *args, limiter=threads))
    return Parts(settings, registry, plan, writer, Feed(), inference)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fix = "choose a folder that this user may write"
        raise Unavailable(f"the folder {folder} cannot be made: {error.strerror}", fix=fix) from error


async def _take_calls(
    parts: Parts,
    place: Place,
    listeners: Sequence[trio.SocketListener],
    signals: AsyncIterator[int],
    root: trio.Nursery,
    manager: Manager,
) -> None:
    """Take calls until told to stop and the last one is over; then answer what carriers still ask, and close."""
    settings = parts.settings
    async with trio.open_nursery() as doors:
        async with trio.open_nursery() as calls:
            switchboard = WorkerSwitchboard(parts.plan, parts.writer, parts.feed, time.time, calls, place.number)
            switchboard.readiness = Readiness(models=parts.inference)
            door = await _door(parts, switchboard, place.number)
            control = await doors.start(serve_control, control_path(settings.data_dir, place.number), door)
            doors.start_soon(trace_calls, settings, parts.feed, f"worker-{place.number}")
            presence = Presence(place, settings.data_dir, switchboard) if place.shared else None
            if presence is not None:
                root.start_soon(presence.run)
            serving = await doors.start(_serve, switchboard, parts, listeners, presence)
            root.start_soon(report, manager, lambda: _status(switchboard))
            root.start_soon(_warm, parts.plan, switchboard.readiness, parts.inference)
            log.info("listening", url=parts.plan.public_url, flows=sorted(parts.plan.flows), config=settings.version)
            await _until_told(switchboard, settings.limits.drain_seconds, signals)
            switchboard.dismiss()
            with trio.move_on_after(FAREWELL):
                await switchboard.farewell()
            calls.cancel_scope.cancel()
        if presence is not None:
            await presence.leave()
        parts.feed.close()
        control.stop()
        serving.stop_accepting()
        doors.cancel_scope.deadline = trio.current_time() + LAST_ANSWERS


def _status(switchboard: Switchboard) -> tuple[bool, str]:
    """Return whether the worker takes calls, and how it does, for the service manager."""
    reasons = switchboard.not_ready()
    return not reasons, f"{len(switchboard.active)} calls" + (f"; {', '.join(reasons)}" if reasons else "")


async def _door(parts: Parts, switchboard: Switchboard, worker: int) -> Door:
    """Return the door of the control socket, with the routes of each topic."""
    token = await trio.to_thread.run_sync(control_token, parts.settings.data_dir)
    health = Health(switchboard, lambda: signal.raise_signal(signal.SIGTERM), worker)
    calls = Calls(switchboard, parts.feed)
    return Door(token, health.routes(), calls.routes(), Metrics(switchboard, parts.writer).routes())


async def _serve(
    switchboard: Switchboard,
    parts: Parts,
    listeners: Sequence[trio.abc.Listener[trio.SocketStream | Handed]],
    presence: Presence | None,
    task_status: trio.TaskStatus[Serving] = trio.TASK_STATUS_IGNORED,
) -> None:
    active = parts.settings.providers.telco
    telcos: dict[str, Telco] = {active: parts.registry.provider("telco", active)}
    await serve(
        switchboard,
        telcos,
        active=active,
        public_url=parts.plan.public_url,
        listeners=listeners if presence is None else [*listeners, *await presence.door()],
        log=logger("web"),
        siblings=presence.siblings if presence is not None else None,
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
    except Exception as error:  # noqa: BLE001 - a plugin's bug costs ready phrases, not the worker
        log.warning("phrases_not_made", error=type(error).__name__)
    readiness.phrases = ""
    log.info("ready")


async def _until_told(switchboard: Switchboard, drain_seconds: float, signals: AsyncIterator[int]) -> None:
    """Wait for a signal, then for the calls in progress, a limit or a second signal."""
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
