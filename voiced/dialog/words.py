"""The words of the turn under way: finals in a row, and the interim behind them.

Pure bookkeeping for the turn machine: what was recognised, whether the recogniser still owes a final, and how long a
pause after these words deserves.
"""

from __future__ import annotations

from collections import deque
from typing import Protocol

from voiced.text.collect import KINDS
from voiced.text.endings import unfinished
from voiced.text.normalise import bare


class Expecting(Protocol):
    """What the step expects: the kind of value, and what was collected of it so far."""

    @property
    def expects(self) -> str:
        """Kind of value, "" for anything."""
        ...

    @property
    def so_far(self) -> str:
        """What earlier turns gave of it."""
        ...


TRAILING = 0.3
"""Seconds by which the last interim of live recognition may trail the sound."""
ANSWERS = 3.0
"""Seconds in which the recogniser answers a request to finalise; then it is given up."""
ROUNDED = 0.1
"""Seconds by which the recogniser's times and ours may differ; two requests lie further apart."""


class Words:
    """What the caller has said since the last turn was taken."""

    def __init__(self) -> None:
        self.changed = 0.0
        """Audio time at which the words last changed."""
        self.end = 0.0
        """Audio time of the last word, 0 where the recogniser does not tell."""
        self._finals: list[str] = []
        self._interim = ""
        self._confidences: list[float] = []
        self._asked: deque[float] = deque()
        self._given_up: deque[float] = deque(maxlen=8)  # requests that may still be answered
        self._reach = 0.0  # audio time to which the words reach, 0 where nothing is known of it or all are final
        self._closed_at = 0.0
        self._taken: str | None = None
        self._settled_part = ""  # of the turn that was taken: the words that were final
        self.correction = False
        """The words replace those of the turn that was taken before its finals came."""
        self._judged: tuple[str, str, str] | None = None
        self._open_ended = False

    @property
    def text(self) -> str:
        """Everything recognised in this turn."""
        return " ".join(part for part in (*self._finals, self._interim) if part)

    @property
    def any(self) -> bool:
        """Whether anything was recognised in this turn; asked at every frame, so without joining it."""
        return bool(self._interim or self._finals)

    @property
    def confidence(self) -> float:
        """The least sure of the finals, 1 when there is none."""
        return min(self._confidences, default=1.0)

    @property
    def final(self) -> bool:
        """Whether some of the words are final."""
        return bool(self._finals)

    def settled(self, now: float) -> bool:
        """Return whether the recogniser owes nothing: every request to finalise was answered, or is given up."""
        while self._asked and now - self._asked[0] >= ANSWERS:
            self._given_up.append(self._asked.popleft())
        return not self._asked

    def asked(self, now: float) -> None:
        """Remember that the recogniser was asked for a final at `now`."""
        self._asked.append(now)

    def take(self, text: str, *, final: bool, confidence: float, end: float, now: float, late: bool = False) -> None:
        """Take an interim or final; words spoken before `drop` are ignored. `late`: it answers no request."""
        late = final and (late or not self._answers(end))
        text = text.strip()
        if end and end <= self._closed_at:
            text = self._late(text) if final else ""
            if not text:
                return
        if not (late and self._interim):  # else there are newer words, which it does not replace
            self._renew(text, end, now, final=final, late=late)
        if final and text:
            self._finals.append(text)
            self._confidences.append(confidence)

    def _renew(self, text: str, end: float, now: float, *, final: bool, late: bool) -> None:
        if text != self._interim:
            self.changed = now
        if text:
            self.end = end
        self._interim = "" if final else text
        self._reach = 0.0 if final and not (late and text and not self._finals) else end

    def _answers(self, end: float) -> bool:
        """Return whether a final for sound until `end` is for a request that was not given up, which it answers."""
        while self._given_up and (not end or self._given_up[0] < end - ROUNDED):
            self._given_up.popleft()  # passed over: it will not be answered any more
        if self._given_up:
            self._given_up.popleft()
            return False
        if self._asked:
            self._asked.popleft()
        return True

    def covers(self, until: float) -> bool:
        """Return whether the words reach to `until` (audio time), where they tell; an interim may be a mere glance."""
        return not self._reach or self._reach >= until - TRAILING

    def close(self, now: float) -> None:
        """End the turn. A final still owed for audio before `now` counts for what it adds, or says otherwise."""
        finals = " ".join(self._finals)
        self._forget(now, self._interim)
        self._settled_part = finals

    def drop(self, now: float) -> None:
        """Forget everything said before `now`, whenever it is recognised."""
        self._forget(now, None)

    def _forget(self, now: float, taken: str | None) -> None:
        self._finals.clear()
        self._confidences.clear()
        self._interim, self._reach = "", 0.0
        self._closed_at, self._taken = now, taken
        self._settled_part, self.correction = "", False

    def _late(self, text: str) -> str:
        """Return what a final for a turn that is closed adds to the words that were taken; "" when it is dropped.

        Where it says otherwise it is a correction, and the whole turn as it should have been.
        """
        if self._taken is None:
            return ""
        words, known = text.split(), len(self._taken.split())
        if bare(" ".join(words[:known])) == bare(self._taken):
            return " ".join(words[known:])
        self.correction = bool(self._taken)
        return f"{self._settled_part} {text}".strip() if self.correction else text

    @property
    def much_the_same(self) -> bool:
        """Whether a correction says what was taken, in slightly other words: not worth a cut."""
        taken, said = bare(self._taken or "").split(), bare(self.text).split()
        common = len(set(taken) & set(said))
        return self.correction and 2 * common > len(set(taken) | set(said))

    def patience(self, complete: float, open_ended: float, expecting: Expecting) -> float:
        """Return how much quiet (seconds) after these words ends the turn."""
        judged = self.text, expecting.expects, expecting.so_far
        if judged != self._judged:  # asked at every frame of a pause, in which words seldom change
            self._judged, self._open_ended = judged, _open_ended(*judged)
        return open_ended if self._open_ended else complete


def _open_ended(text: str, expects: str, so_far: str) -> bool:
    collector = KINDS.get(expects)
    return (collector is not None and collector.unfinished(text, so_far)) or unfinished(text)
