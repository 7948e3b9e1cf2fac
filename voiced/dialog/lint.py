"""What a schema cannot say about a flow: steps that lead nowhere, texts with unknown holes, circles, dead ends.

Each rule yields `Problem`s at the place of the fault. A flow without problems cannot get the engine into trouble.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from difflib import get_close_matches

from voiced.dialog.flow import DAYS, KINDS, Flow, Route, Step
from voiced.dialog.intents import Intent
from voiced.dialog.phrase import constants
from voiced.dialog.render import holes, is_fixed
from voiced.dialog.steps.collect import KEYED
from voiced.errors import Problem
from voiced.text.collect import KINDS as VALUES
from voiced.text.pattern import lazy
from voiced.yamlfile import Document

Path = list[str | int]
TOLD_KEY = lazy(r"(?i)\b(?:tapez|touche|appuyez sur|faites) (?:sur )?(?:la touche |le )?([0-9])\b")
HEARS = frozenset({"keypad", "silence", "barge_in", "end_of_turn"})
"""What goes with every step that waits for the caller."""
COMPANIONS: dict[str, set[str]] = {
    "say": {"next", "interruptible"},
    "ask": {"routes", "facts", "again", "interruptible", *HEARS, "misunderstanding"},
    "collect": {"next", *HEARS, "misunderstanding"},
    "branch": {"else"},
    "tool": {"say", "with", "save", "next", "failed", "interruptible"},
    "llm": {"ask", "again", "routes", "facts", *HEARS, "misunderstanding"},
    "consent": {"granted", "refused", *HEARS},
    "transfer": {"failed"},
    "hangup": set(),
    "echo": {"say", "next"},
}
NEEDED: dict[str, tuple[str, ...]] = {
    "say": ("next",),
    "collect": ("next",),
    "branch": ("else",),
    "tool": ("next",),
    "consent": ("granted", "refused"),
    "transfer": ("failed",),
    "echo": ("next",),
}
LISTENS = frozenset({"ask", "collect", "llm", "consent", "hangup"})
"""Kinds that wait for the caller, so that a circle through them is no endless loop."""
BUILT_IN = ("hours",)
MIDNIGHT = "24:00"


def lint(flow: Flow, document: Document, intents: Mapping[str, Intent], tools: Collection[str] | None) -> list[Problem]:
    """Return everything that is wrong with `flow`."""
    checker = _Checker(flow, document, intents, tools)
    found = [problem for rule in _RULES for problem in rule(checker)]
    return found or [*checker.unreachable(), *checker.circles()]


class _Checker:
    def __init__(
        self, flow: Flow, document: Document, intents: Mapping[str, Intent], tools: Collection[str] | None
    ) -> None:
        self.flow, self.document, self.intents, self.tools = flow, document, intents, tools

    def at(self, path: Path, reason: str, fix: str = "") -> Problem:
        return self.document.problem(path, reason, fix)

    def written(self, name: str) -> Mapping[str, object]:
        step: Mapping[str, object] = self.document.data["steps"][name]
        return step

    # --- steps ---

    def kinds(self) -> Iterator[Problem]:
        for name, step in self.flow.steps.items():
            keys = set(self.written(name))
            kind = step.kind
            if not keys & set(KINDS):
                yield self.at(["steps", name], f"step {name!r} does nothing", f"give it one of {', '.join(KINDS)}")
                continue
            for key in sorted(keys - COMPANIONS[kind] - {kind}):
                yield self.document.problem(
                    ["steps", name, key], f"`{key}` does not go with `{kind}`", _allowed(kind), key=True
                )
            for key in NEEDED.get(kind, ()):
                if key not in keys:
                    yield self.at(["steps", name], f"a `{kind}` step needs `{key}`", f"add `{key}: <step>`")
            if kind == "ask" and not (step.routes or step.facts):
                yield self.at(["steps", name], "an `ask` step needs `routes` or `facts`", "else nobody can answer it")

    def targets(self) -> Iterator[Problem]:
        for path, target in self.links():
            if target not in self.flow.steps:
                yield self.at(path, f"there is no step {target!r}", _meant(target, self.flow.steps))

    def links(self) -> Iterator[tuple[Path, str]]:
        """Yield every place that names a step, and the step."""
        yield ["start"], self.flow.start
        policies = self.flow.policies
        for key in ("silence", "misunderstanding", "length", "failure"):
            then = getattr(policies, key).then
            if then is not None:
                yield ["policies", key, "then"], then
        for index, route in enumerate(self.flow.anywhere):
            if route.to is not None:
                yield ["anywhere", index, "to"], route.to
        for name, step in self.flow.steps.items():
            for way, target in exits(step):
                yield ["steps", name, *way], target

    def routes(self) -> Iterator[Problem]:
        yield from self._routes(["anywhere"], self.flow.anywhere)
        for name, step in self.flow.steps.items():
            yield from self._routes(["steps", name, "routes"], step.routes)

    def _routes(self, path: Path, routes: tuple[Route, ...]) -> Iterator[Problem]:
        keys = Counter(route.dtmf for route in routes if route.dtmf)
        for index, route in enumerate(routes):
            here: Path = [*path, index]
            if not (route.intent or route.examples or route.yes or route.no or route.dtmf):
                yield self.at(here, "nothing takes this route", "give it `intent`, `examples`, `yes`, `no` or `dtmf`")
            if route.examples and not route.intent:
                yield self.at(here, "a route with examples needs a name", "add `intent: <name>`")
            if route.to is None and route.do is None:
                yield self.at(here, "this route leads nowhere", "add `to: <step>` or `do: repeat|wait|forget`")
            if route.intent and not route.examples and route.intent not in self.intents:
                fix = _meant(route.intent, self.intents) or "add `examples`"
                yield self.at([*here, "intent"], f"there is no intent {route.intent!r} in the library", fix)
            if route.dtmf and keys[route.dtmf] > 1:
                yield self.at([*here, "dtmf"], f"the key {route.dtmf} is given twice")
            for slot, kind in route.slots.items():
                if kind not in VALUES:
                    yield self.at([*here, "slots", slot], f"there is no kind of value {kind!r}", _meant(kind, VALUES))

    def values(self) -> Iterator[Problem]:
        for name, step in self.flow.steps.items():
            here: Path = ["steps", name]
            if step.collect is not None and step.collect.kind not in VALUES:
                kind = step.collect.kind
                yield self.at([*here, "collect", "kind"], f"there is no kind of value {kind!r}", _meant(kind, VALUES))
            elif step.collect is not None and step.collect.kind == "choice" and not step.collect.choices:
                yield self.at([*here, "collect"], "the kind `choice` needs `choices`", "add what may be chosen")
            if step.consent is not None and step.consent.yes_key == step.consent.no_key:
                reason = f"the key {step.consent.no_key} means yes and no"
                yield self.at([*here, "consent", "yes_key"], reason, "give two keys")

    def keypads(self) -> Iterator[Problem]:
        for name, step in self.flow.steps.items():
            if step.keypad is not None:
                for reason, fix in _keypad_faults(step, self.flow):
                    yield self.at(["steps", name, "keypad"], reason, fix)

    def tool_names(self) -> Iterator[Problem]:
        for name, step in self.flow.steps.items():
            wanted = [step.tool] if step.tool else list(step.llm.tools) if step.llm else []
            for tool in wanted:
                if self.tools is not None and tool not in self.tools:
                    fix = _meant(tool, self.tools) or "switch on the plugin that has it (`voiced plugins`)"
                    yield self.at(["steps", name, "tool" if step.tool else "llm"], f"there is no tool {tool!r}", fix)

    def texts(self) -> Iterator[Problem]:
        known = self.names()
        for path, text in _texts(self.document.data, []):
            for name in holes(text):
                if name not in known and not any(name.startswith(f"{save}_") for save in self.saves()):
                    yield self.at(path, f"nothing gives a value to {{{name}}}", _meant(name, known))

    def saves(self) -> list[str]:
        return [step.save for step in self.flow.steps.values() if step.save]

    def slots(self) -> set[str]:
        """Names of values that callers give."""
        slots = {step.collect.slot for step in self.flow.steps.values() if step.collect}
        routed = {slot for step in self.flow.steps.values() for route in step.routes for slot in route.slots}
        return {*slots, *routed, *(slot for route in self.flow.anywhere for slot in route.slots)}

    def names(self) -> set[str]:
        built_in = {"caller", *(BUILT_IN if self.flow.hours else ())}
        return {*self.flow.vars, *self.slots(), *built_in}

    def variables(self) -> Iterator[Problem]:
        """Texts whose holes are all variables count as the same in every call, so no caller may fill these."""
        fix = "a value that callers give needs a name of its own"
        for name in sorted(self.slots() & {*self.flow.vars, "caller", *BUILT_IN}):
            yield self.at(["vars", name], f"{name!r} is a variable and a slot", fix)

    def hours(self) -> Iterator[Problem]:
        if self.flow.hours is None:
            return
        for day in DAYS:
            ended = ""
            for index, span in enumerate(getattr(self.flow.hours, day)):
                start, end = span.split("-")
                here: Path = ["hours", day, index]
                if end > MIDNIGHT:
                    yield self.at(here, f"{end} is no time of the day")
                elif start >= end:
                    yield self.at(here, f"{span} ends before it begins")
                elif start < ended:
                    yield self.at(here, f"{span} begins before the span before it has ended")
                ended = end
        for index, day in enumerate(self.flow.hours.closed_on):
            if not _is_date(day):
                yield self.at(["hours", "closed_on", index], f"{day!r} is no date", "write it as 2026-12-25")

    # --- the whole ---

    def unreachable(self) -> Iterator[Problem]:
        seen: set[str] = set()
        todo = [target for path, target in self.links() if path[0] != "steps"]
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += [target for _, target in exits(self.flow.steps[name])]
        for name in self.flow.steps:
            if name not in seen:
                yield self.document.problem(
                    ["steps", name], f"nothing leads to step {name!r}", "lead there, or remove it", key=True
                )

    def circles(self) -> Iterator[Problem]:
        """Steps that lead to each other without ever waiting for the caller."""
        for name in self.flow.steps:
            if self._returns(name):
                reason = f"step {name!r} comes back to itself without ever listening"
                yield self.document.problem(["steps", name], reason, "let one of the steps between ask", key=True)

    def _returns(self, start: str) -> bool:
        seen: set[str] = set()
        todo = [start]
        while todo:
            step = self.flow.steps[todo.pop()]
            if step.kind in LISTENS:
                continue
            for _, target in exits(step):
                if target == start:
                    return True
                if target not in seen:
                    seen.add(target)
                    todo.append(target)
        return False


_RULES: tuple[Callable[[_Checker], Iterator[Problem]], ...] = (
    _Checker.kinds,
    _Checker.targets,
    _Checker.routes,
    _Checker.values,
    _Checker.keypads,
    _Checker.tool_names,
    _Checker.texts,
    _Checker.variables,
    _Checker.hours,
)


def _keypad_faults(step: Step, flow: Flow) -> Iterator[tuple[str, str]]:
    """Yield why and how the sentence that tells the keys is wrong."""
    if not is_fixed(step.keypad or "", constants(flow)):
        yield "this sentence is not the same in every call", "it must be ready without a voice: no slots"
    if step.collect is not None:
        kind = step.collect.kind
        if kind not in KEYED:
            yield f"a value of the kind {kind!r} cannot be keyed in", f"only {', '.join(sorted(KEYED))} can"
        return
    own = {route.dtmf for route in step.routes if route.dtmf}
    if step.consent is not None:
        own = {step.consent.yes_key, step.consent.no_key}
    if not own:
        yield "no key leads on from this step", "give `dtmf` to its routes"
    known = own | {route.dtmf for route in flow.anywhere if route.dtmf}
    for key in dict.fromkeys(TOLD_KEY.findall(step.keypad or "")):
        if key not in known:
            yield f"it tells the key {key}, which leads nowhere", f"the keys are {', '.join(sorted(known))}"


def exits(step: Step) -> Iterator[tuple[Path, str]]:
    """Yield the ways out of a step: where they are written, and the step they lead to."""
    for key, target in (
        ("next", step.next),
        ("else", step.else_),
        ("failed", step.failed),
        ("granted", step.granted),
        ("refused", step.refused),
    ):
        if target is not None:
            yield [key], target
    for index, branch in enumerate(step.branch or ()):
        yield ["branch", index, "to"], branch.to
    for index, route in enumerate(step.routes):
        if route.to is not None:
            yield ["routes", index, "to"], route.to
    for key, policy in (("silence", step.silence), ("misunderstanding", step.misunderstanding)):
        if policy is not None and policy.then is not None:
            yield [key, "then"], policy.then


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, [*path, key])
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, [*path, index])


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _meant(word: str, known: Collection[str]) -> str:
    close = get_close_matches(word, known, n=1)
    return f"did you mean {close[0]!r}?" if close else ""


def _allowed(kind: str) -> str:
    allowed = ", ".join(f"`{key}`" for key in sorted(COMPANIONS[kind]))
    return f"with `{kind}` go {allowed}" if allowed else f"nothing goes with `{kind}`"
