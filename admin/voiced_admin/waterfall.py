"""The waterfall of a turn as bars: pure, from the milliseconds that the journal keeps.

Ten stages are too many to see; they are drawn as the four things that a caller waits for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PARTS = (
    ("listen", "Écoute", ("vad_stop", "words", "decision")),
    ("think", "Réflexion", ("llm_request", "llm_first_token", "first_clause")),
    ("voice", "Voix", ("tts_request", "tts_first_byte", "first_sent")),
    ("line", "Ligne", ("first_played",)),
)
"""Part, its French name, the stages that end in it, in order."""

GRID = (0.25, 0.5, 1.0)
"""The scale's marks, as parts of its whole."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of a turn, in ms from the end of the caller's speech."""

    part: str
    label: str
    start: int
    end: int

    @property
    def milliseconds(self) -> int:
        """Return how long it took."""
        return self.end - self.start


def bars(latency: Mapping[str, int] | None) -> list[Bar]:
    """Return the parts of one turn that were reached, one after the other; none where nothing was measured."""
    found, at = [], 0
    for part, label, stages in PARTS:
        reached = [latency[stage] for stage in stages if latency and stage in latency]
        end = max(reached, default=at)
        if end > at:
            found.append(Bar(part, label, at, end))
            at = end
    return found


def scale(turns: Sequence[Sequence[Bar]]) -> int:
    """Return the ms that the widest bar of a call stands for: a round number, so that calls can be compared."""
    longest = max((turn[-1].end for turn in turns if turn), default=0)
    return next((round_up for round_up in (500, 1000, 2000, 5000, 10_000, 30_000) if longest <= round_up), longest)
