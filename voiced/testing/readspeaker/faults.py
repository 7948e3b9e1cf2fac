"""What may go wrong at the emulated speechCloud: one switch each, all off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voiced.testing.emulator.playback import Trouble


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults from now on."""

    status: int = 0
    """Everything is refused with this status (403, 429, 500, 503)..."""
    retry_after: str = ""
    """...and this header, when it is not empty..."""
    times: int = 0
    """...so many times; 0: always."""
    late: float = 0.0
    """Seconds before the head of an answer with sound, on top of the tempo."""
    trouble: Trouble = ""
    """Of the sound."""
    length: Literal["", "longer", "shorter"] = ""
    """What the Content-Length says of the sound that comes whole."""
    redirect: Literal["", "once", "itself", "away", "nowhere"] = ""
    """302 whatever was asked: to where it streams, to itself, to another host, or without saying where."""
    words: str = ""
    """200 with these words instead of sound..."""
    kind: str = "text/plain"
    """...and this content type."""
    wrong_codec: bool = False
    """Sound is a WAV file though it was asked without a header."""
