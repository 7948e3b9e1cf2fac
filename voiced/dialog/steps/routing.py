"""How a caller's words and keys lead on: the routes of a step, and those that hold anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from voiced.dialog.consent import evidence
from voiced.dialog.flow import Flow, Route, Step
from voiced.dialog.prompt import system_prompt
from voiced.dialog.talk import Choice, Decided, Hush, Question, Spoken, Thought
from voiced.text.collect import KINDS, Context

if TYPE_CHECKING:
    from voiced.dialog.stage import Stage

TAKE_YOUR_TIME = "Je vous en prie, prenez votre temps."
MOST_LINES = 40
"""Lines of the conversation that the model is shown."""


def name(route: Route) -> str:
    """Return the name by which the model chooses a route."""
    if route.intent:
        return route.intent
    if route.yes or route.no:
        return "oui" if route.yes else "non"
    return f"touche_{route.dtmf}"


def open_routes(flow: Flow, step: Step) -> Iterator[Route]:
    """Yield the routes that hold in `step`: its own first, then those that hold anywhere."""
    yield from step.routes
    yield from flow.anywhere


def _open_now(stage: Stage) -> Iterator[Route]:
    """Yield the routes that hold now: while the agent says goodbye, the wishes of the last question still do."""
    if stage.step.kind == "hangup" and stage.state.asked_in:
        yield from (route for route in stage.flow.steps[stage.state.asked_in].routes if route.intent)
    yield from open_routes(stage.flow, stage.step)


def find(stage: Stage, wanted: str) -> Route | None:
    """Return the route that the model named."""
    return next((route for route in _open_now(stage) if name(route) == wanted), None)


def choices(flow: Flow, step: Step) -> tuple[Choice, ...]:
    """Return the routes that words can take in `step`, each name once."""
    return _choices(open_routes(flow, step))


def _choices(routes: Iterable[Route]) -> tuple[Choice, ...]:
    found: dict[str, Choice] = {}
    for route in routes:
        if route.intent or route.examples or route.yes or route.no:
            found.setdefault(name(route), Choice(name(route), route.about or name(route), route.examples, route.slots))
    return tuple(found.values())


def think(stage: Stage, *, tools: tuple[str, ...] = (), free: bool = False) -> None:
    """Ask the model what the caller wants."""
    step = stage.step
    facts = tuple(stage.filled(fact) for fact in step.facts)
    question = Question(
        system=system_prompt(stage.filled(stage.flow.prompt), step, stage.facts, facts),
        lines=tuple(_recent(stage.state.lines)),
        choices=_choices(_open_now(stage)),
        tools=tools,
        facts=facts,
        free=free or bool(facts),
    )
    stage.think(question, stage.barge_in)


def _recent(lines: list[Spoken]) -> list[Spoken]:
    """Return the last lines, from something that the caller said: a tool's answer never stands without its question."""
    recent = lines[-MOST_LINES:]
    first = next((at for at, line in enumerate(recent) if line.role == "user"), 0)
    return recent[first:] if len(lines) > MOST_LINES else recent


def take_wanted(stage: Stage, thought: Thought) -> bool:
    """Take the first route that the model chose; False when it chose none."""
    for wanted in thought.wanted:
        route = find(stage, wanted.name)
        if route is not None:
            take(stage, route, wanted.arguments)
            return True
    return False


def press(stage: Stage, digit: str) -> bool:
    """Take the route of a key; False when the key leads nowhere."""
    route = next((route for route in open_routes(stage.flow, stage.step) if route.dtmf == digit), None)
    if route is None or stage.state.mode in {"tool", "transfer"}:
        return False
    stage.do(Hush())
    take(stage, route, {})
    return True


def take(stage: Stage, route: Route, arguments: Mapping[str, Any]) -> None:
    """Follow a route."""
    stage.state.misunderstandings = 0
    fill_slots(stage, route, arguments)
    if route.do == "forget" and stage.state.consent in {"granted", "unknown"}:
        stage.state.consent = "withdrawn"
        stage.do(withdrawal(stage))
    if route.do == "repeat":
        repeat(stage)
    elif route.do == "wait":
        stage.tell(TAKE_YOUR_TIME, fixed=True)
    if route.to is not None:
        stage.goto(route.to)
    else:
        stage.listen_again()


def withdrawal(stage: Stage) -> Decided:
    """Return the evidence that the caller took consent back."""
    words = last_words(stage)
    return evidence(stage.flow, "withdrawn", "", "voice" if words else "key", words, 1.0)


def last_words(stage: Stage) -> str:
    """Return what the caller said, when that is the last thing that was said."""
    lines = stage.state.lines
    return lines[-1].text if lines and lines[-1].role == "user" else ""


def repeat(stage: Stage) -> None:
    """Say again what was said before the caller's last turn, cut or not."""
    for text in stage.state.told:
        stage.tell(text)


def fill_slots(stage: Stage, route: Route, arguments: Mapping[str, Any]) -> None:
    """Take the values that the sentence held already, so that they need not be asked for."""
    words = last_words(stage)
    for slot, kind in route.slots.items():
        for source in (str(arguments.get(slot) or ""), words):
            found = KINDS[kind].collect(source, context(stage)) if source else None
            if found is not None and found.complete:
                stage.keep(slot, found.value, found.said)
                break


def context(stage: Stage, hints: tuple[str, ...] = ()) -> Context:
    """Return what the collectors of values need to know."""
    now = stage.facts.now
    return Context(today=now.date(), now=now.hour * 60 + now.minute, so_far=stage.state.so_far, hints=hints)
