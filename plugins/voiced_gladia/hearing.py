"""What was understood, and when a request for a final is answered. Pure: time is an argument.

Gladia ends an utterance when it hears a pause; it cannot be asked to. A request is answered when no utterance before it
is open and its last sound is covered by words, or has been heard for long enough to be none. An utterance that never
becomes final is taken as it is when patience ends; nothing of it counts twice when its final comes after all. What that
adds is told at once, as late: in the answer to the next request the caller would be answered what he said before. Of
sound that has not arrived nothing is said: a connection that is stuck must not pass for a caller who is silent.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from msgspec import structs

from voiced.plugin import Heard, Word
from voiced_gladia.wire import Transcript

GRACE = 0.4
"""Seconds in which sound that holds speech shows that it does."""
TRAILING = 0.35
"""Seconds by which the end of words may lie before that of their sound."""


@dataclass(slots=True)
class _Owed:
    """A request for a final of everything before `at`; `loud`: the last sound since the one before."""

    at: float
    loud: float | None
    grace: float
    due: float
    arrived: bool = False


class Hearing:
    """One call. Times of transcripts are the call's own."""

    def __init__(self, patience: float) -> None:
        self.settled = 0.0
        """Everything before was understood for good (seconds)."""
        self._patience = patience
        self._finals: list[Transcript] = []
        self._open: dict[str, Transcript] = {}
        self._voice: float | None = None
        self._loud: float | None = None
        self._owed: deque[_Owed] = deque()
        self._answered = 0.0  # the last request that was
        self._connected = False

    @property
    def due(self) -> float | None:
        """When `tick` is wanted, if at all."""
        if not self._connected or not self._owed:
            return None
        first = self._owed[0]
        if self._on_its_way(first):
            return None
        return first.due if self._waits(first) else min(first.due, first.grace)

    @property
    def waiting(self) -> bool:
        """Whether words may still come: a request is not answered, or speech was not asked for."""
        return bool(self._owed or self._finals or self._open or self._loud is not None)

    def loud(self, at: float) -> None:
        """Note that there was sound until `at`."""
        self._loud = at

    def ask(self, at: float, now: float) -> list[Heard]:
        """Take a request for a final."""
        self._owed.append(_Owed(at, self._loud, now + GRACE, now + self._patience))
        self._loud = None
        return self.tick(now)

    def arrived(self, at: float, now: float) -> None:
        """Note that the sound until `at` has arrived: what is in it comes soon."""
        for owed in self._owed:
            if not owed.arrived and owed.at <= at:
                owed.arrived = True
                owed.grace, owed.due = now + GRACE, max(owed.due, now + self._patience)

    def lost(self) -> None:
        """Note that nothing can come: nobody loses patience meanwhile."""
        self._connected = False

    def connected(self, now: float) -> None:
        """Begin to wait anew: there is a connection, and what was under way is said again."""
        self._connected = True
        self._open.clear()
        self._voice = None
        for owed in self._owed:
            owed.arrived, owed.grace, owed.due = False, now + self._patience, now + self._patience

    def voice(self, since: float) -> None:
        """Note that an utterance began."""
        self._voice = since

    def take(self, said: Transcript, now: float) -> list[Heard]:
        """Take a transcript; return what it tells the call."""
        fresh = self._fresh(said)
        if said.final:
            self._open.pop(said.id, None)
            if self._voice is not None and said.end > self._voice:
                self._voice = None
            if fresh is not None:
                self._finals.append(fresh)
                self.settled = max(self.settled, fresh.end)
        elif fresh is not None:
            self._open[said.id] = fresh
        told = [*self._late(), *self.tick(now)]
        rest = [*self._finals, *self._open.values()] if fresh is not None else []
        return [*told, _heard(rest, final=False, at=said.end)] if rest else told

    def tick(self, now: float) -> list[Heard]:
        """Answer what can be answered now."""
        return list(self._answers(now))

    def _answers(self, now: float) -> Iterator[Heard]:
        while self._owed and self._complete(self._owed[0], now):
            owed = self._owed.popleft()
            if self._voice is not None and self._voice < owed.at:
                self._voice = None
            for key in [key for key, part in self._open.items() if part.start < owed.at]:
                self._finals.append(part := self._open.pop(key))
                self.settled = max(self.settled, part.end)
            yield from self._late()
            parts = [part for part in self._finals if part.start < owed.at]
            self._finals = [part for part in self._finals if part.start >= owed.at]
            self._answered = owed.at
            yield _heard(parts, final=True, at=owed.at)

    def _late(self) -> list[Heard]:
        """Take the words from before the last request that was answered."""
        apart = [_apart(part, self._answered) for part in self._finals]
        self._finals = [after for _, after in apart if after is not None]
        late = [before for before, _ in apart if before is not None]
        return [structs.replace(_heard(late, final=True, at=self._answered), late=True)] if late else []

    def _complete(self, owed: _Owed, now: float) -> bool:
        if self._on_its_way(owed):
            return False
        late = self._connected and now >= owed.due
        over = self._covered(owed) or (self._connected and now >= owed.grace)
        return late or (over and not self._waits(owed))

    def _on_its_way(self, owed: _Owed) -> bool:
        """Return whether nobody knows that its sound has arrived: then silence says nothing."""
        words = any(part.start < owed.at for part in (*self._finals, *self._open.values()))
        return owed.loud is not None and not owed.arrived and not words

    def _waits(self, owed: _Owed) -> bool:
        """Return whether an utterance from before the request is open."""
        begun = [part.start for part in self._open.values()] + ([] if self._voice is None else [self._voice])
        return any(start < owed.at for start in begun)

    def _covered(self, owed: _Owed) -> bool:
        ends = [part.end for part in self._finals if part.start < owed.at]
        return owed.loud is None or (bool(ends) and ends[-1] >= owed.loud - TRAILING)

    def _fresh(self, said: Transcript) -> Transcript | None:
        """Return what of a transcript was not understood before."""
        if not said.text or said.end <= self.settled:
            return None
        words = tuple(word for word in said.words if (word.start + word.end) / 2 > self.settled)
        if len(words) == len(said.words):
            return said
        return replace(_only(said, words), end=said.end) if words else None


def _apart(said: Transcript, at: float) -> tuple[Transcript | None, Transcript | None]:
    """Return what was said before `at` and what after; a transcript without words is one or the other."""
    if said.start >= at:
        return None, said
    before = tuple(word for word in said.words if word.start + word.end < 2 * at)
    after = said.words[len(before) :]
    if before and after:
        return _only(said, before), _only(said, after)
    return (said, None) if before or (not after and said.start + said.end < 2 * at) else (None, said)


def _only(said: Transcript, words: tuple[Word, ...]) -> Transcript:
    text = " ".join(word.text for word in words)
    return replace(said, text=text, start=words[0].start, end=words[-1].end, words=words)


def _heard(parts: list[Transcript], *, final: bool, at: float) -> Heard:
    if not parts:
        return Heard("", final, at, at)
    text = " ".join(part.text for part in parts)
    words = tuple(word for part in parts for word in part.words)
    return Heard(text, final, parts[0].start, parts[-1].end, words, min(part.confidence for part in parts))
