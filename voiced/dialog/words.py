"""The words of the turn under way: finals in a row, and the interim behind them.

Pure bookkeeping for the turn machine: what was recognised, whether the recogniser still owes a final, and how long a
pause after these words deserves.
"""

from __future__ import annotations

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


class Words:
    """What the caller has said since the last turn was taken."""

    def __init__(self) -> None:
        self.changed = 0.0
        """Audio time at which the words last changed."""
        self._finals: list[str] = []
        self._interim = ""
        self._confidences: list[float] = []
        self._owed = 0
        self._closed_at = 0.0
        self._taken: str | None = None

    @property
    def text(self) -> str:
        """Everything recognised in this turn."""
        return " ".join(part for part in (*self._finals, self._interim) if part)

    @property
    def confidence(self) -> float:
        """The least sure of the finals, 1 when there is none."""
        return min(self._confidences, default=1.0)

    @property
    def settled(self) -> bool:
        """Whether the recogniser has answered every request to finalise."""
        return self._owed == 0

    @property
    def waiting(self) -> bool:
        """Whether final words are there that no turn has taken."""
        return bool(self._finals) and self.settled

    def asked(self) -> None:
        """Remember that the recogniser was asked for a final."""
        self._owed += 1

    def take(self, text: str, *, final: bool, confidence: float, end: float, now: float) -> None:
        """Take an interim or final; words spoken before `drop` are ignored."""
        if final:
            self._owed = max(0, self._owed - 1)
        text = text.strip()
        if self._late(text, final=final, end=end):
            return
        if text != self._interim:
            self.changed = now
        self._interim = "" if final else text
        if final and text:
            self._finals.append(text)
            self._confidences.append(confidence)

    def close(self, now: float) -> None:
        """End the turn. A final still owed for audio before `now` counts only if it says something else."""
        self._forget(now, self._interim)

    def drop(self, now: float) -> None:
        """Forget everything said before `now`, whenever it is recognised."""
        self._forget(now, None)

    def _forget(self, now: float, taken: str | None) -> None:
        self._finals.clear()
        self._confidences.clear()
        self._interim = ""
        self._closed_at, self._taken = now, taken

    def _late(self, text: str, *, final: bool, end: float) -> bool:
        """Tell whether these words were answered already: they belong to a turn that is closed."""
        if not end or end > self._closed_at:
            return False
        return self._taken is None or not final or bare(text) == bare(self._taken)

    def patience(self, complete: float, open_ended: float, expecting: Expecting) -> float:
        """Return how much quiet (seconds) after these words ends the turn."""
        collector = KINDS.get(expecting.expects)
        if collector is not None and collector.unfinished(self.text, expecting.so_far):
            return open_ended
        return open_ended if unfinished(self.text) else complete
