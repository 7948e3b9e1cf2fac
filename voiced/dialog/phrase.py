"""Which texts of a flow are the same in every call, so that their sound can be ready before anyone rings."""

from __future__ import annotations

from collections.abc import Iterator

from voiced.dialog.flow import Flow, Step
from voiced.dialog.hours import in_words
from voiced.dialog.render import fill, is_fixed, pieces
from voiced.dialog.steps.collect import YES_NO_KEYS
from voiced.dialog.steps.routing import TAKE_YOUR_TIME

RECONNECTED = "Excusez-moi, nous avons été coupés."
"""Said when a line that dropped is there again."""


def constants(flow: Flow) -> dict[str, str]:
    """Return the values that are the same in every call of `flow`."""
    return {**flow.vars, **({"hours": in_words(flow.hours)} if flow.hours else {})}


def fixed_texts(flow: Flow) -> tuple[str, ...]:
    """Return the texts that can be synthesised ahead, as they will be said, each once."""
    known = constants(flow)
    parts = (piece for text in texts(flow) for piece in pieces(text, known))
    ready = (fill(piece, known) for piece in parts if is_fixed(piece, known))
    return tuple(dict.fromkeys([*ready, TAKE_YOUR_TIME, RECONNECTED]))


def texts(flow: Flow) -> Iterator[str]:
    """Yield every text that the flow may say, with its holes."""
    policies = flow.policies
    yield from (policies.failure.say, policies.length.say)
    yield from policies.silence.say
    yield from policies.misunderstanding.say
    yield from policies.waiting.say
    for step in flow.steps.values():
        yield from _step_texts(step)


def _step_texts(step: Step) -> Iterator[str]:
    said = [step.say, step.ask, step.again, step.keypad, step.hangup]
    if step.collect is not None:
        said += [step.collect.ask, step.collect.again, step.collect.confirm]
        said.append(YES_NO_KEYS if step.collect.confirm else None)
    if step.consent is not None:
        said += [step.consent.ask, step.consent.again]
    if step.transfer is not None:
        said.append(step.transfer.say)
    yield from (text for text in said if text)
    for policy in (step.silence, step.misunderstanding):
        yield from policy.say if policy is not None else ()
