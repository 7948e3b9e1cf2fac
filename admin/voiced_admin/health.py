"""How everything is: the page for eyes, probes for supervisors, and the metrics of all processes for Prometheus."""

from __future__ import annotations

import hmac
import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from math import ceil

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from peewee import PeeweeException

from voiced.errors import VoicedError
from voiced.fleet.measures import left
from voiced.jobs import queue, schedule
from voiced.observe import metrics
from voiced.observe.gather import gather
from voiced.store import users
from voiced_admin.access import house
from voiced_admin.alerts import Alert, alerts, faults
from voiced_admin.fleet import Fleet, Json, WorkerView

pages = Blueprint("health", __name__)

STATES = {
    "ready": "Prêt",
    "waiting": "Se prépare",
    "draining": "S’arrête",
    "gone": "Ne répond pas",
}
"""How a worker is, in words."""
JOBS = {"parked": ("failed", "Écarté"), "running": ("live", "En cours"), "waiting": ("waiting", "En attente")}
"""How a job stands: the look of it, and the words."""
BREAKERS = {
    "closed": ("ready", "En service"),
    "open": ("failed", "Écarté après des échecs"),
    "half-open": ("waiting", "À l’essai"),
}
"""How a provider is taken: the look of it, and the words."""
HELD = ("waiting", "Ménagé, à sa demande")
"""How one is taken that works, and wants to be left alone for a while."""


@dataclass(frozen=True, slots=True)
class Process:
    """One worker, as it is shown."""

    number: int
    state: str
    why: str = ""
    """What it still waits for."""
    worker: WorkerView | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider as one worker finds it, as it is shown."""

    number: int
    kind: str
    name: str
    look: str
    state: str
    requests: int = 0
    failures: int = 0
    """Of the last half minute."""
    asked_in: int = 0
    """Seconds until it may be asked again."""


@pages.get("/health")
@login_required  # type: ignore[untyped-decorator]  # flask_login publishes no types
def overview() -> ResponseReturnValue:
    """Show the processes, what waits, and the state of the configuration."""
    here, fleet, disk = house(), house().fleet.look(), house().disk.look()
    waiting = queue.listed(here.database)
    return render_template(
        "health.html",
        processes=processes(fleet),
        calls=len(fleet.calls),
        ready=sum(1 for each in processes(fleet) if each.state == "ready"),
        wanted=max(here.settings.server.workers, len(fleet.workers)),
        providers=[provider(worker.number, told) for worker in fleet.workers for told in worker.breakers],
        waiting=[job for job in waiting if job.state != "parked"],
        parked=[job for job in waiting if job.state == "parked"],
        on_disk=disk.project.bundle.version if disk.project else "",
        problems=faults(disk.problems, here.settings.file.parent),
        states=STATES,
        job_states=JOBS,
    )


def processes(fleet: Fleet) -> list[Process]:
    """Return the workers, by number."""
    found = [Process(worker.number, *_state(worker), worker) for worker in fleet.workers]
    return sorted([*found, *(Process(number, "gone") for number in fleet.silent)], key=lambda each: each.number)


def provider(number: int, told: Json) -> Provider:
    """Return what worker `number` told of one of its breakers, for eyes."""
    state, held, probe = str(told["state"]), float(told.get("held_for", 0)), float(told.get("probe_in", 0))
    look, words = HELD if held > 0 and state == "closed" else BREAKERS.get(state, ("waiting", state))
    counts = int(told.get("requests", 0)), int(told.get("failures", 0))
    return Provider(number, str(told["kind"]), str(told["provider"]), look, words, *counts, ceil(max(held, probe)))


def _state(worker: WorkerView) -> tuple[str, str]:
    if worker.health.get("draining"):
        return "draining", ""
    reasons: Sequence[str] = worker.health.get("reasons", ())
    return ("ready", "") if worker.health.get("ready") else ("waiting", ", ".join(reasons))


def current_alerts() -> list[Alert]:
    """Return what is wrong at this moment."""
    here = house()
    jobs = schedule.scheduler(here.database, time.time()) is not None
    return alerts(here.settings, here.disk.look(), here.fleet.look(), jobs=jobs)


@pages.get("/healthz")
def lives() -> ResponseReturnValue:
    """Say that the process lives."""
    return Response("ok\n", mimetype="text/plain")


@pages.get("/readyz")
def ready() -> ResponseReturnValue:
    """Say whether pages can be shown: the database answers."""
    try:
        users.any_user(house().database)
    except PeeweeException:
        return Response("the database does not answer\n", 503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")


@pages.get("/metrics")
def exposition() -> ResponseReturnValue:
    """Tell the metrics of all processes, to this machine and to who shows the token (`admin.metrics_token`)."""
    if not (_from_here() or _shows_token()):
        abort(403)
    told: dict[str, bytes | None] = {"admin": metrics.exposition()}
    told |= {f"worker-{number}": None for number in house().fleet.look().silent}
    for control in house().fleet.controls():
        try:
            told[f"worker-{control.worker}"] = control.metrics()
        except VoicedError:
            told[f"worker-{control.worker}"] = None
    told |= left(house().settings.data_dir)
    return Response(gather(told), content_type=metrics.CONTENT_TYPE)


def _from_here() -> bool:
    """Return whether this machine asks, by a name of its own: a proxy would pass on the name that the world uses."""
    host = request.host.rsplit(":", 1)[0].strip("[]")
    return _is_loopback(request.remote_addr or "") and (host == "localhost" or _is_loopback(host))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _shows_token() -> bool:
    project = house().disk.look().project
    token = (project.settings if project else house().settings).admin.metrics_token
    shown = request.headers.get("Authorization", "").encode()
    return bool(token) and hmac.compare_digest(shown, f"Bearer {token}".encode())
