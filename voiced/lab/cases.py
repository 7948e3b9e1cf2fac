"""What may befall a call, by name: whom it strikes, how, and when. Pure.

Who stands in, and what happens to whom, is in `chaos` (vendors) and `bad_line` (the carrier).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Kind = Literal["stt", "llm", "tts", "line", "api"]
"""Whom it strikes. `line`: the carrier's media stream. `api`: the carrier's API, at the moment that it is needed."""
How = Literal["cut", "stall"]
VICTIMS: Mapping[Kind, str] = {
    "stt": "recogniser",
    "llm": "model",
    "tts": "voice",
    "line": "line",
    "api": "carrier API",
}
VERBS: Mapping[How, str] = {"cut": "dies", "stall": "stalls"}
ANSWERED = "mardi prochain"
"""A word of the line that is answered by a sentence which is never ready: what it says was never said before."""
MOMENTS: Mapping[Kind, str] = {
    "stt": "horaires",
    "llm": "horaires",
    "tts": ANSWERED,
    "line": "prendre rendez-vous",
    "api": ANSWERED,
}
"""A word of the line during which it strikes; what strikes within a sentence waits for the answer to another."""


@dataclass(frozen=True, slots=True)
class Case:
    """One misfortune."""

    kind: Kind
    how: How
    within_sentence: bool = False
    """It strikes while the agent speaks, not before."""
    moment: str = ""
    """A word of the line during which it strikes, where that is another than usual."""

    @property
    def name(self) -> str:
        """What it is called."""
        return f"{VICTIMS[self.kind]} {VERBS[self.how]}{' within a sentence' if self.within_sentence else ''}"

    @property
    def cue(self) -> str:
        """A word of the line at which it gets ready."""
        return self.moment or (ANSWERED if self.within_sentence else MOMENTS[self.kind])


CASES = (
    Case("stt", "cut"), Case("stt", "stall"), Case("llm", "cut"), Case("llm", "stall"), Case("tts", "cut"),
    Case("tts", "stall"), Case("tts", "cut", within_sentence=True), Case("tts", "stall", within_sentence=True),
    Case("line", "cut"), Case("line", "stall"),
    Case("line", "cut", within_sentence=True), Case("line", "stall", within_sentence=True),
    Case("api", "cut"), Case("api", "stall"),
)  # fmt: skip
NAMES = tuple(case.name for case in CASES)


def named(names: Sequence[str]) -> Sequence[Case]:
    """Return the cases with these names, all without any. Raises ValueError, with what was meant, for another."""
    for name in names:
        if name not in NAMES:
            close = get_close_matches(name, NAMES, n=1)
            meant = f"did you mean {close[0]!r}?" if close else f"there is {', '.join(NAMES)}"
            raise ValueError(f"there is no case {name!r}; {meant}")
    return [case for case in CASES if not names or case.name in names]
