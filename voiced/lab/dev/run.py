"""Running the emulated vendors until told to stop, and saying what they are."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trio

from voiced.config.catalogue import Plugins
from voiced.lab.dev.house import opened
from voiced.lab.dev.minds import Minds, embedded, stand_ins
from voiced.lab.dev.project import Told, told
from voiced.lab.dev.school import School, offered
from voiced.lab.dev.show import Show
from voiced.lab.dev.vendors import Opened, Setting
from voiced.lab.dev.wishes import Vendor, Wish


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run. `models`: whether the embedded models are used where they are there."""

    wishes: Mapping[Vendor, Wish]
    choice: str
    key: str
    models: bool = True
    lines: tuple[str, ...] = ()
    """What callers are taken to say, whatever they say; none: what they do say."""
    project: Path | None = None
    """The configuration whose flows the brain learns ahead; it may be made when all is ready."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What runs."""

    opened: Mapping[Vendor, Opened]
    told: Told
    minds: Minds

    def as_json(self, project: Path | None) -> dict[str, Any]:
        """Return it for programs; `project` is the configuration that was made."""
        return {
            "event": "ready",
            "vendors": {vendor: {"url": each.url} for vendor, each in self.opened.items()},
            **self.told.settings,
            "env": dict(self.told.env),
            "missing": dict(self.minds.missing),
            "project": None if project is None else str(project),
        }


async def run(order: Order, plugins: Plugins, show: Show, on_ready: Callable[[Ready], None]) -> None:
    """Run the vendors until SIGINT or SIGTERM; `on_ready` is told when they answer. Raises `BadInput`."""
    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_until_told, signals, nursery.cancel_scope)
            minds = await embedded(plugins, show.lesson) if order.models else stand_ins()
            minds = minds.following(order.lines) if order.lines else minds
            async with _house(order, minds, show) as ready:
                show.began = trio.current_time()
                on_ready(ready)
                if minds.school is not None:
                    await _teach(minds.school, order.project)
                await trio.sleep_forever()


async def _teach(school: School, project: Path | None) -> None:
    """Run the school; first comes what the flows of the project offer."""
    if project is not None:
        for offer in await trio.to_thread.run_sync(offered, project):
            school.learn(offer)
    await school.run()


@asynccontextmanager
async def _house(order: Order, minds: Minds, show: Show) -> AsyncIterator[Ready]:
    async with opened(order.wishes, Setting(minds, show, order.key)) as vendors:
        yield Ready(vendors, told(vendors, order.choice), minds)


async def _until_told(signals: Any, scope: trio.CancelScope) -> None:
    async for _ in signals:
        scope.cancel()
        return
