"""One call's recognition over as many connections as it takes: messages in, what was heard out. Pure."""

from __future__ import annotations

from voiced.plugin import Heard
from voiced_speechmatics.failures import failure
from voiced_speechmatics.tape import RATE, Tape
from voiced_speechmatics.wire import Fault, Plain, Reply, Transcript
from voiced_speechmatics.words import Words, tokens

PROVEN = 2 * RATE
"""New sound that a connection must have taken in for the next loss to be worth another one."""


class Recognition:
    """What was sent, what was understood, what is owed."""

    def __init__(self, settle: float = 0.0) -> None:
        self.tape = Tape(settle)
        self._words = Words()
        self._swallow = False
        self._lost_at = -PROVEN

    def begin(self) -> list[Heard]:
        """Start on a new connection. Returns finals for which nothing is left to be heard."""
        self._words.lost()
        self._swallow = False
        return self._given(self.tape.begin())

    def worth_another(self) -> bool:
        """Return whether a connection that was lost may be replaced: since the last loss there was progress."""
        made = self.tape.acked - self._lost_at
        self._lost_at = self.tape.acked
        return made >= PROVEN

    def take(self, reply: Reply) -> list[Heard]:
        """Take a message; return what it tells. Raises what an `Error` stands for."""
        match reply:
            case Plain("AudioAdded", number):
                self.tape.ack(number)
            case Plain("EndOfUtterance"):
                return self._utterance()
            case Plain("EndOfTranscript"):
                return self._over()
            case Fault("Error", kind):
                raise failure(kind)
            case Transcript():
                return self._transcript(reply)
        return []

    def _transcript(self, message: Transcript) -> list[Heard]:
        found = tokens(message, self.tape.offset / RATE)
        if not message.final:
            moment = self._words.interim(found)
            return [moment] if moment else []
        if found:
            self._swallow = self._swallow and not message.forced  # else the answer to the next request has begun
            self.tape.settled(found[-1].end - self.tape.offset / RATE)
        elif message.forced:
            return self._nothing()
        moment = self._words.final(found)
        return [moment] if moment and not message.forced else []

    def _utterance(self) -> list[Heard]:
        """The answer to the oldest request is complete."""
        if self._swallow:
            self._swallow = False
            return []
        return self._given(self.tape.answered())

    def _nothing(self) -> list[Heard]:
        """Nothing was left to be said: that is an answer, whether or not the end of an utterance follows."""
        given = self._given(self.tape.answered())
        self._swallow = bool(given)
        return given

    def asked(self) -> None:
        """Note that a request goes out: an end of an utterance is its answer now, no echo of an earlier one."""
        self._swallow = False

    def _over(self) -> list[Heard]:
        given: list[Heard] = []
        while places := self.tape.answered():
            given += self._given(places)
        return [*given, self._words.give(self.tape.end / RATE)] if self._words.any else given

    def _given(self, places: list[float]) -> list[Heard]:
        return [self._words.give(at) for at in places]
