"""The kinds of steps: what each does when it is entered and when something happens in it."""

from __future__ import annotations

from voiced.dialog.flow import Step
from voiced.dialog.steps.ask import Ask, LlmTalk
from voiced.dialog.steps.base import StepKind
from voiced.dialog.steps.collect import CollectValue
from voiced.dialog.steps.consent import AskConsent
from voiced.dialog.steps.plain import BranchOn, EchoBack, Goodbye, SayThis, Transfer
from voiced.dialog.steps.tool import UseTool

BEHAVIOURS: dict[str, StepKind] = {
    "say": SayThis(),
    "ask": Ask(),
    "collect": CollectValue(),
    "branch": BranchOn(),
    "tool": UseTool(),
    "llm": LlmTalk(),
    "consent": AskConsent(),
    "transfer": Transfer(),
    "hangup": Goodbye(),
    "echo": EchoBack(),
}


def of(step: Step) -> StepKind:
    """Return how steps of this kind behave."""
    return BEHAVIOURS[step.kind]
