"""`collect`: ask until a value is known, read it back, take corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiced.dialog.flow import Collect
from voiced.dialog.steps import routing
from voiced.dialog.steps.base import StepKind
from voiced.dialog.talk import Hush
from voiced.text.collect import KINDS, Collected

if TYPE_CHECKING:
    from voiced.dialog.engine import Engine
    from voiced.dialog.talk import Thought

SURE = 0.7
"""Confidence from which a value is taken without asking whether the caller meant something else."""
KEYED = frozenset({"telephone", "digits", "number", "postcode"})
"""Kinds whose value may be keyed in."""


class CollectValue(StepKind):
    """Collect one value."""

    def enter(self, engine: Engine) -> None:
        """Ask, unless an earlier sentence gave the value already."""
        collect = _collect(engine)
        if collect.slot in engine.state.values:
            self._got(engine)
            return
        engine.say(collect.ask)
        self.listen(engine)

    def listen(self, engine: Engine) -> None:
        """Expect the value, or yes or no when it was read back."""
        engine.listen(expects="yes_no" if engine.state.mode == "confirm" else _collect(engine).kind)

    def turn(self, engine: Engine, text: str, confidence: float) -> None:  # noqa: ARG002 - part of the contract
        """Take the value, the confirmation, or a correction."""
        if engine.state.mode == "confirm":
            self._confirm(engine, text)
            return
        collect = _collect(engine)
        found = KINDS[collect.kind].collect(text, routing.context(engine, collect.choices))
        if found is None:
            routing.think(engine)
        elif found.confidence < SURE:
            engine.state.candidate = (found.value, found.said)
            routing.think(engine)
        else:
            self._take(engine, found)

    def _take(self, engine: Engine, found: Collected) -> None:
        collect = _collect(engine)
        if found.complete:
            engine.keep(collect.slot, found.value, found.said)
            self._got(engine)
            return
        engine.state.so_far = str(found.value)
        engine.say(collect.again or collect.ask)
        self.listen(engine)

    def _got(self, engine: Engine) -> None:
        collect = _collect(engine)
        engine.state.misunderstandings = 0
        if collect.confirm is None:
            engine.goto(engine.step.next)
            return
        engine.state.mode = "confirm"
        engine.say(collect.confirm)
        self.listen(engine)

    def _confirm(self, engine: Engine, text: str) -> None:
        collect = _collect(engine)
        answer = KINDS["yes_no"].collect(text, routing.context(engine))
        if answer is not None and answer.value is True:
            engine.goto(engine.step.next)
            return
        corrected = KINDS[collect.kind].collect(text, routing.context(engine, collect.choices))
        if corrected is not None and corrected.complete and corrected.confidence >= SURE:
            engine.keep(collect.slot, corrected.value, corrected.said)
            self._got(engine)
        elif answer is not None:
            engine.drop(collect.slot)
            engine.state.mode, engine.state.so_far = "", ""
            engine.say(collect.again or collect.ask)
            self.listen(engine)
        else:
            routing.think(engine)

    def key(self, engine: Engine, digit: str) -> None:
        """Take keyed digits; # ends them. Keys that lead elsewhere still do, unless a number is being keyed."""
        collect = _collect(engine)
        if collect.kind not in KEYED or engine.state.mode == "confirm":
            self._confirm_key(engine, digit)
            return
        if not engine.state.keys and digit in {"*", "#"}:
            routing.press(engine, digit)
            return
        engine.do(Hush())
        engine.state.keys += digit if digit.isdigit() else ""
        found = KINDS[collect.kind].collect(engine.state.keys, routing.context(engine))
        if found is not None and found.complete and (digit == "#" or collect.kind in {"telephone", "postcode"}):
            engine.state.keys = ""
            self._take(engine, found)
        else:
            self.listen(engine)

    def _confirm_key(self, engine: Engine, digit: str) -> None:
        if engine.state.mode == "confirm" and digit in {"1", "2"}:
            engine.do(Hush())
            self._confirm(engine, "oui" if digit == "1" else "non")
        else:
            routing.press(engine, digit)

    def thought(self, engine: Engine, thought: Thought) -> None:
        """Go where the caller wants; if nowhere else, what was said is the value."""
        confirming = engine.step.collect is not None and engine.step.collect.slot in engine.state.values
        if routing.take_wanted(engine, thought):
            return
        if engine.state.candidate is not None and not confirming:
            value, said = engine.state.candidate
            engine.state.candidate = None
            engine.keep(_collect(engine).slot, value, said)
            self._got(engine)
            return
        engine.state.mode = "confirm" if confirming else ""
        engine.misunderstood()


def _collect(engine: Engine) -> Collect:
    assert engine.step.collect is not None
    return engine.step.collect
