"""What every kind of step can be asked, and what it does unless it says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiced.dialog.steps import routing

if TYPE_CHECKING:
    from voiced.dialog.engine import Engine
    from voiced.dialog.talk import Thought, ToolReturned


class StepKind:
    """One kind of step. It keeps nothing: all memory is the engine's state."""

    def enter(self, engine: Engine) -> None:
        """Begin the step."""
        engine.goto(engine.step.next)

    def listen(self, engine: Engine) -> None:
        """Expect the caller again, after a reprompt or an answer."""
        engine.listen()

    def turn(self, engine: Engine, text: str, confidence: float) -> None:  # noqa: ARG002 - part of the contract
        """Take what the caller said. A step that asks nothing still hears who wants something else."""
        routing.think(engine)

    def key(self, engine: Engine, digit: str) -> None:
        """Take a key."""
        routing.press(engine, digit)

    def silent(self, engine: Engine) -> bool:  # noqa: ARG002 - part of the contract
        """Handle a silence; False leaves it to the policy."""
        return False

    def garbled(self, engine: Engine) -> None:
        """Handle a voice without words."""
        engine.misunderstood()

    def finished(self, engine: Engine) -> None:
        """A reply was heard to its end."""

    def thought(self, engine: Engine, thought: Thought) -> None:
        """Take the model's answer."""
        if not routing.take_wanted(engine, thought):
            engine.misunderstood()

    def returned(self, engine: Engine, result: ToolReturned) -> None:
        """Take a tool's result."""

    def not_connected(self, engine: Engine, result: str) -> None:  # noqa: ARG002 - part of the contract
        """Go on after a transfer that reached nobody."""
        engine.goto(engine.step.failed)
