"""A worker started for a while: its own process, on a free port, with a configuration made for the occasion."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import trio

from voiced.errors import Unavailable
from voiced.fleet.rundir import control_path

STOP_SECONDS = 15.0
LOOK = 0.02
"""Seconds between two looks whether it is ready."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A running worker."""

    url: str
    control: Path
    log: Path
    pid: int


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


@asynccontextmanager
async def started(
    config: Path,
    url: str,
    data_dir: Path,
    env: Mapping[str, str],
    *,
    wait: float = 900.0,
    progress: Callable[[list[str]], None] = lambda _reasons: None,
) -> AsyncIterator[Worker]:
    """Run `voiced run --single` with `config` for as long as the context lasts; yield once it can take calls.

    `progress` is told what it still waits for. Raises `Unavailable`, with the end of its log, when it dies or is not
    ready after `wait` seconds.
    """
    log = data_dir / "worker.log"
    await trio.Path(data_dir).mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "voiced", "run", "--single", "--config", str(config)]
    with log.open("wb") as sink:
        process = await trio.lowlevel.open_process(
            command, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, env={**os.environ, **env}
        )
    worker = Worker(url, control_path(data_dir), log, process.pid)
    try:
        with trio.move_on_after(wait) as patience:
            await _until_ready(url, process, log, progress)
        if patience.cancelled_caught:
            raise Unavailable("the worker was not ready in time", fix=f"see {log}")
        yield worker
    finally:
        with trio.CancelScope(shield=True):
            await _stop(process)


async def _until_ready(url: str, process: trio.Process, log: Path, progress: Callable[[list[str]], None]) -> None:
    async with httpx2.AsyncClient() as client:
        while True:
            if process.poll() is not None:
                tail = (await trio.Path(log).read_text("utf-8", "replace"))[-2000:]
                raise Unavailable(f"the worker stopped at once:\n{tail}", fix="mend what its log says")
            try:
                answer = await client.get(f"{url}/readyz", timeout=2.0)
            except httpx2.TransportError:
                progress(["starting"])
            else:
                if answer.status_code == httpx2.codes.OK:
                    return
                progress(answer.json()["reasons"])
            await trio.sleep(LOOK)


async def _stop(process: trio.Process) -> None:
    if process.poll() is None:
        process.terminate()
        with trio.move_on_after(STOP_SECONDS):
            await process.wait()
        if process.poll() is None:
            process.kill()
            await process.wait()
