"""The waterfall of one turn: when each stage between the caller's last sound and our first one was reached.

Times go in as seconds of the call; out come milliseconds from the end of the caller's speech. A stage is reached once:
what happens again later (a second clause) does not move it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct, field

Stage = Literal[
    "vad_stop",  # the pause was noticed
    "words",  # the words that the turn was taken with were there
    "decision",  # the turn was taken
    "llm_request",
    "llm_first_token",
    "first_clause",  # the first speakable clause was there
    "tts_request",
    "tts_first_byte",
    "first_sent",  # the first frame went to the carrier
    "first_played",  # the caller heard it
]
STAGES: tuple[Stage, ...] = (
    "vad_stop", "words", "decision", "llm_request", "llm_first_token", "first_clause", "tts_request",
    "tts_first_byte", "first_sent", "first_played",
)  # fmt: skip


class Waterfall(Struct):
    """One turn's stages. `spoke_until` is the call time (seconds) of the caller's last sound, or of the pick-up."""

    spoke_until: float
    reached: dict[Stage, float] = field(default_factory=dict)
    cached: bool = False
    """The answer's first sound came from the phrase cache."""
    opening: bool = False
    """Nobody had spoken yet: it is the greeting's, and counts from the pick-up."""

    def mark(self, stage: Stage, at: float) -> None:
        """Reach `stage` at call time `at`; only the first time counts."""
        self.reached.setdefault(stage, at)

    def milliseconds(self) -> dict[str, int]:
        """Return each stage reached, in order, in ms from the end of the caller's speech."""
        return {
            stage: round((self.reached[stage] - self.spoke_until) * 1000) for stage in STAGES if stage in self.reached
        }

    @property
    def response_gap(self) -> float | None:
        """Seconds from the caller's last sound to our first one; None while there is none."""
        played = self.reached.get("first_played")
        return None if played is None else played - self.spoke_until


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest of `values` that `share` of them do not exceed (nearest rank). Raises when there are none."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
