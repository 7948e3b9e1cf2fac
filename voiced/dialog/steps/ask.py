"""Steps that listen for a wish: `ask` with routes, and `llm`, which lets the model lead."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec.structs import replace

from voiced.dialog.flow import Route
from voiced.dialog.steps import routing
from voiced.dialog.steps.answers import is_bare
from voiced.dialog.steps.base import StepKind
from voiced.dialog.talk import CallTool, Spoken
from voiced.text.collect import KINDS

if TYPE_CHECKING:
    from voiced.dialog.stage import Stage
    from voiced.dialog.talk import Thought, ToolReturned

SURE = 0.8
"""Confidence from which a yes or no needs no second opinion."""
MOST_TOOL_ROUNDS = 5
"""Tools that a model may call one after the other before it must speak."""


class Ask(StepKind):
    """Ask, listen, and go where the answer leads."""

    def enter(self, stage: Stage) -> None:
        """Put the question."""
        if stage.step.ask:
            stage.say(stage.step.ask)
        stage.offer_keys()
        self.listen(stage)

    def listen(self, stage: Stage) -> None:
        """Expect a wish; where yes and no lead on, a mere "oui" is an answer."""
        stage.state.asked_in = stage.state.step
        yes_no = any(route.yes or route.no for route in stage.step.routes)
        stage.listen(expects="yes_no" if yes_no else "")

    def turn(self, stage: Stage, text: str, confidence: float) -> None:
        """Take a plain yes or no at once; ask the model about the rest."""
        route = _yes_no(stage, text)
        if route is not None and is_bare(text):
            routing.take(stage, route, {})
        else:
            super().turn(stage, text, confidence)

    def thought(self, stage: Stage, thought: Thought) -> None:
        """Follow the route that was chosen; an answer that was spoken is followed by the question again."""
        if routing.take_wanted(stage, thought):
            return
        route = _yes_no(stage, routing.last_words(stage))
        if route is not None:
            routing.take(stage, route, {})
        elif thought.text:
            stage.state.misunderstandings = 0
            if stage.step.again:
                stage.say(stage.step.again)
            self.listen(stage)
        else:
            stage.misunderstood()


def _yes_no(stage: Stage, text: str) -> Route | None:
    """Return the route of the yes or no in `text`, if there is one and it is sure."""
    answers = {route.yes: route for route in stage.step.routes if route.yes or route.no}
    answer = KINDS["yes_no"].collect(text, routing.context(stage)) if answers else None
    if answer is None or not isinstance(answer.value, bool) or answer.confidence < SURE:
        return None
    return answers.get(answer.value)


class LlmTalk(Ask):
    """Let the model lead the conversation, with tools, until it takes a route."""

    def turn(self, stage: Stage, text: str, confidence: float) -> None:  # noqa: ARG002 - part of the contract
        """Ask the model."""
        self._think(stage)

    def _think(self, stage: Stage) -> None:
        assert stage.step.llm is not None
        routing.think(stage, tools=stage.step.llm.tools, free=True)

    def thought(self, stage: Stage, thought: Thought) -> None:
        """Run the tool that the model asked for, else go on as `ask` does."""
        assert stage.step.llm is not None
        wanted = next((wanted for wanted in thought.wanted if wanted.name in stage.step.llm.tools), None)
        if wanted is None or _rounds(stage) >= MOST_TOOL_ROUNDS:
            super().thought(stage, thought)
            return
        wanted = replace(wanted, id=wanted.id or f"t{stage.next_reply()}")
        state = stage.state
        state.mode, state.pending_tool, state.wanted = "tool", wanted.id, wanted
        stage.do(CallTool(wanted.id, wanted.name, wanted.arguments))

    def returned(self, stage: Stage, result: ToolReturned) -> None:
        """Let the model speak about what the tool gave. The request and its result stand together in the history."""
        assert stage.state.wanted is not None
        data = json.dumps({"ok": result.ok, **result.data, "say": result.say}, ensure_ascii=False, default=str)
        stage.state.lines += [
            Spoken("assistant", "", (stage.state.wanted,)),
            Spoken("tool", data, id=result.id),
        ]
        stage.state.wanted = None
        self._think(stage)


def _rounds(stage: Stage) -> int:
    rounds = 0
    for line in reversed(stage.state.lines):
        if line.role == "user":
            break
        rounds += line.role == "tool"
    return rounds
