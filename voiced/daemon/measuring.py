"""The metrics of a process that has no control socket, left where the administration finds them."""

from __future__ import annotations

from pathlib import Path

import trio

from voiced.fleet.measures import leave, take_back
from voiced.observe.log import logger

log = logger("measures")

EVERY = 10.0
"""Seconds between two times."""


async def tell_measures(data_dir: Path, process: str) -> None:
    """Leave this process's metrics in the run folder, again and again, until cancelled; then take them back."""
    try:
        while True:
            await trio.to_thread.run_sync(_leave, data_dir, process)
            await trio.sleep(EVERY)
    finally:
        with trio.CancelScope(shield=True):
            await trio.to_thread.run_sync(take_back, data_dir, process)


def _leave(data_dir: Path, process: str) -> None:
    try:
        leave(data_dir, process)
    except OSError as error:  # a full disk is no reason to end
        log.warning("measures_not_left", error=type(error).__name__)
