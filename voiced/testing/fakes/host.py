"""A host for plugins under test: virtual clocks, threads inline, log kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import trio

from voiced.errors import Unavailable
from voiced.net import Network
from voiced.plugin import Net

T = TypeVar("T")
Model = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Memo:
    """One event that was logged."""

    level: str
    event: str
    facts: Mapping[str, Any]


@dataclass(slots=True)
class Notes:
    """Implements `Logger`: keeps what it is told."""

    memos: list[Memo] = field(default_factory=list)

    def debug(self, event: str, **facts: Any) -> None:
        """Keep it."""
        self.memos.append(Memo("debug", event, facts))

    def info(self, event: str, **facts: Any) -> None:
        """Keep it."""
        self.memos.append(Memo("info", event, facts))

    def warning(self, event: str, **facts: Any) -> None:
        """Keep it."""
        self.memos.append(Memo("warning", event, facts))

    def error(self, event: str, **facts: Any) -> None:
        """Keep it."""
        self.memos.append(Memo("error", event, facts))


@dataclass(frozen=True, slots=True)
class FakeHost:
    """Implements `Host`. `epoch` is the wall clock (seconds since 1970) at trio's time 0."""

    data_dir: Path
    cache_dir: Path
    log: Notes = field(default_factory=Notes)
    models: Mapping[tuple[str, str], Model] = field(default_factory=dict)
    """(model, method) -> what answers."""
    epoch: float = 1_795_510_800.0
    net: Net = field(default_factory=Network)
    """The real network: what answers is an emulator on this machine."""

    def now(self) -> float:
        """Return the wall clock."""
        return self.epoch + trio.current_time()

    def monotonic(self) -> float:
        """Return trio's clock."""
        return trio.current_time()

    async def offload(self, function: Callable[..., T], *args: Any) -> T:
        """Run it here and now."""
        await trio.lowlevel.checkpoint()
        return function(*args)

    async def infer(self, model: str, method: str, *args: Any) -> Any:
        """Ask the model."""
        if (model, method) not in self.models:
            raise Unavailable(f"model {model} has no {method} here")
        return await self.models[model, method](*args)
