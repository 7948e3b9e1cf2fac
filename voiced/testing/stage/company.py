"""A company of players: many scenarios at once, each as if it were alone, on the cores that there are."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from voiced.testing.stage.performance import Performance, perform
from voiced.testing.stage.repertory import Piece

FEW = 4
"""Scenarios that are played by one process: another costs more than it saves."""


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def perform_all(pieces: Sequence[Piece], jobs: int) -> Iterator[Performance]:
    """Play `pieces` by up to `jobs` processes; yield what came of each, in their order, as soon as it is known."""
    jobs = min(jobs, len(pieces) // FEW)
    gc.disable()  # what a play leaves behind is small; looking for it is a tenth of all the work
    try:
        yield from map(_perform, pieces) if jobs <= 1 else _perform_at_once(pieces, jobs)
    finally:
        gc.enable()


def _perform_at_once(pieces: Sequence[Piece], jobs: int) -> Iterator[Performance]:
    how = "fork" if "fork" in multiprocessing.get_all_start_methods() else None  # nothing is imported again
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context(how)) as pool:
        yield from pool.map(_perform, pieces)


def _perform(piece: Piece) -> Performance:
    return perform(piece.scenario, piece.flow)
