"""When the text that was sent to a socket is spoken: by the schedule, at once, or when it is flushed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SCHEDULE = (120.0, 160.0, 250.0, 290.0)
"""Characters that wait before each generation, if the client does not say."""
TRIGGER = 50
"""Characters that are enough for `try_trigger_generation`."""


@dataclass(slots=True)
class Buffer:
    """The text of one context that is not spoken yet."""

    auto: bool = False
    """`auto_mode`: whatever comes is a sentence, and is spoken at once."""
    schedule: Sequence[float] = SCHEDULE
    waiting: str = ""
    _done: int = 0

    def feed(self, text: str, *, flush: bool = False, trigger: bool = False) -> str:
        """Take text; return what is to be spoken now, possibly nothing."""
        self.waiting += text
        enough = self.schedule[min(self._done, len(self.schedule) - 1)]
        if flush or self.auto or len(self.waiting) >= (TRIGGER if trigger else enough):
            return self.end()
        return ""

    def end(self) -> str:
        """Return all that waits."""
        ready, self.waiting = self.waiting, ""
        if not ready.strip():
            return ""
        self._done += 1
        return ready
