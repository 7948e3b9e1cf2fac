"""When words are told: of the moment, final in pieces, at the end of an utterance, or at once when asked. Pure.

Time is the session's sound. What comes out is a message and the kind of delay that it deserves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from voiced.testing.speechmatics import messages
from voiced.testing.speechmatics.ear import Ear, Spoken
from voiced.testing.speechmatics.manner import Manner
from voiced.testing.speechmatics.messages import Json

EVERY = 0.25
"""Seconds of sound between two transcripts of the moment."""
LONGER = 1.0
"""Seconds that numbers may take beyond `max_delay`, in the flexible mode."""
FRAME = 160
NEAR = 0.01
"""Seconds by which the place of a forced end may miss that of the sound."""

Pace = Literal["partial", "final", "forced", "utterance"]
Told = tuple[Pace, Json]


@dataclass(frozen=True, slots=True)
class Config:
    """What a session was asked to do. Seconds."""

    partials: bool = False
    max_delay: float = 4.0
    flexible: bool = True
    trigger: float = 0.0
    agent: bool = False

    @classmethod
    def of(cls, asked: Mapping[str, Any], *, agent: bool = False) -> Config:
        """Read a `transcription_config`."""
        talk = asked.get("conversation_config") or {}
        return cls(
            partials=bool(asked.get("enable_partials")),
            max_delay=float(asked.get("max_delay") or 4.0),
            flexible=asked.get("max_delay_mode", "flexible") == "flexible",
            trigger=float(talk.get("end_of_utterance_silence_trigger") or 0.0),
            agent=agent,
        )


class Recogniser:
    """One session."""

    def __init__(self, config: Config, ear: Ear, manner: Manner) -> None:
        self.config = config
        self._ear, self._manner = ear, manner
        self._given = 0
        self._shown: tuple[Spoken, ...] = ()
        self._shown_at = -EVERY
        self._spoke = False
        self._forces: list[float] = []

    def feed(self, data: bytes) -> list[Told]:
        """Take sound; return what is told."""
        told: list[Told] = []
        for at in range(0, len(data), FRAME):
            self._ear.feed(data[at : at + FRAME])
            told += self._look()
        return told

    def force(self, timestamp: float | None) -> list[Told]:
        """Tell everything up to `timestamp` (None: up to now); later, when the sound has not come that far."""
        self._forces.append(self._ear.now if timestamp is None else timestamp)
        return self._forced()

    def forces_within(self, seconds: float) -> bool:
        """Return whether it will be made to tell everything within so much more sound."""
        return bool(self._forces) and self.reaches(self._forces[0], seconds)

    def reaches(self, at: float, more: float = 0.0) -> bool:
        """Return whether the sound, and so many seconds more, come as far as `at`."""
        return at <= self._ear.now + more + NEAR

    def end(self) -> list[Told]:
        """Tell the rest: there is no more sound."""
        self._ear.flush()
        told = self._final(self._pending())
        for at in self._forces:
            told += self._flush(at)
        return [*told, ("final", {"message": "EndOfTranscript"})]

    def _pending(self) -> list[Spoken]:
        return self._ear.words[self._given :]

    def _look(self) -> list[Told]:
        pending, now = self._pending(), self._ear.now
        if pending and not self._spoke:
            self._spoke = True
            opens: list[Told] = [("partial", messages.turn(pending[0].start, begins=True))] if self.config.agent else []
        else:
            opens = []
        return [*opens, *self._due(pending, now), *self._silent(), *self._moment(now), *self._forced()]

    def _due(self, pending: Sequence[Spoken], now: float) -> list[Told]:
        due = 0
        while due < len(pending) and pending[due].end + self._patience(pending[due]) <= now:
            due += 1
        return self._final(pending[:due])

    def _patience(self, word: Spoken) -> float:
        digits = any(letter.isdigit() for letter in word.text)
        return self.config.max_delay + (LONGER if self.config.flexible and digits else 0.0)

    def _silent(self) -> list[Told]:
        """End the utterance after the silence that was asked for, once, when there was speech."""
        if not self.config.trigger or not self._spoke or self._ear.silence < self.config.trigger:
            return []
        return [*self._final(self._pending()), ("utterance", self._over(self._ear.now))]

    def _over(self, at: float, *, forced: bool = False) -> Json:
        self._spoke = False
        return messages.turn(at, begins=False) if self.config.agent else messages.utterance(at, forced=forced)

    def _moment(self, now: float) -> list[Told]:
        pending = (*self._pending(), *self._ear.guessed)
        if not self.config.partials or not pending or pending == self._shown or now - self._shown_at < EVERY:
            return []
        self._shown, self._shown_at = pending, now
        return [("partial", self._said(self._misheard(pending), final=False))]

    def _misheard(self, words: Sequence[Spoken]) -> Sequence[Spoken]:
        if not self._manner.mishears or len(words) % 3:
            return words
        last = words[-1]
        return [*words[:-1], Spoken(last.text[:-1] + "s", last.start, last.end)]

    def _final(self, words: Sequence[Spoken], *, forced: bool = False) -> list[Told]:
        if not words:
            return []
        self._given += len(words)
        self._shown_at = -EVERY  # what is left is told anew
        return [("forced" if forced else "final", self._said(words, final=True, forced=forced))]

    def _said(self, words: Sequence[Spoken], *, final: bool, forced: bool = False) -> Json:
        if self.config.agent:
            return messages.segment(words, final=final)
        return messages.transcript(words, final=final, at=self._ear.now, forced=forced)

    def _forced(self) -> list[Told]:
        told: list[Told] = []
        while self.forces_within(0.0):
            told += self._flush(self._forces.pop(0))
        return told

    def _flush(self, at: float) -> list[Told]:
        if at >= self._ear.now - NEAR:
            self._ear.flush()
        told = self._final([word for word in self._pending() if word.start < at], forced=True)
        empty: Told = ("forced", messages.transcript((), final=True, at=at, forced=True))
        end: Told = ("forced", self._over(at, forced=True))
        if told or self.config.agent:
            return [*told, end]
        return {"final": [empty], "utterance": [end], "both": [empty, end]}[self._manner.nothing]
