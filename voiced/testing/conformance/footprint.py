"""What a process holds: sockets, threads, tasks beside the nurseries. What a provider adds must be gone in the end."""

from __future__ import annotations

import gc
import os
import stat
import threading
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import trio

_TRIO_S_OWN = "Trio thread"
"""Idle threads that trio keeps for ten seconds begin their names so."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """Held at one moment."""

    sockets: int
    threads: Counter[str]
    tasks: Counter[str]

    def beyond(self, before: Footprint) -> list[str]:
        """Return, in words, what is more than `before`."""
        more = self.sockets - before.sockets
        left = [f"{more} socket{'s' if more > 1 else ''}"] if more > 0 else []
        left += [f"thread {name}" for name in (self.threads - before.threads).elements()]
        return left + [f"task {name}" for name in (self.tasks - before.tasks).elements()]


def footprint() -> Footprint:
    """Return what this process holds now. To be called in a trio task."""
    threads = [thread.name for thread in threading.enumerate() if not thread.name.startswith(_TRIO_S_OWN)]
    return Footprint(open_sockets(), Counter(threads), Counter(_system_tasks()))


def open_sockets() -> int:
    """Return how many sockets this process has open."""
    count = 0
    for name in os.listdir("/dev/fd"):  # noqa: PTH208 - numbers, not paths
        with suppress(OSError):  # the descriptor of the listing itself
            count += stat.S_ISSOCK(os.fstat(int(name)).st_mode)
    return count


@contextmanager
def littering() -> Iterator[list[str]]:
    """Collect, by the end of the context, what was left to the garbage collector meanwhile."""
    gc.freeze()  # what others left is not ours, and need not be looked at
    litter: list[str] = []
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always", ResourceWarning)
        try:
            yield litter
            gc.collect()
        finally:
            gc.unfreeze()
    for each in found:
        if issubclass(each.category, ResourceWarning):
            litter.append(str(each.message).partition(". ")[0])
        else:
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)


def _system_tasks() -> list[str]:
    """Return the names of tasks that belong to no nursery of anybody: `spawn_system_task` starts such."""
    root = trio.lowlevel.current_root_task()
    nurseries = root.child_nurseries if root else []
    main = {id(task) for task in _line_of_descent()}
    return [task.name for nursery in nurseries for task in nursery.child_tasks if id(task) not in main]


def _line_of_descent() -> list[trio.lowlevel.Task]:
    """Return this task and those above it."""
    line = [trio.lowlevel.current_task()]
    while (nursery := line[-1].parent_nursery) is not None:
        line.append(nursery.parent_task)
    return line
