"""The gates: what a worker itself costs on the carrier's path, with providers that cost nothing.

A real worker in its own process, ten emulated callers over real sockets from this one. CPU time and memory are read
from the kernel's accounts of the worker's process, so that the callers' own cost does not count.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import trio
import yaml
from rich.console import Console
from rich.table import Table

from voiced.lab.voices import recorded
from voiced.lab.worker import Worker, free_port, started
from voiced.testing.distribution import install
from voiced.testing.twilio import ACCOUNT_SID, AUTH_TOKEN, CallReport, Phone, Twilio

CALLS = 10
TALK = 60.0
"""Seconds that each call lasts."""
BARGE_IN_AFTER = 2.0
"""Seconds into the agent's long sentence at which the caller cuts in."""

FLOW = """\
flow: bench
title: Talks for as long as it is listened to
start: parle
steps:
  parle:
    ask: >-
      Voici une longue phrase que l'appelant va couper, car elle dure bien plus longtemps que la patience de quiconque,
      et elle continue encore un moment pour que personne ne l'entende jamais jusqu'au bout, pas même une seule fois.
    routes: [{ intent: suite, examples: ["la suite"], to: parle }]
"""


@dataclass(frozen=True, slots=True)
class Gate:
    """One figure and its limit."""

    name: str
    value: float
    limit: float
    unit: str

    @property
    def passed(self) -> bool:
        """Whether the figure is within its limit."""
        return self.value <= self.limit


def lay_out(folder: Path) -> tuple[Path, str, Mapping[str, str]]:
    """Write the benchmark's project; return its configuration, address and environment."""
    site = folder / "site"
    source = files("voiced.testing").joinpath("instant.py").read_text("utf-8")
    install(site, "voiced-instant", {"instant": source})
    (folder / "flows").mkdir()
    (folder / "flows" / "bench.yaml").write_text(FLOW, "utf-8")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {
        "server": {"port": port, "public_url": url},
        "providers": {"telco": "twilio", "stt": "instant", "tts": "instant", "llm": "instant", "vad": "webrtc"},
        "plugins": {
            "twilio": {"account_sid": "${TWILIO_ACCOUNT_SID}", "auth_tokens": ["${TWILIO_AUTH_TOKEN}"]},
            "instant": {},
            "local": {},
        },
        "numbers": {"default": {"flow": "bench"}},
        "log": {"level": "warning"},
    }
    config = folder / "voiced.yaml"
    config.write_text(yaml.safe_dump(settings, sort_keys=False), "utf-8")
    env = {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": AUTH_TOKEN, "PYTHONPATH": str(site)}
    return config, url, env


async def measure(folder: Path, console: Console, seconds: float = TALK) -> list[Gate]:
    """Run the benchmark in `folder`; return its figures."""
    config, url, env = lay_out(folder)
    began = time.monotonic()
    async with started(config, url, folder / "data", env, wait=60.0) as worker:
        ready = time.monotonic() - began
        await trio.sleep(1.0)
        idle = memory(worker.pid)
        console.print(f"worker ready after {ready:.2f} s, {idle:.0f} MB; {CALLS} calls of {seconds:.0f} s begin")
        before, start = cpu(worker.pid), time.monotonic()
        reports, peak = await _calls(worker, seconds)
        minutes = CALLS * (time.monotonic() - start) / 60
        spent = cpu(worker.pid) - before
    cuts = [cut.seconds for report in reports for cut in report.barge_ins]
    return [
        Gate("worker's own cost", spent / minutes, 0.3, "CPU-seconds per call-minute"),
        Gate("memory of a call", max(0.0, peak - idle) / CALLS, 1.0, "MB"),
        Gate("memory when idle", idle, 100.0, "MB"),
        Gate("ready", ready, 1.0, "s"),
        Gate("barge-in: silent after", statistics.median(cuts) * 1000 if cuts else float("inf"), 160.0, "ms, median"),
    ]


async def _calls(worker: Worker, seconds: float) -> tuple[list[CallReport], float]:
    """Hold all calls at once; return what each was like, and the worker's memory while they went on."""
    twilio = Twilio(f"{worker.url}/voice/inbound", status_url=f"{worker.url}/voice/status")
    word = recorded("kok_f_s35.wav")
    reports: list[CallReport] = []

    async def behave(phone: Phone) -> None:
        with trio.move_on_after(seconds):
            while True:
                began = await phone.wait_for_agent(20.0)
                await phone.wait_until(began + BARGE_IN_AFTER)
                await phone.say(word)

    async def one(delay: float) -> None:
        await trio.sleep(delay)
        reports.append(await twilio.call(behave))

    async with trio.open_nursery() as nursery:
        for number in range(CALLS):
            nursery.start_soon(one, number * 0.113)
        await trio.sleep(seconds * 0.8)
        peak = memory(worker.pid)
    return reports, peak


def cpu(pid: int) -> float:
    """Return the CPU seconds that process `pid` has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return ticks / 100  # USER_HZ is 100 on Linux


def memory(pid: int) -> float:
    """Return the resident memory of process `pid` in MB (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def show(gates: list[Gate], console: Console) -> None:
    """Show the figures beside their limits."""
    table = Table("gate", "figure", "limit", "")
    for gate in gates:
        verdict = "[green]passed[/green]" if gate.passed else "[red]missed[/red]"
        table.add_row(gate.name, f"{gate.value:.3g} {gate.unit}", f"{gate.limit:g}", verdict)
    console.print(table)
