"""`consent`: may the text of this call be kept? No answer is a no, and the service stays the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from voiced.dialog.consent import evidence
from voiced.dialog.flow import ConsentStep
from voiced.dialog.render import fill
from voiced.dialog.steps import routing
from voiced.dialog.steps.base import StepKind
from voiced.dialog.talk import Hush
from voiced.text.collect import KINDS

if TYPE_CHECKING:
    from voiced.dialog.engine import Engine
    from voiced.dialog.talk import Thought


class AskConsent(StepKind):
    """Ask, keep the evidence, go on."""

    def enter(self, engine: Engine) -> None:
        """Put the question; a caller who has decided is not asked again."""
        if engine.state.consent in {"granted", "refused", "withdrawn"}:
            engine.goto(engine.step.granted if engine.state.consent == "granted" else engine.step.refused)
            return
        engine.say(_consent(engine).ask)
        self.listen(engine)

    def listen(self, engine: Engine) -> None:
        """Expect yes or no."""
        engine.listen(expects="yes_no")

    def turn(self, engine: Engine, text: str, confidence: float) -> None:
        """Take a clear yes or no; anything else may be another wish."""
        answer = KINDS["yes_no"].collect(text, routing.context(engine))
        if answer is None:
            routing.think(engine)
        else:
            self._decide(engine, "voice", text, min(confidence, answer.confidence), granted=answer.value is True)

    def key(self, engine: Engine, digit: str) -> None:
        """Take the keys for yes and no."""
        consent = _consent(engine)
        if digit in {consent.yes_key, consent.no_key}:
            engine.do(Hush())
            self._decide(engine, "key", digit, 1.0, granted=digit == consent.yes_key)
        else:
            super().key(engine, digit)

    def silent(self, engine: Engine) -> bool:
        """Ask again, then take silence for a no."""
        self._unclear(engine, "silence")
        return True

    def garbled(self, engine: Engine) -> None:
        """The same as silence."""
        self._unclear(engine, "voice")

    def thought(self, engine: Engine, thought: Thought) -> None:
        """Follow a caller who wants something else; consent stays unknown, so nothing is kept."""
        if not routing.take_wanted(engine, thought):
            self._unclear(engine, "voice")

    def _unclear(self, engine: Engine, modality: Literal["voice", "silence"]) -> None:
        consent = _consent(engine)
        engine.state.consent_tries += 1
        if engine.state.consent_tries >= consent.tries:
            self._decide(engine, modality, "", 0.0, granted=False)
            return
        engine.say(consent.again or consent.ask)
        self.listen(engine)

    def _decide(
        self,
        engine: Engine,
        modality: Literal["voice", "key", "silence"],
        words: str,
        confidence: float,
        *,
        granted: bool,
    ) -> None:
        decision: Literal["granted", "refused"] = "granted" if granted else "refused"
        script = fill(_consent(engine).ask, engine.readings)
        engine.state.consent = decision
        engine.do(evidence(engine.flow, decision, script, modality, words, confidence))
        engine.goto(engine.step.granted if granted else engine.step.refused)


def _consent(engine: Engine) -> ConsentStep:
    assert engine.step.consent is not None
    return engine.step.consent
