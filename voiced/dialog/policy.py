"""What a step expects of the caller, and how the agent may be cut."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

BargeIn = Literal["voice", "words", "none"]
"""How the agent may be cut: by voice (the default), by recognised words only, or not at all."""


class Policy(Struct, frozen=True):
    """What the step expects of the caller. Times in seconds."""

    end_after: float = 0.5
    """Quiet after which a sentence that sounds complete is over."""
    unfinished_after: float = 1.2
    """The same when it sounds unfinished, or when a number being dictated is not complete."""
    final_wait: float = 0.8
    """How much longer to wait for the recogniser's final words."""
    waiting_after: float = 1.2
    """How long the recogniser may owe words that a turn hangs on before the caller is told to wait."""
    silence_after: float = 6.0
    """Silence, counted from the end of what the caller heard, after which the caller is asked."""
    barge_in_after: float = 0.1
    """Voice over the agent that makes an interruption."""
    max_utterance: float = 30.0
    """Longest turn."""
    expects: str = ""
    """The kind of value being collected; dictated numbers have long pauses."""
    so_far: str = ""
    """What was collected of it in earlier turns."""
