"""The control socket of a worker, served until the worker has nothing left to tell."""

from __future__ import annotations

from pathlib import Path

import trio

from voiced.inference.unix import listening
from voiced.observe.log import logger
from voiced.web.http import HttpServer
from voiced.web.router import Router

log = logger("control")


async def serve_control(
    path: Path, router: Router, task_status: trio.TaskStatus[HttpServer] = trio.TASK_STATUS_IGNORED
) -> None:
    """Serve the control socket until cancelled, or until the server that `task_status` is told of was stopped.

    Raises `Unavailable` when another worker has the socket, or its folder cannot be written.
    """
    server = HttpServer(router, log, public_url="http://control")
    async with listening(path) as listener:
        task_status.started(server)
        await server.run([listener])
