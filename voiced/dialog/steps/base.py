"""What every kind of step can be asked, and what it does unless it says otherwise."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from voiced.dialog.steps import routing

if TYPE_CHECKING:
    from voiced.dialog.failure import Sense
    from voiced.dialog.stage import Stage
    from voiced.dialog.talk import Thought, ToolReturned


class StepKind(ABC):
    """One kind of step. It keeps nothing: all memory is the call's state."""

    @abstractmethod
    def enter(self, stage: Stage) -> None:
        """Begin the step."""

    def resume(self, stage: Stage) -> None:
        """Take the step up again after the line had dropped."""
        stage.goto(stage.state.step)

    def listen(self, stage: Stage) -> None:
        """Expect the caller again, after a reprompt or an answer."""
        stage.listen()

    def turn(self, stage: Stage, text: str, confidence: float) -> None:  # noqa: ARG002 - part of the contract
        """Take what the caller said. A step that asks nothing still hears who wants something else."""
        routing.think(stage)

    def key(self, stage: Stage, digit: str) -> None:
        """Take a key."""
        routing.press(stage, digit)

    def silent(self, stage: Stage) -> bool:  # noqa: ARG002 - part of the contract
        """Handle a silence; False leaves it to the policy."""
        return False

    def garbled(self, stage: Stage) -> None:
        """Handle a voice without words."""
        stage.misunderstood()

    def thought(self, stage: Stage, thought: Thought) -> None:
        """Take the model's answer."""
        if not routing.take_wanted(stage, thought):
            stage.misunderstood()

    def keys(self, stage: Stage) -> str:
        """Return the sentence that tells what keys do here, "" where they do nothing."""
        return stage.step.keypad or ""

    def broke(self, stage: Stage, what: Sense) -> bool:  # noqa: ARG002 - part of the contract
        """Go on without what failed; False leaves it to the flow's failure policy."""
        return stage.by_keys()

    def returned(self, stage: Stage, result: ToolReturned) -> None:  # noqa: B027 - only steps that run tools get one
        """Take a tool's result."""

    def not_connected(self, stage: Stage, result: str) -> None:  # noqa: ARG002 - part of the contract
        """Go on after a transfer that reached nobody."""
        stage.goto(stage.step.failed)
