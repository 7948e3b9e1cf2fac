"""Who is served, how the emulator answers where the pages leave it open, what goes wrong, how long it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voiced.testing.emulator import Profile

Accident = Literal["", "reset", "close", "stall", "silence", "malformed", "strange", "error", "warning"]
NONE = Profile()


@dataclass(frozen=True, slots=True)
class House:
    """Who is served: with this key (empty: anybody), so many sessions at once."""

    key: str = "test-key"
    sessions: int = 50


@dataclass(frozen=True, slots=True)
class Manner:
    """How it answers where there is a choice."""

    nothing: Literal["final", "utterance", "both"] = "both"
    """A forced end with nothing to say: an empty final, the end of an utterance, or both."""
    usage_first: bool = True
    """Whether it tells how many sessions there are before it starts."""
    drop_after: float = 180.0
    """Seconds without any message after which the connection is dropped."""
    mishears: bool = True
    """Whether every third word of the moment is another than in its final."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong with one connection."""

    status: int = 0
    """Refuse the handshake with this status; 0: do not."""
    retry_after: str = ""
    handshake_late: float = 0.0
    """Seconds."""
    start_late: float = 0.0
    """Seconds until `RecognitionStarted`."""
    refuses: str = ""
    """Type of an `Error` in place of `RecognitionStarted`."""
    after: float = 0.0
    """Seconds of sound until `then` happens."""
    then: Accident = ""
    """TCP reset, close with `code`, no reading any more, no words any more, a message that is no JSON,
    messages that nobody knows, an `Error` or `Warning` of type `kind`."""
    code: int = 1011
    kind: str = "job_error"
    acks: bool = True
    """Whether sound is acknowledged."""


FAULTLESS = Faults()


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds that its answers take."""

    start: Profile = NONE
    per_word: float = 0.0
    """More until the start, for each word that is taught."""
    partial: Profile = NONE
    final: Profile = NONE
    forced: Profile = NONE
    utterance: Profile = NONE


REAL = Latency(
    start=Profile(0.35, 0.7),
    per_word=0.015,
    partial=Profile(0.35, 0.55),
    final=Profile(0.1, 0.3),
    forced=Profile(0.25, 0.45),
    utterance=Profile(0.08, 0.2),
)
"""As published figures have it (June 2026)."""
