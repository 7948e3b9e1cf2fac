"""`voiced run`: answer the phone. `voiced inference`: serve the embedded models to workers."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from voiced.cli.options import config_option

if TYPE_CHECKING:  # the modules are heavy, and `--help` is quick
    from voiced.daemon.place import Place
    from voiced.daemon.project import Project

Kind = Literal["worker", "admin", "jobs", "inference"]


@click.command(epilog="Example: voiced run --config voiced.yaml")
@config_option
@click.option("--single", is_flag=True, help="One call worker alone, in this process: no administration, no jobs.")
@click.option("--only", type=click.Choice(["worker", "admin", "jobs", "inference"]), help="One process of the set.")
@click.option(
    "--number", type=click.IntRange(0, 63), default=0, help="Which worker this is, from 0 (with --only worker)."
)
@click.option(
    "--listen-fd", "sockets", type=int, multiple=True, help="A listening socket to take over, instead of opening one."
)
@click.option("--parent", type=int, default=None, hidden=True, help="Leave when this process is no longer the parent.")
def run(
    *, file: Path, single: bool, only: Kind | None, number: int, sockets: tuple[int, ...], parent: int | None
) -> int:
    """Answer calls until told to stop.

    Starts the call workers (server.workers) and what the configuration wants beside them: the models' process, the
    administration, the jobs. Restarts what dies.

    SIGTERM (or Ctrl-C) takes no new calls, lets those in progress end up to limits.drain_seconds, and leaves; a second
    one leaves at once. SIGHUP reads the configuration again. Logs are JSON lines on standard error. Exit codes: 0 told
    to stop, 1 no worker can be kept running, 2 what is configured cannot be had (a port, a key, a model, a plugin).
    """
    if single and only:
        raise click.UsageError("--single and --only exclude each other")
    if sockets and not single and only != "worker":
        raise click.UsageError("--listen-fd belongs to --single or --only worker")
    if single or only == "worker":
        from voiced.daemon.place import Place  # noqa: PLC0415 - `--help` is quick

        return _worker(file, Place(number, sockets, shared=not single, parent=parent))
    return _supervisor(file) if only is None else _OTHERS[only](file, parent)


@click.command(hidden=True, epilog="Example: voiced inference --socket data/run/inference.sock")
@config_option
@click.option("--socket", "path", type=click.Path(path_type=Path), required=True, help="Unix socket to serve on.")
@click.option("--parent", type=int, default=None, help="Leave when this process is no longer the parent.")
def inference(*, file: Path, path: Path, parent: int | None) -> int:
    """Serve the embedded models to a worker that runs alone, which starts it."""
    return _inference(file, parent, path)


def _supervisor(file: Path) -> int:
    import trio  # noqa: PLC0415 - `--help` is quick

    from voiced.supervisor.supervise import supervise  # noqa: PLC0415 - the same

    project = _opened(file)
    return trio.run(supervise, project.settings, project.plugins)


def _worker(file: Path, place: Place) -> int:
    _show_where_it_hangs()
    gc.disable()  # what is made until the worker serves stays; searching it again and again takes a tenth of its start
    import trio  # noqa: PLC0415 - `--help` is quick

    from voiced.daemon.worker import work  # noqa: PLC0415 - the same

    project = _opened(file, f"worker-{place.number}" if place.shared else "")
    trio.run(work, project, place)
    return 0


def _inference(file: Path, parent: int | None, path: Path | None = None) -> int:
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):  # before numpy: its threads spin, and double the cost
        os.environ.setdefault(name, "1")
    import trio  # noqa: PLC0415 - `--help` is quick

    from voiced.daemon.models import serve_models  # noqa: PLC0415 - the same
    from voiced.fleet.rundir import inference_path  # noqa: PLC0415 - the same

    project = _opened(file, "inference")
    place = path or inference_path(project.settings.data_dir)
    place.parent.mkdir(parents=True, exist_ok=True)
    trio.run(serve_models, project.settings, project.plugins, place, parent)
    return 0


def _admin(file: Path, parent: int | None) -> int:
    from voiced_admin.serve import serve_admin  # noqa: PLC0415 - flask, in this process only

    project = _opened(file, "admin")
    serve_admin(file, project.settings, project.plugins, parent)
    return 0


def _jobs(file: Path, parent: int | None) -> int:
    import trio  # noqa: PLC0415 - `--help` is quick

    from voiced.daemon.jobs_process import run_jobs  # noqa: PLC0415 - huey, in this process only

    trio.run(run_jobs, _opened(file, "jobs"), parent)
    return 0


_OTHERS: dict[str, Callable[[Path, int | None], int]] = {"admin": _admin, "jobs": _jobs, "inference": _inference}


def _opened(file: Path, name: str = "") -> Project:
    """Return the project, its log set up; a broken edit costs a warning when there is a good version of before."""
    # Until somebody listens to it, the signal to reload must not end the process.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    from voiced.daemon.project import open_project  # noqa: PLC0415 - `--help` is quick
    from voiced.observe.log import configure, logger, name_process  # noqa: PLC0415 - the same

    project = open_project(file)
    log: Any = project.settings.log
    configure(log.level, fmt="text" if log.format == "console" else "json")
    if name:
        name_process(name)
    for fault in project.faults:
        logger("config").error("config_broken", problem=str(fault), using=project.settings.version)
    return project


def _show_where_it_hangs() -> None:
    """Write the frames when the supervisor aborts a blocked loop. No core: it would hold what callers said."""
    import faulthandler  # noqa: PLC0415 - `--help` is quick
    import resource  # noqa: PLC0415 - the same

    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
