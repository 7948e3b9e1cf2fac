"""Steps that ask nothing: `say`, `branch`, `transfer`, `hangup`, `echo`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiced.dialog.flow import Condition
from voiced.dialog.hours import is_open
from voiced.dialog.render import fill
from voiced.dialog.steps import routing
from voiced.dialog.steps.base import StepKind
from voiced.dialog.talk import Connect, Echo
from voiced.text.normalise import folded_bare
from voiced.text.pattern import lazy

if TYPE_CHECKING:
    from voiced.dialog.failure import Sense
    from voiced.dialog.stage import Stage
    from voiced.dialog.talk import Thought


class SayThis(StepKind):
    """Say something and go on; it is spoken while the next step is entered."""

    def enter(self, stage: Stage) -> None:
        """Say it."""
        if stage.step.say:
            stage.say(stage.step.say)
        stage.goto(stage.step.next)


class BranchOn(StepKind):
    """Go where the first condition that holds leads."""

    def enter(self, stage: Stage) -> None:
        """Decide."""
        for branch in stage.step.branch or ():
            if holds(branch.when, stage):
                stage.goto(branch.to)
                return
        stage.goto(stage.step.else_)


def holds(condition: Condition, stage: Stage) -> bool:
    """Return whether everything that the condition names is so."""
    hours = stage.flow.hours
    checks = []
    if condition.open is not None:
        checks.append(condition.open == (hours is not None and is_open(hours, stage.facts.now)))
    if condition.consent is not None:
        checks.append(condition.consent == (stage.state.consent == "granted"))
    if condition.slot is not None:
        value = stage.values.get(condition.slot)
        checks.append(value is not None if condition.is_ is None else value == condition.is_)
    return all(checks)


class Transfer(StepKind):
    """Hand the caller to a person."""

    def enter(self, stage: Stage) -> None:
        """Announce it, and connect once that was heard."""
        transfer = stage.step.transfer
        assert transfer is not None
        number = stage.state.sent_to or fill(transfer.to, stage.values)
        if not number:
            stage.goto(stage.step.failed)
            return
        stage.say(transfer.say, barge_in="none")
        stage.close(Connect(number, transfer.timeout))


_FAREWELL = lazy(
    r"(?:(?:merci|beaucoup|bien|au revoir|a bientot|bonne (?:journee|soiree|fin de journee|continuation)|a vous|aussi|"
    r"vous aussi|a la prochaine|egalement|de meme|oui|d'accord|ok|tres|et|c'est gentil|madame|monsieur|allez) ?)+"
)
"""What people say back to a goodbye."""


class Goodbye(StepKind):
    """Say goodbye. Noise does not stop it; words that are a real request do, once."""

    def enter(self, stage: Stage) -> None:
        """Say it and hang up."""
        assert stage.step.hangup is not None
        stage.say(stage.step.hangup, barge_in="none" if stage.state.goodbye_cancelled else "words")
        stage.hang_up("goodbye")

    def turn(self, stage: Stage, text: str, confidence: float) -> None:
        """Find out whether it is a request; "merci, au revoir" said over ours is none."""
        if stage.state.goodbye_cancelled or _FAREWELL.fullmatch(folded_bare(text)):
            stage.hang_up("goodbye")
            return
        stage.state.goodbye_cancelled = True
        super().turn(stage, text, confidence)

    def thought(self, stage: Stage, thought: Thought) -> None:
        """Follow a request, else leave."""
        if not routing.take_wanted(stage, thought):
            stage.goto(stage.state.step)

    def broke(self, stage: Stage, what: Sense) -> bool:  # noqa: ARG002 - part of the contract
        """Leave: the caller was going to."""
        stage.hang_up("goodbye")
        return True

    def garbled(self, stage: Stage) -> None:
        """Leave."""
        stage.hang_up("goodbye")

    def silent(self, stage: Stage) -> bool:
        """Leave."""
        stage.hang_up("goodbye")
        return True


class EchoBack(StepKind):
    """Play the caller back to themselves: the smoke test of a number."""

    def enter(self, stage: Stage) -> None:
        """Say what will happen, then do it."""
        if stage.step.say:
            stage.say(stage.step.say)
        assert stage.step.echo is not None
        stage.state.mode = "tool"
        stage.do(Echo(stage.next_reply(), stage.step.echo))
