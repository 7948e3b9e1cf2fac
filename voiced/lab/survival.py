"""The demonstration of misfortunes: each vendor dies and stalls in turn, and calls are judged at the caller's ear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

import trio
from rich.console import Console
from rich.table import Table

from voiced.audio import MULAW_8K
from voiced.config.catalogue import Plugins
from voiced.lab.cases import CASES, Case
from voiced.lab.chaos import Misfortune, unlucky
from voiced.lab.demo import SCENARIO, Stage, hold
from voiced.lab.gates import Gate
from voiced.lab.happenings import Happenings
from voiced.lab.play import Play
from voiced.lab.screen import Screen
from voiced.lab.voices import no_voice
from voiced.lab.worker import started
from voiced.registry import discover
from voiced.testing.caller.facts import longest_silence
from voiced.testing.emulator.prompter import said
from voiced.testing.scenario import read_scenario
from voiced.testing.twilio import CallReport

SOON = 2.5
"""Seconds of silence that a caller may hear."""
AT_ONCE = 4
"""Calls at the same time, each with a worker of its own."""


@dataclass(frozen=True, slots=True)
class Survived:
    """How one call went."""

    case: Case
    struck: bool
    silence: float
    """Seconds of the longest silence that the caller heard."""
    failures: tuple[str, ...]
    happenings: Happenings

    @property
    def faults(self) -> list[str]:
        """What was not as it should be."""
        late = [f"silence of {self.silence:.2f} s"] if self.silence > SOON else []
        return [*late, *([] if self.struck else ["the misfortune never came"]), *self.failures]


async def survive(stage_at: Callable[[str], Stage], console: Console, out: Path, cases: Sequence[Case] = CASES) -> int:
    """Hold a call for each case and show it; return 0 when no caller waited for long and every call reached its end."""
    survived = await hold_each(stage_at, out, cases, partial(_tell, console))
    console.print(table(survived))
    return 1 if any(each.faults for each in survived) else 0


async def hold_each(
    stage_at: Callable[[str], Stage], out: Path, cases: Sequence[Case], tell: Callable[[Survived], None]
) -> Sequence[Survived]:
    """Hold a call for each case, `tell` of each when it is over, and return how they went.

    `stage_at` lays out a project of its own for each; the calls are left in `out` as `chaos-1.wav` and so on. What
    takes a while is done in threads: those who are on the phone meanwhile would hear it as silence.
    """
    limit, plugins = trio.CapacityLimiter(AT_ONCE), discover()
    survived: dict[Case, Survived] = {}

    async def one(number: int, case: Case) -> None:
        async with limit:
            stage = await trio.to_thread.run_sync(stage_at, f"chaos-{number}")
            survived[case], report = await _hold(case, stage, plugins)
        await trio.to_thread.run_sync(report.write_wav, out / f"chaos-{number}.wav")
        tell(survived[case])

    async with trio.open_nursery() as nursery:
        for number, case in enumerate(cases, 1):
            nursery.start_soon(one, number, case)
    return [survived[case] for case in cases]


async def gates(stage_at: Callable[[str], Stage], console: Console, out: Path) -> list[Gate]:
    """Hold a call for each case; return the longest silence of all, and how many were not as they should be."""
    console.print(f"{len(CASES)} calls, {AT_ONCE} at once, with a misfortune each")
    survived = await hold_each(stage_at, out, CASES, lambda each: console.print(f"[dim]{each.case.name}[/dim]"))
    console.print(table(survived))
    return as_gates(survived)


def as_gates(survived: Sequence[Survived]) -> list[Gate]:
    """Return what these calls come to, beside its limits."""
    failed = sum(bool(each.failures) or not each.struck for each in survived)
    return [
        Gate("misfortunes: longest silence", max(each.silence for each in survived), SOON, "s"),
        Gate("misfortunes: calls that failed", failed, 0, f"of {len(survived)}"),
    ]


async def _hold(case: Case, stage: Stage, plugins: Plugins) -> tuple[Survived, CallReport]:
    """Hold one call, and let the misfortune strike."""
    scenario = await trio.to_thread.run_sync(read_scenario, stage.folder / SCENARIO)
    happenings = Happenings()
    play = Play(scenario, happenings, no_voice)
    await play.prepare()
    async with trio.open_nursery() as nursery:
        fate = Misfortune(case, [said(words, sound, MULAW_8K) for words, sound in play.script()], nursery)
        play.saying = fate.says
        async with unlucky(scenario, fate, plugins, stage.url) as found:
            await trio.to_thread.run_sync(stage.give, found)
            async with started(stage.config, stage.url, stage.data, stage.env) as worker:
                report = cast("CallReport", await hold(worker, found.carrier(worker.url), play, happenings))
        nursery.cancel_scope.cancel()
    silence = await trio.to_thread.run_sync(longest_silence, report.tape, report.spoken)
    faults = (*play.failures, *report.failures)
    return Survived(case, fate.struck, silence.end - silence.start, faults, happenings), report


def _tell(console: Console, survived: Survived) -> None:
    console.rule(survived.case.name)
    screen = Screen(console)
    for event in survived.happenings.events:
        screen.show(event)
    screen.waterfall(survived.happenings.events)


def table(survived: Sequence[Survived]) -> Table:
    """Return the table of how each call went."""
    drawn = Table("misfortune", "longest silence", "")
    for each in survived:
        verdict = "[green]survived[/green]" if not each.faults else f"[red]{'; '.join(each.faults)}[/red]"
        drawn.add_row(each.case.name, f"{each.silence:.2f} s", verdict)
    return drawn
