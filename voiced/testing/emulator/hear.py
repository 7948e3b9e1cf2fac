"""What emulated recognisers may hear by, besides spelled sound and scripts: a recogniser that really listens. Pure.

The emulator keeps its own manners (when it speaks up, in which messages, how late); only the words are another's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

Hear = Callable[[bytes], Awaitable[str]]
"""Sound (mu-law at 8 kHz, one phrase with a little silence around it) to French words; "" when there are none."""

PAUSE = 0.3
"""Seconds of silence after which a phrase is listened to: recognisers of whole phrases hear parts of one badly."""
AGAIN = 1.0
"""Seconds of sound between two looks at a phrase that still grows."""
LEAD = 0.8
"""Seconds before the first sound that are listened to as well: with less, first words are misheard."""
LEAST = 0.12
"""Seconds of sound below which there is no phrase."""
QUICK = 0.5
"""Seconds that the last look may have taken for another at a growing phrase: on a busy machine the end comes first."""


def spread(text: str, start: float, end: float) -> list[tuple[str, float, float]]:
    """Return the words of `text` between `start` and `end` (seconds), each as long as its letters are many."""
    words = text.split()
    letters = sum(map(len, words)) or 1
    placed, at = [], start
    for word in words:
        until = at + (end - start) * len(word) / letters
        placed.append((word, round(at, 3), round(until, 3)))
        at = until
    return placed
