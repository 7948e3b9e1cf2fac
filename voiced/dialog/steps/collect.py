"""`collect`: ask until a value is known, read it back, take corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from voiced.dialog.flow import Collect
from voiced.dialog.steps import routing
from voiced.dialog.steps.answers import is_bare
from voiced.dialog.steps.base import StepKind
from voiced.dialog.talk import Hush, Thought
from voiced.text.collect import KINDS, Collected

if TYPE_CHECKING:
    from voiced.dialog.failure import Sense
    from voiced.dialog.stage import Stage

SURE = 0.7
"""Confidence from which a value is taken without asking whether the caller meant something else."""
CONTINUED = frozenset({"telephone", "moment", "name", "digits"})
"""Kinds of which a correction may name a part: "non, quarante-huit"."""
NUMERIC = KINDS.keys() - {"text", "name", "choice", "yes_no"}
"""Kinds whose values cannot be mistaken for words of agreement: "oui, mais quarante-huit" corrects."""
KEYED = frozenset({"telephone", "digits", "number", "postcode"})
"""Kinds whose value may be keyed in."""
YES_NO_KEYS = "Tapez 1 pour oui, 2 pour non."
"""Said behind a value that is read back when nobody can be heard."""


class CollectValue(StepKind):
    """Collect one value."""

    def enter(self, stage: Stage) -> None:
        """Ask, unless an earlier sentence gave the value already."""
        collect = _collect(stage)
        if collect.fresh and collect.slot in stage.state.stale:
            stage.drop(collect.slot)
        if collect.slot in stage.state.values:
            self._got(stage)
            return
        stage.say(collect.ask)
        stage.offer_keys()
        self.listen(stage)

    def listen(self, stage: Stage) -> None:
        """Expect the value, or yes or no when it was read back."""
        stage.listen(expects="yes_no" if _read_back(stage) else _collect(stage).kind)

    def turn(self, stage: Stage, text: str, confidence: float) -> None:  # noqa: ARG002 - part of the contract
        """Take the value, the confirmation, or a correction."""
        stage.state.keys, stage.state.candidate = "", None
        if _read_back(stage):
            self._confirm(stage, text)
            return
        found = _find(stage, text, stage.state.so_far)
        if found is None:
            routing.think(stage)
        elif found.confidence < SURE:
            stage.state.candidate = found
            routing.think(stage)
        else:
            self._take(stage, found)

    def _take(self, stage: Stage, found: Collected) -> None:
        collect = _collect(stage)
        if found.complete:
            stage.keep(collect.slot, found.value, found.said)
            self._got(stage)
        elif str(found.value) == stage.state.so_far:
            stage.misunderstood()
        else:
            stage.state.so_far = str(found.value)
            stage.state.misunderstandings = 0
            stage.say(collect.again or collect.ask)
            self.listen(stage)

    def _got(self, stage: Stage) -> None:
        collect = _collect(stage)
        stage.state.misunderstandings, stage.state.so_far, stage.state.keys = 0, "", ""
        if collect.confirm is None:
            self._done(stage)
            return
        stage.say(collect.confirm)
        if "stt" in stage.state.down:
            stage.offer_keys()
        self.listen(stage)

    def _done(self, stage: Stage) -> None:
        if _collect(stage).fresh:
            stage.state.stale.add(_collect(stage).slot)
        stage.goto(stage.step.next)

    def _confirm(self, stage: Stage, text: str) -> None:
        """Take yes, no, or another value; that is read back again."""
        collect = _collect(stage)
        answer = KINDS["yes_no"].collect(text, routing.context(stage))
        known = str(stage.state.values[collect.slot]) if collect.kind in CONTINUED else ""
        corrected = None if answer is not None and is_bare(text) else _find(stage, text, known)
        agreed = answer is not None and answer.value is True
        if corrected is not None and (not corrected.complete or (agreed and collect.kind not in NUMERIC)):
            corrected = None
        if agreed and (corrected is None or corrected.value == stage.state.values[collect.slot]):
            self._done(stage)
        elif corrected is not None:
            stage.keep(collect.slot, corrected.value, corrected.said)
            self._got(stage)
        elif answer is not None:
            stage.drop(collect.slot)
            stage.say(collect.ask)
            stage.offer_keys()
            self.listen(stage)
        else:
            routing.think(stage)

    def key(self, stage: Stage, digit: str) -> None:
        """Take keyed digits; # ends them. Keys that lead elsewhere still do, unless a number is being keyed."""
        if _read_back(stage):
            self._confirm_key(stage, digit)
        elif _collect(stage).kind not in KEYED or (not stage.state.keys and digit in {"*", "#"}):
            routing.press(stage, digit)
        else:
            stage.do(Hush())
            self._keyed(stage, digit)

    def _keyed(self, stage: Stage, digit: str) -> None:
        stage.state.keys += digit if digit.isdigit() else ""
        kind = _collect(stage).kind
        found = _find(stage, stage.state.keys, "")
        if found is not None and found.complete and (digit == "#" or kind in {"telephone", "postcode"}):
            self._take(stage, found)
        elif digit == "#":
            stage.state.keys = ""
            stage.misunderstood()
        else:
            self.listen(stage)

    def _confirm_key(self, stage: Stage, digit: str) -> None:
        if digit in {"1", "2"}:
            stage.do(Hush())
            self._confirm(stage, "oui" if digit == "1" else "non")
        else:
            routing.press(stage, digit)

    def keys(self, stage: Stage) -> str:
        """Return how to key the value, or how to agree to it."""
        return YES_NO_KEYS if _read_back(stage) else super().keys(stage)

    def broke(self, stage: Stage, what: Sense) -> bool:
        """Without a model what was heard is the value, or was not understood; without ears there are keys."""
        if what == "stt":
            return stage.by_keys()
        stage.state.mode = ""
        self.thought(stage, Thought(""))
        return True

    def silent(self, stage: Stage) -> bool:
        """Follow a single key that nothing was added to: it was no number."""
        keys, stage.state.keys = stage.state.keys, ""
        return len(keys) == 1 and routing.press(stage, keys)

    def thought(self, stage: Stage, thought: Thought) -> None:
        """Go where the caller wants; if nowhere else, what was said is the value."""
        candidate, stage.state.candidate = stage.state.candidate, None
        if routing.take_wanted(stage, thought):
            return
        if candidate is not None:
            self._take(stage, candidate)
        else:
            stage.misunderstood()


def _collect(stage: Stage) -> Collect:
    assert stage.step.collect is not None
    return stage.step.collect


def _read_back(stage: Stage) -> bool:
    """Return whether the value is known and waits to be confirmed."""
    return _collect(stage).slot in stage.state.values


def _find(stage: Stage, text: str, so_far: str) -> Collected | None:
    collect = _collect(stage)
    context = replace(routing.context(stage, collect.choices), so_far=so_far)
    return KINDS[collect.kind].collect(text, context)
