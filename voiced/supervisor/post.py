"""One supervisor for each data folder: its lock, the board it hands out, and the workers of one that was killed."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import trio

from voiced.errors import Unavailable
from voiced.fleet.board import Board
from voiced.fleet.owners import sweep
from voiced.fleet.rundir import board_path, calls_dir, run_dir
from voiced.observe.log import logger

log = logger("supervisor")

NOTICING = 3.0
"""Seconds within which workers notice that their supervisor is gone, and begin to drain."""
LOOK = 0.2


@asynccontextmanager
async def take_post(data_dir: Path, patience: float) -> AsyncIterator[Board]:
    """Be the one supervisor of `data_dir` for as long as the context lasts; give the board, clean.

    Workers that a killed supervisor left get `patience` seconds to end their calls. Raises `Unavailable` when somebody
    else has the post, or the folder cannot be written.
    """
    folder = run_dir(data_dir)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fix = "choose a folder that this user may write"
        raise Unavailable(f"the folder {folder} cannot be made: {error.strerror}", fix=fix) from error
    with _locked(folder / "supervisor.lock"):
        board = Board(board_path(data_dir))
        await _wait_for_predecessors(board, data_dir, patience)
        for number in board.records():
            board.clear(number)
        sweep(calls_dir(data_dir))
        try:
            yield board
        finally:
            _tidy(data_dir)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        fix = "choose a folder that this user may write"
        raise Unavailable(f"{path} cannot be opened: {error.strerror}", fix=fix) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
        path.unlink(missing_ok=True)
    except BlockingIOError as error:
        raise _taken(path.parent.parent) from error
    finally:
        os.close(handle)


def _taken(data_dir: Path) -> Unavailable:
    return Unavailable(f"voiced runs already with {data_dir}", fix="stop it first, or choose another data_dir")


async def _wait_for_predecessors(board: Board, data_dir: Path, patience: float) -> None:
    began, told = trio.current_time(), False
    while alive := [record for record in board.records().values() if record.lives(time.monotonic())]:
        waited = trio.current_time() - began
        if not told:
            log.warning("waiting_for_workers", workers=len(alive), seconds=patience)
            told = True
        if waited > patience or (waited > NOTICING and not all(record.draining for record in alive)):
            raise _taken(data_dir)
        await trio.sleep(LOOK)


def _tidy(data_dir: Path) -> None:
    calls = calls_dir(data_dir)
    sweep(calls)
    if calls.is_dir():
        calls.rmdir()
    board_path(data_dir).unlink(missing_ok=True)
