"""What may be different, or go wrong, on a call of the emulated Asterisk: one switch each, all off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Ending = Literal["end", "close", "reset", "half-open"]
"""How the caller's hang-up looks on the stream: the message that says so, a close alone, a TCP reset, or nothing."""

Form = Literal["dial", "app"]
"""How the dialplan opens the stream: `Dial(AudioSocket/...,,g)`, which always goes on, or `AudioSocket()`, which hangs
the caller up when the stream did not end in good order."""


@dataclass(frozen=True, slots=True)
class Faults:
    """The switches of one call."""

    ptime: float = 0.02
    """Seconds of sound in one message (0.01, 0.02, 0.03, 0.04)."""
    rate: int = 8000
    """Samples a second: `c(slin)`, `c(slin16)`..."""
    form: Form = "dial"
    ending: Ending = "end"
    starves: bool = False
    """Sound is sent only after some has come (asterisk issue 2089, seen with 23.3.0)."""
    strict: bool = False
    """A payload that does not follow its header within 5 ms ends the leg, as with a real Asterisk."""
    keys: bool = True
    """Keys are told; older versions cannot."""
    inactive: float = 2.0
    """Seconds without a byte either way after which `AudioSocket()` gives up."""
    half_open_for: float = 1.0
    """Seconds until even a half-open stream is let go."""
    vanish_at: float | None = None
    """Seconds into the stream at which it goes silent both ways, without a word..."""
    nonsense: int = 0
    """Messages of types that do not exist, and of half a sample, that come after the first sound."""
    slow: float = 0.0
    """Seconds from the connection to the UUID."""
    error: int | None = None
    """An error message with this code comes after the first sound."""
