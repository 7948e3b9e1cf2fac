"""Everything that happened on one emulated call, in order, each with its time.

Kinds: `http.request`, `http.response`, `ws.open`, `ws.refused`, `ws.sent`, `ws.received`, `ws.stalled`, `ws.closed`,
`verb`, `call`, `dial`, `key`, `mark`, `cleared`, `glitch`, `error` and `warning` (both with Twilio's `code`), `failure`
(the application did what it must never do).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import trio


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, `at` seconds after the journal was opened."""

    at: float
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)


class Journal:
    """The record of one call. `clock` gives seconds, from any origin."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._origin = clock()
        self.entries: list[Entry] = []
        self._noted = trio.Event()

    def note(self, kind: str, **data: Any) -> None:
        """Write down something that happens now."""
        self.entries.append(Entry(self._clock() - self._origin, kind, data))
        self._noted.set()

    async def wait_for(self, kind: str, count: int = 1) -> None:
        """Wait until there are `count` entries of this kind."""
        while len(self.of(kind)) < count:
            self._noted = trio.Event()
            await self._noted.wait()

    def of(self, kind: str) -> list[Entry]:
        """Return the entries of one kind, in order."""
        return [entry for entry in self.entries if entry.kind == kind]

    def error(self, code: int, reason: str) -> None:
        """Write down what Twilio's debugger would show as an error."""
        self.note("error", code=code, reason=reason)

    def warning(self, code: int, reason: str) -> None:
        """Write down what Twilio's debugger would show as a warning (`code` 0: the emulator's own)."""
        self.note("warning", code=code, reason=reason)

    def failure(self, reason: str) -> None:
        """Write down that the application did what it must never do; a test should fail on it."""
        self.note("failure", reason=reason)

    @property
    def codes(self) -> list[int]:
        """The codes of all errors and warnings, in order."""
        return [entry.data["code"] for entry in self.entries if entry.kind in {"error", "warning"}]

    @property
    def failures(self) -> list[str]:
        """What the application did wrong, in order."""
        return [entry.data["reason"] for entry in self.of("failure")]
