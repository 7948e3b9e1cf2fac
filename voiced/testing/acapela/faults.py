"""What may go wrong at the emulated Acapela Cloud: one switch each, all off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voiced.testing.emulator.playback import Trouble


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults from now on."""

    status: int = 0
    """Every command is refused with this status (401, 429, 500, 503)..."""
    retry_after: str = ""
    """...and this header, when it is not empty."""
    login: int = 0
    """Every login is refused with this status."""
    forgets: bool = False
    """No token is good, however fresh."""
    late: float = 0.0
    """Seconds before the head of an answer with sound, on top of the tempo."""
    trouble: Trouble = ""
    """Of the sound."""
    instead: Literal["", "json", "html"] = ""
    """200 with an error in JSON, or a page in HTML, instead of sound."""
    wrong_codec: bool = False
    """Sound is mp3 whatever was asked, and says that it is what was asked."""
