"""How `<Gather>` decides that it has heard enough. Pure: keys, words and times in, the result out."""

from __future__ import annotations

from dataclasses import dataclass

from voiced.testing.twilio.twiml import Verb

AUTO_SPEECH_TIMEOUT = 0.5
"""Seconds after the last word at which `speechTimeout="auto"` takes it for the end."""

CONFIDENCE = "0.93"


@dataclass(frozen=True, slots=True)
class Gathered:
    """The result. Both empty: nothing came in time."""

    digits: str = ""
    speech: str = ""

    @property
    def empty(self) -> bool:
        """Whether there was no input."""
        return not self.digits and not self.speech


class Gather:
    """One `<Gather>`; times are seconds from any origin."""

    def __init__(self, verb: Verb) -> None:
        kinds = verb.get("input", "dtmf").split()
        self._dtmf = "dtmf" in kinds
        self._speech = "speech" in kinds
        self._timeout = verb.number("timeout", 5)
        self._finish = verb.get("finishOnKey", "#")
        self._count = int(verb.number("numDigits", 0))
        given = verb.get("speechTimeout")
        self._speech_timeout = AUTO_SPEECH_TIMEOUT if given == "auto" else verb.number("speechTimeout", self._timeout)
        self._digits = ""
        self._words: list[str] = []
        self.deadline = float("inf")
        """When it gives up waiting."""

    def prompted(self, at: float) -> None:
        """The prompt is over: the wait begins."""
        self.deadline = at + self._timeout

    def digit(self, digit: str, at: float) -> Gathered | None:
        """Take a key; return the result if it was the last."""
        if not self._dtmf:
            return None
        if digit in self._finish:
            return self.expire()
        self._digits += digit
        self.deadline = at + self._timeout
        return self.expire() if len(self._digits) == self._count else None

    def speech(self, transcript: str, at: float) -> Gathered | None:
        """Take words; more may follow until the speech timeout."""
        if self._speech:
            self._words.append(transcript)
            self.deadline = at + self._speech_timeout
        return None

    def expire(self) -> Gathered:
        """Return what was gathered by the deadline. Keys win over words, as with Twilio."""
        return Gathered(digits=self._digits) if self._digits else Gathered(speech=" ".join(self._words))

    def fields(self, result: Gathered) -> dict[str, str]:
        """Return what the action is told."""
        if result.digits or not self._speech:
            return {"Digits": result.digits}
        return {"SpeechResult": result.speech, "Confidence": CONFIDENCE if result.speech else "0.0"}
