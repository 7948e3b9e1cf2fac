"""The metrics of all processes of this host, for whoever shows them under one address.

Workers tell theirs on their control sockets. A process without one leaves a file in the run folder, again and again
while it runs: `<process>.prom`. Everything here blocks.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from voiced.errors import VoicedError
from voiced.fleet.control import Control, workers
from voiced.fleet.rundir import run_dir
from voiced.observe.gather import gather
from voiced.observe.metrics import exposition

SUFFIX = ".prom"
FRESH = 60.0
"""Seconds after which a file that was not written again says that its process is gone; write it every ten."""


def joined(data_dir: Path, own: Mapping[str, bytes]) -> bytes:
    """Return one exposition of all processes; `own` is that of the caller's process, by its name.

    Raises `Unavailable` when the control token cannot be read.
    """
    found = workers(data_dir)
    told: dict[str, bytes | None] = {f"worker-{control.worker}": _told(control) for control in found}
    told |= {f"worker-{number}": None for number in found.silent}
    return gather({**told, **left(data_dir), **own})


def _told(control: Control) -> bytes | None:
    try:
        return control.metrics()
    except VoicedError:  # it went just now
        return None


def left(data_dir: Path) -> dict[str, bytes | None]:
    """Return what processes left in the run folder, by their names; None for those that have stopped doing so."""
    return {path.stem: _fresh(path) for path in sorted(run_dir(data_dir).glob(f"*{SUFFIX}"))}


def _fresh(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if time.time() - path.stat().st_mtime < FRESH else None
    except OSError:
        return None


def leave(data_dir: Path, process: str) -> None:
    """Leave this process's metrics where `joined` finds them. Raises `OSError` when the run folder is not writable."""
    path = run_dir(data_dir) / f"{process}{SUFFIX}"
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(exposition())
    fresh.replace(path)


def take_back(data_dir: Path, process: str) -> None:
    """Say that this process ends in good order: it will not be missed."""
    with suppress(OSError):  # then it was never left, or will be missed for no reason
        (run_dir(data_dir) / f"{process}{SUFFIX}").unlink()
