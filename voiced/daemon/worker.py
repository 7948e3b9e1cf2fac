"""One call worker: the root nursery, from the first listening socket to the last goodbye.

SIGTERM or SIGINT: no new calls, those in progress may end, up to `limits.drain_seconds`; a second signal ends them now.
"""

from __future__ import annotations

import gc
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence

import trio

from voiced.call.switchboard import Switchboard
from voiced.config.settings import Settings
from voiced.daemon.after_calls import AfterCalls
from voiced.daemon.control import Door, serve_control
from voiced.daemon.control.breakers import breaker_routes
from voiced.daemon.control.calls import Calls
from voiced.daemon.control.config import config_routes
from voiced.daemon.control.health import Health
from voiced.daemon.control.metrics import Metrics
from voiced.daemon.control.outbound import Outbound
from voiced.daemon.models import ModelsProcess
from voiced.daemon.notify import Manager, report, this_process
from voiced.daemon.parts import Parts, make_parts
from voiced.daemon.place import ALONE, Place
from voiced.daemon.presence import Presence
from voiced.daemon.project import Project
from voiced.daemon.reload import Reloader
from voiced.daemon.telephony import carry
from voiced.daemon.tracing import trace_calls
from voiced.daemon.warming import Readiness, Warming
from voiced.fleet.rundir import control_path, control_token
from voiced.observe.lateness import watch_loop
from voiced.observe.log import logger
from voiced.resilience import keep_probing
from voiced.web.listen import adopt_listeners, open_listeners

log = logger("worker")

SWITCH = 0.0005
"""Seconds after which a thread that computes lets the loop go on (Python's default of 5 ms can be heard)."""
FAREWELL = 3.0
"""Seconds that carriers get to ask what follows the last calls; an unanswered webhook is an error in a caller's ear."""
LAST_ANSWERS = 2.0
"""Seconds for the requests at hand when everything is over."""
LAST_ROWS = 5.0
"""Seconds for what was not written yet."""


class WorkerSwitchboard(Switchboard):
    """A switchboard that also knows whether its worker has warmed up."""

    readiness: Readiness

    def not_ready(self) -> Sequence[str]:
        """Add what the worker still waits for."""
        return [*super().not_ready(), *self.readiness.reasons()]


async def work(project: Project, place: Place = ALONE) -> None:
    """Run one worker until it is told to stop.

    It listens on the sockets that its place or the service manager gave it, else on `server.host` and `server.port`.
    Raises `Unavailable` when the port, a folder, the database or a provider cannot be had.
    """
    sys.setswitchinterval(SWITCH)
    with trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        manager, given = this_process()
        sockets = place.sockets or given
        server = project.settings.server
        listeners = adopt_listeners(sockets) if sockets else await open_listeners(server.host, server.port)
        parts = await make_parts(project, f"http://127.0.0.1:{listeners[0].socket.getsockname()[1]}")
        async with trio.open_nursery() as root:
            root.start_soon(parts.writer.run)
            root.start_soon(watch_loop)
            root.start_soon(keep_probing, parts.plan.breakers)
            if project.settings.jobs.enabled:
                root.start_soon(AfterCalls(parts.feed, parts.writer, parts.database, parts.offload).run)
            await _take_calls(parts, place, listeners, signals, root, manager)
            manager.tell("STOPPING=1")
            with trio.move_on_after(LAST_ROWS):
                await parts.writer.flush()
            root.cancel_scope.cancel()
        parts.close()
    log.info("stopped")


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
            models = ModelsProcess(parts.inference, root, parts.project.plugins, place.shared)
            switchboard.readiness = Readiness(models=models.begin(settings))
            warming = Warming(root, switchboard.readiness, models.prove)
            reloader = Reloader(parts.project, parts.plan, switchboard, warming, models, parts.offload, time.time)
            door = await _door(parts, switchboard, reloader, place.number)
            control = await doors.start(serve_control, control_path(settings.data_dir, place.number), door)
            doors.start_soon(trace_calls, settings, parts.feed, f"worker-{place.number}")
            presence = _presence(place, settings, switchboard, root)
            serving = await doors.start(carry, switchboard, parts, reloader.telcos, listeners, place, presence)
            root.start_soon(report, manager, lambda: _status(switchboard))
            reloader.warming.start(parts.plan)
            gc.freeze()
            gc.enable()
            root.start_soon(reloader.run)
            log.info("listening", url=parts.plan.public_url, flows=sorted(parts.plan.flows), config=parts.plan.version)
            await _until_told(switchboard, reloader, signals)
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


def _presence(place: Place, settings: Settings, switchboard: Switchboard, root: trio.Nursery) -> Presence | None:
    """Join the siblings, where there may be some."""
    if not place.shared:
        return None
    presence = Presence(place, settings.data_dir, switchboard)
    root.start_soon(presence.run)
    return presence


def _status(switchboard: Switchboard) -> tuple[bool, str]:
    """Return whether the worker takes calls, and how it does, for the service manager."""
    reasons = switchboard.not_ready()
    return not reasons, f"{len(switchboard.active)} calls" + (f"; {', '.join(reasons)}" if reasons else "")


async def _door(parts: Parts, switchboard: Switchboard, reloader: Reloader, worker: int) -> Door:
    """Return the door of the control socket, with the routes of each topic."""
    token = await trio.to_thread.run_sync(control_token, parts.settings.data_dir)
    health = Health(switchboard, lambda: signal.raise_signal(signal.SIGTERM), worker)
    calls = Calls(switchboard, parts.feed)
    carrier, url = parts.settings.providers.telco, parts.plan.public_url
    outbound = Outbound(switchboard, reloader.telcos, carrier, url, parts.plan.breakers).routes()
    metrics, breakers = Metrics(switchboard, parts.writer).routes(), breaker_routes(parts.plan.breakers)
    return Door(token, health.routes(), calls.routes(), outbound, metrics, breakers, config_routes(reloader))


async def _until_told(switchboard: Switchboard, reloader: Reloader, signals: AsyncIterator[int]) -> None:
    """Wait for a signal, then for the calls in progress, a limit or a second signal."""
    await anext(signals)
    drain_seconds = reloader.plan.settings.limits.drain_seconds
    log.info("draining", calls=len(switchboard.active), seconds=drain_seconds)
    async with trio.open_nursery() as nursery:

        async def now() -> None:
            await anext(signals)
            nursery.cancel_scope.cancel()

        nursery.start_soon(now)
        with trio.move_on_after(drain_seconds):
            await switchboard.drain()
        nursery.cancel_scope.cancel()
