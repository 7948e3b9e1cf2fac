"""A flow drawn as a Mermaid flowchart: steps, the ways between them, and the ways out of its policies (dashed)."""

from __future__ import annotations

from collections.abc import Iterator

from voiced.dialog.flow import Condition, Flow, Kind, Route, Step

SHAPES: dict[Kind, tuple[str, str]] = {
    "say": ("[", "]"),
    "ask": ("([", "])"),
    "collect": ("[/", "/]"),
    "branch": ("{", "}"),
    "tool": ("[[", "]]"),
    "llm": ("([", "])"),
    "consent": ("{{", "}}"),
    "transfer": ("[[", "]]"),
    "hangup": ("((", "))"),
    "echo": ("[", "]"),
}
LONGEST = 40
"""Characters of a step's text that the drawing shows."""


def draw(flow: Flow) -> str:
    """Return `flow` as a Mermaid flowchart."""
    lines = ["flowchart TD", f"    _start(( )) --> {_id(flow.start)}"]
    lines += [f"    {_id(name)}{_shape(name, step)}" for name, step in flow.steps.items()]
    for name, step in flow.steps.items():
        lines += [f"    {_id(name)} -->{_label(label)} {_id(target)}" for label, target in ways(step)]
        lines += [f"    {_id(name)} -.->{_label(label)} {_id(target)}" for label, target in _step_ways_out(step)]
    anywhere = [(_taken_by(route), route.to) for route in flow.anywhere if route.to]
    lines += [f"    _anywhere([anywhere]) -->{_label(label)} {_id(target)}" for label, target in anywhere]
    lines += [f"    _policies[policies] -.->{_label(label)} {_id(target)}" for label, target in _flow_ways_out(flow)]
    return "\n".join(lines)


def ways(step: Step) -> Iterator[tuple[str, str]]:
    """Yield the ways on from a step: by what they are taken, and where they lead."""
    for label, target in (("", step.next), ("failed", step.failed), ("yes", step.granted), ("no", step.refused)):
        if target is not None:
            yield label, target
    for branch in step.branch or ():
        yield _holds(branch.when), branch.to
    if step.else_ is not None:
        yield "else", step.else_
    for route in step.routes:
        if route.to is not None:
            yield _taken_by(route), route.to


def _step_ways_out(step: Step) -> Iterator[tuple[str, str]]:
    for label, policy in (("silence", step.silence), ("misunderstanding", step.misunderstanding)):
        if policy is not None and policy.then is not None:
            yield label, policy.then


def _flow_ways_out(flow: Flow) -> Iterator[tuple[str, str]]:
    policies = flow.policies
    for label, target in (
        ("silence", policies.silence.then),
        ("misunderstanding", policies.misunderstanding.then),
        ("length", policies.length.then),
        ("failure", policies.failure.then),
    ):
        if target is not None:
            yield label, target


def _id(step: str) -> str:
    """Return the name of a step's node: some words (`end`) are Mermaid's own."""
    return f"s_{step}"


def _taken_by(route: Route) -> str:
    words = [route.intent or "", "yes" if route.yes else "", "no" if route.no else ""]
    keys = f"key {route.dtmf}" if route.dtmf else ""
    return " / ".join(part for part in (*words, keys) if part)


def _holds(condition: Condition) -> str:
    parts = []
    if condition.open is not None:
        parts.append("open" if condition.open else "closed")
    if condition.consent is not None:
        parts.append("consent" if condition.consent else "no consent")
    if condition.slot is not None:
        parts.append(condition.slot if condition.is_ is None else f"{condition.slot} = {condition.is_}")
    return " and ".join(parts)


def _shape(name: str, step: Step) -> str:
    before, after = SHAPES[step.kind]
    text = _text(step)
    short = text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
    return f'{before}"{name}<br/><i>{_safe(short)}</i>"{after}' if short else f'{before}"{name}"{after}'


def _text(step: Step) -> str:
    """Return what a step is best known by: its words, its tool, its number."""
    asked = step.collect.ask if step.collect else step.consent.ask if step.consent else None
    return step.tool or step.say or step.ask or asked or step.hangup or (step.transfer.to if step.transfer else "")


def _label(label: str) -> str:
    return f'|"{_safe(label)}"|' if label else ""


def _safe(text: str) -> str:
    """Return text that Mermaid takes for text."""
    return text.replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
