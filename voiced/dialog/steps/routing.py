"""How a caller's words and keys lead on: the routes of a step, and those that hold anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from voiced.dialog.consent import evidence
from voiced.dialog.flow import Flow, Route, Step
from voiced.dialog.prompt import system_prompt
from voiced.dialog.talk import Choice, Decided, Hush, Question, Think, Thought
from voiced.text.collect import KINDS, Context

if TYPE_CHECKING:
    from voiced.dialog.engine import Engine

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


def find(engine: Engine, wanted: str) -> Route | None:
    """Return the route that the model named."""
    return next((route for route in open_routes(engine.flow, engine.step) if name(route) == wanted), None)


def choices(flow: Flow, step: Step) -> tuple[Choice, ...]:
    """Return the routes that words can take in `step`, each name once."""
    found: dict[str, Choice] = {}
    for route in open_routes(flow, step):
        if route.intent or route.examples or route.yes or route.no:
            found.setdefault(name(route), Choice(name(route), route.about or name(route), route.examples, route.slots))
    return tuple(found.values())


def think(engine: Engine, *, tools: tuple[str, ...] = (), free: bool = False) -> None:
    """Ask the model what the caller wants."""
    step = engine.step
    engine.state.mode = "thinking"
    facts = tuple(engine.filled(fact) for fact in step.facts)
    question = Question(
        system=system_prompt(engine.filled(engine.flow.prompt), step, engine.facts, facts),
        lines=tuple(engine.state.lines[-MOST_LINES:]),
        choices=choices(engine.flow, step),
        tools=tools,
        facts=facts,
        free=free or bool(facts),
    )
    engine.do(Think(engine.next_reply(), question, engine.barge_in))


def take_wanted(engine: Engine, thought: Thought) -> bool:
    """Take the first route that the model chose; False when it chose none."""
    for wanted in thought.wanted:
        route = find(engine, wanted.name)
        if route is not None:
            take(engine, route, wanted.arguments)
            return True
    return False


def press(engine: Engine, digit: str) -> bool:
    """Take the route of a key; False when the key leads nowhere."""
    route = next((route for route in open_routes(engine.flow, engine.step) if route.dtmf == digit), None)
    if route is None or engine.state.mode in {"tool", "transfer"}:
        return False
    engine.do(Hush())
    take(engine, route, {})
    return True


def take(engine: Engine, route: Route, arguments: Mapping[str, Any]) -> None:
    """Follow a route."""
    engine.state.misunderstandings = 0
    fill_slots(engine, route, arguments)
    if route.do == "forget" and engine.state.consent in {"granted", "unknown"}:
        engine.state.consent = "withdrawn"
        engine.do(withdrawal(engine))
    if route.do == "repeat":
        repeat(engine)
    elif route.do == "wait":
        engine.tell(TAKE_YOUR_TIME, fixed=True)
    if route.to is not None:
        engine.goto(route.to)
    else:
        engine.listen_again()


def withdrawal(engine: Engine) -> Decided:
    """Return the evidence that the caller took consent back."""
    lines = engine.state.lines
    words = lines[-1].text if lines and lines[-1].role == "user" else ""
    return evidence(engine.flow, "withdrawn", "", "voice" if words else "key", words, 1.0)


def repeat(engine: Engine) -> None:
    """Say again what was said before the caller's last turn."""
    spoken = []
    for line in reversed(engine.state.lines):
        if line.role == "assistant":
            spoken.append(line.text)
        elif spoken:
            break
    for text in reversed(spoken):
        engine.tell(text)


def fill_slots(engine: Engine, route: Route, arguments: Mapping[str, Any]) -> None:
    """Take the values that the sentence held already, so that they need not be asked for."""
    lines = engine.state.lines
    words = lines[-1].text if lines and lines[-1].role == "user" else ""
    for slot, kind in route.slots.items():
        if slot in engine.state.values or kind not in KINDS:
            continue
        for source in (str(arguments.get(slot) or ""), words):
            found = KINDS[kind].collect(source, context(engine)) if source else None
            if found is not None and found.complete:
                engine.keep(slot, found.value, found.said)
                break


def context(engine: Engine, hints: tuple[str, ...] = ()) -> Context:
    """Return what the collectors of values need to know."""
    now = engine.facts.now
    return Context(today=now.date(), now=now.hour * 60 + now.minute, so_far=engine.state.so_far, hints=hints)
