"""The demonstration: a worker with the embedded providers, and a whole French call placed to it by an emulated carrier.

Nothing is pretended: the worker is the product in its own process, the caller is speech over real sockets, and what is
shown is what the worker understood and what was heard at the caller's ear.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trio
import yaml
from msgspec.structs import asdict
from rich.console import Console

from voiced.audio import MULAW_8K
from voiced.lab.happenings import Happenings
from voiced.lab.play import Play
from voiced.lab.screen import Screen
from voiced.lab.vendors import Carrier, Name, Report, Vendors, vendors
from voiced.lab.voices import Voice
from voiced.lab.worker import Worker, free_port, started
from voiced.registry import discover
from voiced.store import db, queries
from voiced.testing.emulator.prompter import said
from voiced.testing.scenario import Scenario, read_scenario

SCENARIO = "flows/scenarios/accueil-demo.yaml"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a demonstration takes place: its folder, its port, its environment."""

    folder: Path
    url: str
    env: dict[str, str]

    @property
    def config(self) -> Path:
        """The worker's configuration."""
        return self.folder / "voiced.yaml"

    @property
    def data(self) -> Path:
        """The worker's data."""
        return self.folder / "data"

    def give(self, found: Vendors) -> None:
        """Let the worker speak to these vendors."""
        settings: dict[str, Any] = yaml.safe_load(self.config.read_text("utf-8"))
        settings["providers"] = {**settings["providers"], **found.providers}
        settings["plugins"] = {**settings["plugins"], **found.plugins}
        settings["fallback"] = {kind: [*names] for kind, names in found.fallback.items()}
        self.config.write_text(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False), "utf-8")
        self.env.update(found.env)


def set_stage(folder: Path, files: Mapping[str, bytes], cache: Path) -> Stage:
    """Lay out a project in `folder` from the starting project's `files`; what can be kept is kept in `cache`."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings: dict[str, Any] = yaml.safe_load(files["voiced.yaml"])
    settings["server"] = {"host": "127.0.0.1", "port": port, "public_url": url}
    settings["cache_dir"] = str(cache)
    settings["privacy"] = {**settings.get("privacy", {}), "company": "Garage Martin"}
    (folder / "voiced.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False), "utf-8")
    env = {"PUBLIC_URL": url, **{flag: "" for flag in os.environ if flag.endswith("_PROVIDER")}}
    return Stage(folder, url, env)


async def place_call(
    worker: Worker, carrier: Carrier, scenario: Scenario, voice: Voice, screen: Screen, beside: Path | None = None
) -> tuple[Report, Play, Happenings]:
    """Place the scenario's call to `worker` through `carrier`, showing it as it goes."""
    happenings = Happenings(screen.show)
    play = Play(scenario, happenings, voice, beside)
    await play.prepare()
    report = await hold(worker, carrier, play, happenings)
    return report, play, happenings


async def hold(worker: Worker, carrier: Carrier, play: Play, happenings: Happenings) -> Report:
    """Let `carrier` place the call that `play` holds, while `happenings` follows it; return the carrier's report."""
    async with trio.open_nursery() as nursery:
        await nursery.start(happenings.follow, worker.control)
        report = await carrier.call(play.behave, caller=play.scenario.caller, called=play.scenario.called)
        await happenings.wait_for(lambda event: event["event"] == "call.ended", 0, 5.0)
        await play.finish()
        nursery.cancel_scope.cancel()
    return report


async def demonstrate(stage: Stage, voice: Voice, console: Console, out: Path, name: Name = "embedded") -> int:
    """Hold the demonstration with the vendors `name`; return 0 when it went as its scenario demands."""
    screen = Screen(console)
    scenario = read_scenario(stage.folder / SCENARIO)
    happenings = Happenings(screen.show)
    play = Play(scenario, happenings, voice)
    await play.prepare()
    script = [said(words, sound, MULAW_8K) for words, sound in play.script()]
    async with vendors(name, scenario, script, discover()) as found:
        stage.give(found)
        report = await _demonstrated(stage, found, play, happenings, console)
    console.print()
    screen.waterfall(happenings.events)
    return await _conclude(stage, report, play, happenings, console, out)


async def _demonstrated(stage: Stage, found: Vendors, play: Play, happenings: Happenings, console: Console) -> Report:
    """Start a worker, and hold the call with it."""
    with console.status("starting a worker...") as status:

        def progress(reasons: list[str]) -> None:
            status.update("preparing: " + ", ".join(reasons))

        async with started(stage.config, stage.url, stage.data, stage.env, progress=progress) as worker:
            status.stop()
            console.print(f"[dim]worker ready at {worker.url} (pid {worker.pid}); placing a call[/dim]\n")
            return await hold(worker, found.carrier(worker.url), play, happenings)


async def _conclude(
    stage: Stage, report: Report, play: Play, happenings: Happenings, console: Console, out: Path
) -> int:
    wav, record = out / "demo-call.wav", out / "demo-call.json"
    report.write_wav(wav)
    written = await trio.to_thread.run_sync(_record, stage, happenings)
    await trio.Path(record).write_text(json.dumps(written, ensure_ascii=False, indent=2) + "\n", "utf-8")
    gaps = [turn.gap for turn in report.turns if turn.gap is not None]
    if gaps:
        console.print(f"At the caller's ear: answers after {_milliseconds(gaps)} ms, measured on the sound itself.")
    cuts = [cut.seconds for cut in report.barge_ins if cut.seconds is not None]
    if cuts:
        console.print(f"Cut in: the agent was silent after {_milliseconds(cuts)} ms.")
    console.print(f"The call, both voices: {wav}\nIts record: {record}")
    failures = [*play.failures, *report.failures]
    for failure in failures:
        console.print(f"[bold red]not as it should be:[/bold red] {failure}")
    if not failures:
        console.print("[bold green]The conversation went as its scenario demands.[/bold green]")
    return 1 if failures else 0


def _milliseconds(seconds: list[float]) -> str:
    return ", ".join(str(round(value * 1000)) for value in seconds)


def _record(stage: Stage, happenings: Happenings) -> dict[str, Any]:
    """Return the call's record as the worker stored it."""
    call_id = next((event["call_id"] for event in happenings.events), "")
    database = db.open(f"sqlite:///{stage.data / 'voiced.db'}")
    try:
        call = queries.call(database, call_id)
        return {
            "call": asdict(call) if call else None,
            "messages": [asdict(row) for row in queries.messages(database, call_id)],
            "actions": [asdict(row) for row in queries.actions(database, call_id)],
        }
    finally:
        db.close(database)
