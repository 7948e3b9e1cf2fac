"""The `Host` of a call worker: what plugins get from this process."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import trio
from msgspec import Struct, field

from voiced.errors import Unavailable
from voiced.inference.client import Inference
from voiced.net import Network
from voiced.plugin import Logger, Net

T = TypeVar("T")


class WorkerHost(Struct, frozen=True):
    """One plugin's view of the worker."""

    data_dir: Path
    cache_dir: Path
    log: Logger
    threads: trio.CapacityLimiter
    inference: Inference | None = None
    net: Net = field(default_factory=Network)

    def now(self) -> float:
        """Return the wall clock."""
        return time.time()

    def monotonic(self) -> float:
        """Return trio's clock, on which deadlines are counted."""
        return trio.current_time()

    async def offload(self, function: Callable[..., T], *args: Any) -> T:
        """Run a blocking function in a thread."""
        return await trio.to_thread.run_sync(function, *args, limiter=self.threads)

    async def infer(self, model: str, method: str, *args: Any) -> Any:
        """Ask the inference process."""
        if self.inference is None:
            raise Unavailable(f"model {model} needs the inference process", fix="choose a provider that needs none")
        return await self.inference.call(model, method, *args)
