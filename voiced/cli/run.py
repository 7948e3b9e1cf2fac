"""`voiced run`: answer the phone. `voiced inference`: serve the embedded models to workers."""

from __future__ import annotations

from pathlib import Path

import click

from voiced.cli.options import config_option


@click.command(epilog="Example: voiced run --single --config voiced.yaml")
@config_option
@click.option("--single", is_flag=True, help="One call worker alone, in this process.")
def run(*, file: Path, single: bool) -> int:  # noqa: ARG001 - one worker is what there is so far; the flag says so
    """Answer calls until told to stop.

    SIGTERM (or Ctrl-C) takes no new calls, lets those in progress end up to limits.drain_seconds, and leaves; a second
    one leaves at once. Logs are JSON lines on standard error.
    """
    import trio  # noqa: PLC0415 - `--help` is quick

    from voiced.cli.project import read_project  # noqa: PLC0415 - the same
    from voiced.daemon.worker import work  # noqa: PLC0415 - the same
    from voiced.observe.log import configure  # noqa: PLC0415 - the same

    project = read_project(file)
    log = project.settings.log
    configure(log.level, fmt="text" if log.format == "console" else "json")
    trio.run(work, project.settings, project.plugins, project.flows)
    return 0


@click.command(hidden=True, epilog="Example: voiced inference --socket data/run/inference.sock")
@config_option
@click.option("--socket", "path", type=click.Path(path_type=Path), required=True, help="Unix socket to serve on.")
@click.option("--parent", type=int, default=None, help="Leave when this process is no longer the parent.")
def inference(*, file: Path, path: Path, parent: int | None) -> int:
    """Serve the embedded models to the call workers. `voiced run` starts it."""
    import os  # noqa: PLC0415 - the same

    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: its threads spin, and double the cost
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import trio  # noqa: PLC0415 - `--help` is quick

    from voiced.cli.project import read_project  # noqa: PLC0415 - the same
    from voiced.daemon.models import serve_models  # noqa: PLC0415 - the same
    from voiced.observe.log import configure  # noqa: PLC0415 - the same

    project = read_project(file)
    configure(project.settings.log.level)
    trio.run(serve_models, project.settings, project.plugins, path, parent)
    return 0
