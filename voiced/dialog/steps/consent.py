"""`consent`: may the text of this call be kept? No answer is a no, and the service stays the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from voiced.dialog.consent import evidence
from voiced.dialog.flow import ConsentStep
from voiced.dialog.render import fill
from voiced.dialog.steps import routing
from voiced.dialog.steps.base import StepKind
from voiced.dialog.talk import Hush
from voiced.text.collect import KINDS, Collected
from voiced.text.normalise import folded_bare

if TYPE_CHECKING:
    from voiced.dialog.failure import Sense
    from voiced.dialog.stage import Stage
    from voiced.dialog.talk import Thought


SURE = 0.8
"""Confidence from which a yes is a consent."""


class AskConsent(StepKind):
    """Ask, keep the evidence, go on."""

    def enter(self, stage: Stage) -> None:
        """Put the question; a caller who has decided is not asked again."""
        if stage.state.consent in {"granted", "refused", "withdrawn"}:
            stage.goto(stage.step.granted if stage.state.consent == "granted" else stage.step.refused)
            return
        stage.say(_consent(stage).ask)
        stage.offer_keys()
        self.listen(stage)

    def listen(self, stage: Stage) -> None:
        """Expect yes or no."""
        stage.listen(expects="yes_no")

    def turn(self, stage: Stage, text: str, confidence: float) -> None:
        """Take a no, or a yes without reserve; anything else may be another wish."""
        answer = KINDS["yes_no"].collect(text, routing.context(stage))
        if answer is None or (answer.value is True and not _without_reserve(answer, text)):
            routing.think(stage)
        else:
            self._decide(stage, "voice", text, min(confidence, answer.confidence), granted=answer.value is True)

    def key(self, stage: Stage, digit: str) -> None:
        """Take the keys for yes and no."""
        consent = _consent(stage)
        if digit in {consent.yes_key, consent.no_key}:
            stage.do(Hush())
            self._decide(stage, "key", digit, 1.0, granted=digit == consent.yes_key)
        else:
            super().key(stage, digit)

    def silent(self, stage: Stage) -> bool:
        """Ask again, then take silence for a no."""
        self._unclear(stage, "silence")
        return True

    def garbled(self, stage: Stage) -> None:
        """The same as silence."""
        self._unclear(stage, "voice")

    def thought(self, stage: Stage, thought: Thought) -> None:
        """Follow a caller who wants something else; consent stays unknown, so nothing is kept."""
        if not routing.take_wanted(stage, thought):
            self._unclear(stage, "voice")

    def broke(self, stage: Stage, what: Sense) -> bool:
        """Without a model what was no plain yes or no is unclear; without ears there are keys."""
        if what == "stt":
            return stage.by_keys()
        stage.state.mode = ""
        self._unclear(stage, "voice")
        return True

    def _unclear(self, stage: Stage, modality: Literal["voice", "silence"]) -> None:
        consent = _consent(stage)
        stage.state.consent_tries += 1
        if stage.state.consent_tries >= consent.tries:
            self._decide(stage, modality, "", 0.0, granted=False)
            return
        stage.say(stage.keys or consent.again or consent.ask)
        self.listen(stage)

    def _decide(
        self,
        stage: Stage,
        modality: Literal["voice", "key", "silence"],
        words: str,
        confidence: float,
        *,
        granted: bool,
    ) -> None:
        decision: Literal["granted", "refused"] = "granted" if granted else "refused"
        script = fill(_consent(stage).ask, stage.readings)
        stage.state.consent = decision
        stage.do(evidence(stage.flow, decision, script, modality, words, confidence))
        stage.goto(stage.step.granted if granted else stage.step.refused)


def _without_reserve(answer: Collected, text: str) -> bool:
    """Return whether a yes is sure, whole, and not followed by a "mais"."""
    return answer.complete and answer.confidence >= SURE and "mais" not in folded_bare(text).split()[1:]


def _consent(stage: Stage) -> ConsentStep:
    assert stage.step.consent is not None
    return stage.step.consent
