"""Steps that ask nothing: `say`, `branch`, `transfer`, `hangup`, `echo`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiced.dialog.flow import Condition
from voiced.dialog.hours import is_open
from voiced.dialog.render import fill
from voiced.dialog.steps import routing
from voiced.dialog.steps.base import StepKind
from voiced.dialog.talk import Connect, Echo

if TYPE_CHECKING:
    from voiced.dialog.engine import Engine
    from voiced.dialog.talk import Thought


class SayThis(StepKind):
    """Say something and go on; it is spoken while the next step is entered."""

    def enter(self, engine: Engine) -> None:
        """Say it."""
        if engine.step.say:
            engine.say(engine.step.say)
        engine.goto(engine.step.next)


class BranchOn(StepKind):
    """Go where the first condition that holds leads."""

    def enter(self, engine: Engine) -> None:
        """Decide."""
        for branch in engine.step.branch or ():
            if holds(branch.when, engine):
                engine.goto(branch.to)
                return
        engine.goto(engine.step.else_)


def holds(condition: Condition, engine: Engine) -> bool:
    """Return whether everything that the condition names is so."""
    hours = engine.flow.hours
    checks = []
    if condition.open is not None:
        checks.append(condition.open == (hours is not None and is_open(hours, engine.facts.now)))
    if condition.consent is not None:
        checks.append(condition.consent == (engine.state.consent == "granted"))
    if condition.slot is not None:
        value = engine.values.get(condition.slot)
        checks.append(value is not None if condition.is_ is None else value == condition.is_)
    return all(checks)


class Transfer(StepKind):
    """Hand the caller to a person."""

    def enter(self, engine: Engine) -> None:
        """Announce it, and connect once that was heard."""
        transfer = engine.step.transfer
        assert transfer is not None
        number = fill(transfer.to, engine.values)
        if not number:
            engine.goto(engine.step.failed)
            return
        engine.say(transfer.say, barge_in="none")
        engine.state.mode = "transfer"
        engine.do(Connect(number, transfer.timeout))


class Goodbye(StepKind):
    """Say goodbye. Noise does not stop it; words that are a real request do, once."""

    def enter(self, engine: Engine) -> None:
        """Say it and hang up."""
        assert engine.step.hangup is not None
        engine.say(engine.step.hangup, barge_in="none" if engine.state.goodbye_cancelled else "words")
        engine.hang_up("goodbye")

    def turn(self, engine: Engine, text: str, confidence: float) -> None:
        """Find out whether it is a request."""
        if engine.state.goodbye_cancelled:
            engine.hang_up("goodbye")
            return
        engine.state.goodbye_cancelled = True
        super().turn(engine, text, confidence)

    def thought(self, engine: Engine, thought: Thought) -> None:
        """Follow a request, else leave."""
        if not routing.take_wanted(engine, thought):
            engine.goto(engine.state.step)

    def garbled(self, engine: Engine) -> None:
        """Leave."""
        engine.hang_up("goodbye")

    def silent(self, engine: Engine) -> bool:
        """Leave."""
        engine.hang_up("goodbye")
        return True


class EchoBack(StepKind):
    """Play the caller back to themselves: the smoke test of a number."""

    def enter(self, engine: Engine) -> None:
        """Say what will happen, then do it."""
        if engine.step.say:
            engine.say(engine.step.say)
        assert engine.step.echo is not None
        engine.state.mode = "tool"
        engine.do(Echo(engine.next_reply(), engine.step.echo))
