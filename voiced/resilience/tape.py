"""The sound that a recogniser has not answered yet, so that another can hear it again. Pure.

Positions are seconds of sound from the first packet of the call's stream.
"""

from __future__ import annotations

from collections import deque

from voiced.plugin import Finalise, Heard, SttInput

LONGEST = 10.0
"""Seconds of sound that are kept; older sound is not heard again."""


class Tape:
    """What was given to recognisers since the last final words."""

    def __init__(self, longest: float = LONGEST) -> None:
        self.start = 0.0
        """Position at which what is kept begins."""
        self.end = 0.0
        self._longest = longest
        self._items: deque[SttInput] = deque()
        self._asked = 0

    @property
    def asked(self) -> bool:
        """Whether a final is owed."""
        return self._asked > 0

    def keep(self, item: SttInput) -> None:
        """Keep an item that is given to a recogniser."""
        self._items.append(item)
        if isinstance(item, Finalise):
            self._asked += 1
        else:
            self.end += item.seconds
        while self.end - self.start > self._longest:
            self._drop()

    def answered(self, final: Heard) -> None:
        """Forget what `final` settles: up to the first request for a final, else up to the end of its words."""
        while self._items and (self.asked or self.start < final.end):
            if isinstance(self._drop(), Finalise):
                return

    def again(self) -> tuple[SttInput, ...]:
        """Return what is kept, in order."""
        return tuple(self._items)

    def _drop(self) -> SttInput:
        item = self._items.popleft()
        if isinstance(item, Finalise):
            self._asked -= 1
        else:
            self.start += item.seconds
        return item
