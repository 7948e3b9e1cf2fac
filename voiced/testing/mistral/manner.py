"""How the emulator writes its answers, what may go wrong with them, and how long they take: small frozen switches."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from voiced.testing.emulator import Profile

Accident = Literal["", "reset", "close", "stall", "malformed", "error", "event"]


@dataclass(frozen=True, slots=True)
class Manner:
    """The forms that an answer may take; the defaults are Mistral's own."""

    line_end: str = "\n"
    pings: bool = False
    """Comment lines between the events."""
    padding: bool = False
    """A field `p` of random length in each event."""
    usage: Literal["last", "alone", "none"] = "last"
    calls: Literal["whole", "pieces", "object"] = "whole"
    content: Literal["text", "parts"] = "text"
    echo: bool = True
    """Whether the beginning that it was given is said again."""
    pieces: int = 0
    """Bytes that are sent at once, whatever they cut in two; 0: an event at once."""


OPENAI = Manner(usage="alone", calls="pieces")


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong, from the next request on."""

    status: int = 0
    """Refuse with this status; 0: do not."""
    capacity: bool = False
    """A 429 for want of capacity, not because of a limit."""
    retry_after: float | None = None
    html: bool = False
    """The refusal is a page of a proxy, no JSON."""
    times: int = 0
    """How many requests are refused; 0: all."""
    head_late: float = 0.0
    """Seconds until the head of the answer."""
    first_late: float = 0.0
    """Seconds between the head and the first event."""
    after: int = 0
    """Tokens that are sent before `then` happens."""
    then: Accident = ""
    """TCP reset, the end without `[DONE]`, silence for ever, an event that is no JSON, `finish_reason` error, an event
    that says so."""


NONE = Profile()


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds until the first token, by the prompt's size, and from one to the next."""

    first: Profile = NONE
    per_1k_prompt: float = 0.0
    tokens_per_second: float = 0.0
    """0: at once."""
    spread: float = 0.25
    stalls: float = 0.0
    """Share of tokens that come 0.2 to 0.5 s late."""

    def before_first(self, prompt_tokens: int, source: random.Random) -> float:
        """Return the seconds until the first token."""
        return self.first.draw(source) + self.per_1k_prompt * prompt_tokens / 1000

    def before_next(self, source: random.Random) -> float:
        """Return the seconds until the next token."""
        if not self.tokens_per_second:
            return 0.0
        late = source.uniform(0.2, 0.5) if source.random() < self.stalls else 0.0
        return source.uniform(1 - self.spread, 1 + self.spread) / self.tokens_per_second + late


SMALL = Latency(Profile(0.38, 0.8), 0.09, 140.0, stalls=0.01)
"""Mistral Small without reasoning, as published figures have it."""
