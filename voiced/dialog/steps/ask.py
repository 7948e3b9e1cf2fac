"""Steps that listen for a wish: `ask` with routes, and `llm`, which lets the model lead."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from voiced.dialog.steps import routing
from voiced.dialog.steps.base import StepKind
from voiced.dialog.talk import CallTool, Spoken, Wanted
from voiced.text.collect import KINDS

if TYPE_CHECKING:
    from voiced.dialog.engine import Engine
    from voiced.dialog.talk import Thought, ToolReturned

SURE = 0.8
"""Confidence from which a yes or no needs no second opinion."""
MOST_TOOL_ROUNDS = 5
"""Tools that a model may call one after the other before it must speak."""


class Ask(StepKind):
    """Ask, listen, and go where the answer leads."""

    def enter(self, engine: Engine) -> None:
        """Put the question."""
        if engine.step.ask:
            engine.say(engine.step.ask)
        engine.listen()

    def turn(self, engine: Engine, text: str, confidence: float) -> None:
        """Take yes and no at once; ask the model about the rest."""
        if not self._yes_no(engine, text):
            super().turn(engine, text, confidence)

    def _yes_no(self, engine: Engine, text: str) -> bool:
        answers = {route.yes: route for route in engine.step.routes if route.yes or route.no}
        answer = KINDS["yes_no"].collect(text, routing.context(engine)) if answers else None
        if (
            answer is None
            or not isinstance(answer.value, bool)
            or answer.confidence < SURE
            or answer.value not in answers
        ):
            return False
        routing.take(engine, answers[answer.value], {})
        return True

    def thought(self, engine: Engine, thought: Thought) -> None:
        """Follow the route that was chosen; an answer that was spoken is followed by the question again."""
        if routing.take_wanted(engine, thought):
            return
        if not thought.text:
            engine.misunderstood()
            return
        engine.state.misunderstandings = 0
        if engine.step.again:
            engine.say(engine.step.again)
        engine.listen()


class LlmTalk(Ask):
    """Let the model lead the conversation, with tools, until it takes a route."""

    def turn(self, engine: Engine, text: str, confidence: float) -> None:  # noqa: ARG002 - part of the contract
        """Ask the model."""
        self._think(engine)

    def _think(self, engine: Engine) -> None:
        assert engine.step.llm is not None
        routing.think(engine, tools=engine.step.llm.tools, free=True)

    def thought(self, engine: Engine, thought: Thought) -> None:
        """Run the tool that the model asked for, else go on as `ask` does."""
        assert engine.step.llm is not None
        call = next((wanted for wanted in thought.wanted if wanted.name in engine.step.llm.tools), None)
        if call is None or _rounds(engine) >= MOST_TOOL_ROUNDS:
            super().thought(engine, thought)
            return
        engine.state.lines.append(Spoken("assistant", thought.text, (call,)))
        use(engine, call)

    def returned(self, engine: Engine, result: ToolReturned) -> None:
        """Let the model speak about what the tool gave."""
        data = json.dumps({"ok": result.ok, **result.data, "say": result.say}, ensure_ascii=False, default=str)
        engine.state.lines.append(Spoken("tool", data, id=result.id))
        self._think(engine)


def use(engine: Engine, wanted: Wanted) -> None:
    """Run a tool on the model's behalf."""
    call = CallTool(wanted.id or f"t{engine.next_reply()}", wanted.name, wanted.arguments)
    engine.state.mode, engine.state.pending_tool = "tool", call.id
    engine.do(call)


def _rounds(engine: Engine) -> int:
    rounds = 0
    for line in reversed(engine.state.lines):
        if line.role == "user":
            break
        rounds += line.role == "tool"
    return rounds
