"""The demonstration of misfortunes: each vendor dies and stalls in turn, and calls are judged at the caller's ear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import trio
from rich.console import Console
from rich.table import Table

from voiced.audio import MULAW_8K
from voiced.lab.chaos import CASES, SOON, Case, Misfortune, unlucky
from voiced.lab.demo import SCENARIO, Stage, hold
from voiced.lab.happenings import Happenings
from voiced.lab.play import Play
from voiced.lab.screen import Screen
from voiced.lab.vendors import Report
from voiced.lab.voices import no_voice
from voiced.lab.worker import started
from voiced.registry import discover
from voiced.testing.caller.facts import longest_silence
from voiced.testing.emulator.prompter import said
from voiced.testing.scenario import read_scenario

AT_ONCE = 3
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
    """Hold a call for each case; return 0 when no caller waited for long and every call reached its end.

    `stage_at` lays out a project of its own for each; the calls are left in `out` as `chaos-1.wav` and so on.
    """
    limit = trio.CapacityLimiter(AT_ONCE)
    survived: dict[Case, Survived] = {}

    async def one(number: int, case: Case) -> None:
        async with limit:
            stage = stage_at(f"chaos-{number}")
            survived[case], report = await _hold(case, stage)
        await trio.to_thread.run_sync(report.write_wav, out / f"chaos-{number}.wav")
        _tell(survived[case], console)

    async with trio.open_nursery() as nursery:
        for number, case in enumerate(cases, 1):
            nursery.start_soon(one, number, case)
    console.print(_table([survived[case] for case in cases]))
    return 1 if any(each.faults for each in survived.values()) else 0


async def _hold(case: Case, stage: Stage) -> tuple[Survived, Report]:
    """Hold one call, and let the misfortune strike."""
    scenario = read_scenario(stage.folder / SCENARIO)
    happenings = Happenings()
    play = Play(scenario, happenings, no_voice)
    await play.prepare()
    async with trio.open_nursery() as nursery:
        fate = Misfortune(case, [said(words, sound, MULAW_8K) for words, sound in play.script()], nursery)
        play.saying = fate.says
        async with unlucky(scenario, fate, discover()) as found:
            stage.give(found)
            async with started(stage.config, stage.url, stage.data, stage.env) as worker:
                report = await hold(worker, found.carrier(worker.url), play, happenings)
        nursery.cancel_scope.cancel()
    silence = longest_silence(report.tape, report.spoken)
    faults = (*play.failures, *report.failures)
    return Survived(case, fate.struck is not None, silence.end - silence.start, faults, happenings), report


def _tell(survived: Survived, console: Console) -> None:
    console.rule(survived.case.name)
    screen = Screen(console)
    for event in survived.happenings.events:
        screen.show(event)
    screen.waterfall(survived.happenings.events)


def _table(survived: Sequence[Survived]) -> Table:
    table = Table("misfortune", "longest silence", "")
    for each in survived:
        verdict = "[green]survived[/green]" if not each.faults else f"[red]{'; '.join(each.faults)}[/red]"
        table.add_row(each.case.name, f"{each.silence:.2f} s", verdict)
    return table
