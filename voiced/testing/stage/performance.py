"""One scenario, from the ring to the end, in virtual time: the real switchboard, session, engine and turn machine."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

import msgspec
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from voiced.audio import FRAME_SECONDS
from voiced.call.phrases import PhraseBook
from voiced.call.switchboard import Switchboard
from voiced.call.warm import warm
from voiced.dialog.engine import Engine
from voiced.dialog.flow import Flow
from voiced.dialog.phrase import fixed_texts
from voiced.plugin import CallOffer, ToolOutcome, ToolSpec
from voiced.testing.fakes import Recognised, ScriptedLlm, ScriptedStt, ScriptedTool, ScriptedTts, canonical
from voiced.testing.scenario import Scenario, caller_line
from voiced.testing.stage.carrier import PROVIDER, Carrier
from voiced.testing.stage.checks import faults
from voiced.testing.stage.house import PARIS, Cast, Ledger, StagePlan, fresh_book, stray
from voiced.testing.stage.phone import Phone
from voiced.testing.stage.script import Entry, Happenings, Script
from voiced.text.pronunciations import Pronunciations

TICK = 1e-6
"""Seconds that are no time: what is due within them of a frame's end is due with it."""
LONGEST = 7200.0
"""Seconds after which a call is broken off, whatever its screenplay says."""


@dataclass(slots=True)
class Performance:
    """What came of a scenario. Times in seconds; those of entries since the phone rang."""

    scenario: Scenario
    entries: list[Entry]
    began: list[float]
    """When each line that was reached began."""
    failures: list[str]
    failed_line: int | None
    """Index of the line that did not come true."""
    seconds: float
    """Length of the call."""
    gaps: list[float] = field(default_factory=list)
    """How long the caller waited for each answer, measured at the caller's ear."""
    wall: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether all was as it should be."""
        return not self.failures


def perform(scenario: Scenario, flow: Flow, cast: Cast | None = None) -> Performance:
    """Play `scenario` against `flow`, by the cast that it scripts or by another.

    Nothing real passes but some processor time.
    """
    began = time.perf_counter()
    performance: Performance = trio.run(play, scenario, flow, cast, clock=MockClock(autojump_threshold=0))
    performance.wall = time.perf_counter() - began
    return performance


async def play(scenario: Scenario, flow: Flow, cast: Cast | None = None) -> Performance:
    """Play `scenario` in the virtual time of a running trio."""
    flow = _adapted(flow, scenario)
    cast = cast or cast_for(scenario, flow)
    book = await _ready(flow, cast.tts) if cast.ready else fresh_book(cast.tts)
    async with trio.open_nursery() as nursery:
        stage = Stage(scenario, flow, cast, book, nursery)
        await stage.run()
        left = [task.name for task in nursery.child_tasks]
        nursery.cancel_scope.cancel()
    performance = stage.performance()
    performance.failures += [f"a task was left: {name}" for name in left]
    return performance


def _adapted(flow: Flow, scenario: Scenario) -> Flow:
    """Return the flow with what the scenario wants otherwise."""
    replace = msgspec.structs.replace
    flow = replace(flow, vars={**flow.vars, **scenario.vars})
    if scenario.longest is None:
        return flow
    length = replace(flow.policies.length, max=scenario.longest)
    return replace(flow, policies=replace(flow.policies, length=length))


def cast_for(scenario: Scenario, flow: Flow) -> Cast:
    """Return the providers that the scenario scripts."""
    spoken = [said for line in scenario.call if (said := caller_line(line)) is not None]
    finals = {
        canonical(said.interim or said.says): Recognised(
            said.says if said.heard is None else said.heard, said.confidence
        )
        for said in spoken
    }
    tools = {name: stray(name) for name in _tools(flow)}
    for name, tool in scenario.tools.items():
        spec = ToolSpec(name, name, {"type": "object"})
        tools[name] = ScriptedTool(spec, ToolOutcome(tool.ok, tool.data, tool.say), tool.after)
    return Cast(ScriptedStt(finals), ScriptedTts(), ScriptedLlm(scenario.understands, scenario.answers), tools)


def _tools(flow: Flow) -> set[str]:
    named = {step.tool for step in flow.steps.values() if step.tool}
    return named.union(*(step.llm.tools for step in flow.steps.values() if step.llm))


@cache
def _book() -> PhraseBook:
    """Return the phrase book that all scenarios share: there is one voice."""
    return fresh_book(ScriptedTts())


async def _ready(flow: Flow, tts: ScriptedTts) -> PhraseBook:
    book = _book().saying(Pronunciations.of(flow.pronunciations))
    await warm(tts, book, fixed_texts(flow))
    return book


class Stage:
    """One call on the stage."""

    def __init__(self, scenario: Scenario, flow: Flow, cast: Cast, book: PhraseBook, nursery: trio.Nursery) -> None:
        self.scenario = scenario
        self.ledger, self.happenings = Ledger(), Happenings()
        self._start = trio.current_time()
        self._epoch = datetime.fromisoformat(scenario.now).replace(tzinfo=PARIS).timestamp()
        self.switchboard = Switchboard(
            StagePlan(flow, cast, book), self.ledger, self.happenings, lambda: self._epoch + self.clock(), nursery
        )
        offer = CallOffer(PROVIDER, "CA0001", scenario.caller, scenario.called)
        self.carrier = Carrier(self.switchboard, Phone(self.clock), offer)
        said = Pronunciations.of(flow.pronunciations)
        self.script = Script(scenario, self.carrier, cast, self.happenings, self.clock, said)
        self.engine: Engine | None = None
        self._ended_at = 0.0

    def clock(self) -> float:
        """Return the seconds since the phone rang."""
        return trio.current_time() - self._start

    async def run(self) -> None:
        """Play the screenplay, then end what is left of the call."""
        self.carrier.ring()
        self.engine = self.switchboard.active[0].engine
        script = self.script.frames()
        playing, frame = True, 0
        while playing and self.clock() < LONGEST:
            self.carrier.frame(self.clock())
            playing = next(script, script) is not script
            frame += 1
            await _pass_time(self._start + frame * FRAME_SECONDS)
        self._ended_at = self.clock()
        self.carrier.hang_up()
        await trio.sleep(1.0)

    def performance(self) -> Performance:
        """Return what came of it."""
        script = self.script
        failed = len(script.began) - 1 if script.failure else None
        found = [f"line {failed + 1}: {script.failure}"] if failed is not None else []
        found += faults(self.scenario, self.happenings, self.ledger, self.carrier, self.engine, complete=not found)
        entries = sorted([*script.entries, *self._said(), *self._done()], key=lambda entry: entry.at)
        gaps = self.carrier.phone.gaps
        return Performance(self.scenario, entries, script.began, found, failed, self._ended_at, gaps)

    def _said(self) -> list[Entry]:
        hearing = self.carrier.phone.hearing
        ends = [utterance.first for utterance in hearing.utterances[1:]] + [len(hearing.text)]
        return [
            Entry(utterance.start, "agent", hearing.text[utterance.first : end].strip())
            for utterance, end in zip(hearing.utterances, ends, strict=True)
        ]

    def _done(self) -> list[Entry]:
        shown = {"tool.returned", "call.ended", "consent", "provider.failed", "transfer.failed"}
        return [
            Entry(event["at"], "call", _facts(event)) for event in self.happenings.events if event["event"] in shown
        ]


async def _pass_time(until: float) -> None:
    """Let time pass: in one step where no task has anything to do before `until`, which is so in most frames.

    It saves trio's own work of putting this task to sleep and waking it, two thirds of all there was to a frame.
    """
    others = trio.lowlevel.current_statistics()
    left = until - trio.current_time()
    if others.tasks_runnable or others.seconds_to_next_deadline <= left + TICK:
        await trio.sleep_until(until)
        await wait_all_tasks_blocked()  # those that woke with us do not count as runnable: let them have their turn
        return
    clock = trio.lowlevel.current_clock()
    assert isinstance(clock, MockClock)
    clock.jump(max(0.0, left))


def _facts(event: Mapping[str, object]) -> str:
    facts = {key: value for key, value in event.items() if key not in {"event", "call_id", "at"} and value}
    return " ".join([str(event["event"]), *(f"{key}={value}" for key, value in facts.items())])
