"""A call placed by hand to a running worker: some sentences or sound files in turn, or a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import trio
from rich.console import Console

from voiced.config.catalogue import Plugins
from voiced.config.settings import Settings
from voiced.daemon.host import WorkerHost
from voiced.fleet.rundir import control_path, inference_path
from voiced.inference.client import Inference
from voiced.lab.carriers import carrier_of
from voiced.lab.demo import place_call
from voiced.lab.happenings import reach
from voiced.lab.screen import Screen
from voiced.lab.vendors import Carrier
from voiced.lab.voices import Voice, voice_of
from voiced.lab.worker import Worker
from voiced.observe.log import logger
from voiced.registry import Registry
from voiced.testing.scenario import Caller, Line, Scenario

LISTEN = 2.0
"""Seconds of quiet after which a caller who follows no scenario speaks."""


@dataclass(frozen=True, slots=True)
class Target:
    """The worker that is called, and the carrier that calls it."""

    worker: Worker
    carrier: Carrier


def target(settings: Settings) -> Target:
    """Return how to call the worker of these settings. Raises `BadInput` where its carrier cannot be emulated."""
    url = (settings.server.public_url or f"http://127.0.0.1:{settings.server.port}").rstrip("/")
    worker = Worker(url, control_path(settings.data_dir), settings.data_dir / "worker.log", 0)
    return Target(worker, carrier_of(settings, url))


def improvised(says: Sequence[str], sounds: Sequence[str], *, caller: str, called: str) -> Scenario:
    """Return a scenario that says each sentence, or plays each sound, when the agent has finished."""
    lines = [Line(caller=Caller(says=text, after=LISTEN)) for text in says]
    lines += [Line(caller=Caller(says=name, after=LISTEN, audio=name)) for name in sounds]
    return Scenario(scenario="a call by hand", flow="", call=(*lines, Line(silence=8.0)), caller=caller, called=called)


async def by_hand(
    settings: Settings, plugins: Plugins, scenario: Scenario, console: Console, beside: Path | None, wav: Path
) -> int:
    """Call the worker of these settings; sentences are spoken by its own voice, in its own inference process."""
    aim = target(settings)
    await reach(aim.worker.control)
    inference = Inference(inference_path(settings.data_dir), logger("inference"))
    threads = trio.CapacityLimiter(2)

    def host(plugin: str) -> WorkerHost:
        folder = settings.data_dir / "plugins" / plugin
        return WorkerHost(folder, settings.cache_dir, logger(plugin), threads, inference)

    registry = Registry(settings, plugins, host)
    async with trio.open_nursery() as nursery:
        await nursery.start(inference.run)
        voice = voice_of(registry.provider("tts", settings.providers.tts))
        code = await call(aim, scenario, voice, console, beside=beside, wav=wav)
        nursery.cancel_scope.cancel()
    return code


async def call(
    aim: Target, scenario: Scenario, voice: Voice, console: Console, *, beside: Path | None, wav: Path
) -> int:
    """Place the call and show it; return 0 when it went as its scenario demands."""
    screen = Screen(console)
    report, play, happenings = await place_call(aim.worker, aim.carrier, scenario, voice, screen, beside)
    console.print()
    screen.waterfall(happenings.events)
    await trio.to_thread.run_sync(report.write_wav, wav)
    console.print(f"The call, both voices: {wav}")
    failures = [*play.failures, *report.failures]
    for failure in failures:
        console.print(f"[bold red]not as it should be:[/bold red] {failure}")
    return 1 if failures else 0
