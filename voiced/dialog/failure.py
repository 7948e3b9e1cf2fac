"""What a call does when something that it depends on fails.

Without its model or its recogniser a call goes on by keys, where the step says which (`keypad`), and by what is
understood without a model: yes and no, values that are collected. Where a step has no keys the flow's failure policy
says the apology and where to go. A failure on the way out changes nothing: what our voice cannot say any more, the
carrier's says.
"""

from __future__ import annotations

from typing import Literal, cast

from voiced.dialog import steps
from voiced.dialog.stage import Stage
from voiced.dialog.talk import Hush

MOST_FAILURES = 2
"""Failures that are apologised for; at the next the call ends without a word, since the voice may be what fails."""
Sense = Literal["stt", "llm"]
SENSES: frozenset[str] = frozenset({"stt", "llm"})
"""What a caller is understood by."""


def broke(stage: Stage, what: str) -> None:
    """Go on without `what`."""
    state = stage.state
    if what in SENSES:
        state.down.add(what)
    if not state.step or (what == "stt" and state.mode == "tool"):
        return  # nobody is being listened to: the next step that listens says what is left
    if stage.leaving and what in {"stt", "tts"}:
        return
    if what in SENSES and steps.of(stage.step).broke(stage, cast("Sense", what)):
        return
    _way_out(stage)


def begun(stage: Stage) -> None:
    """Go on without a recogniser that failed before the call began; a step with keys has told them by now."""
    if "stt" in stage.state.down and not stage.leaving and not stage.keys:
        broke(stage, "stt")


def _way_out(stage: Stage) -> None:
    state, policy = stage.state, stage.flow.policies.failure
    state.failures += 1
    state.mode = ""
    if state.failures <= MOST_FAILURES:
        stage.do(Hush())
        stage.say(policy.say, barge_in="none")
    stage.goto(policy.then if state.failures == 1 and policy.then != state.step else None)
