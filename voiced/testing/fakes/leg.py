"""A carrier's protocol with nothing in it: sound is bytes, everything else a word.

To us: bytes, `start CALL STREAM`, `key 1`, `mark NAME`, `gap SECONDS`, `fault DETAIL`, `stop`.
To the carrier: bytes, `mark NAME`, `clear`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from voiced.plugin import (
    Clear,
    Dtmf,
    Ended,
    Gap,
    LegCapabilities,
    LegCommand,
    LegEvent,
    Mark,
    Packet,
    Play,
    SetMark,
    Started,
    Warned,
)


@dataclass(slots=True)
class PlainLeg:
    """Implements `Leg`."""

    capabilities: LegCapabilities = field(default_factory=LegCapabilities)

    def feed(self, message: str | bytes) -> Sequence[LegEvent]:
        """Take one message."""
        if isinstance(message, bytes):
            return (Packet(message),)
        word, _, rest = message.partition(" ")
        return (self._event(word, rest),)

    def _event(self, word: str, rest: str) -> LegEvent:
        call, _, stream = rest.partition(" ")
        known: dict[str, Callable[[], LegEvent]] = {
            "start": lambda: Started(call, stream),
            "key": lambda: Dtmf(rest),
            "mark": lambda: Mark(rest),
            "gap": lambda: Gap(float(rest)),
            "stop": lambda: Ended("hangup"),
            "fault": lambda: Ended("fault", rest),
        }
        return known[word]() if word in known else Warned(f"unknown message {word}")

    def encode(self, command: LegCommand) -> Sequence[str | bytes]:
        """Return the message for `command`."""
        match command:
            case Play():
                return (command.data,)
            case SetMark():
                return (f"mark {command.name}",)
            case Clear():
                return ("clear",)
