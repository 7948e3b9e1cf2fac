"""The sounds that Twilio makes itself: its reading voice (as a hum of the right length), keys and pauses. Pure.

The voice stands in for speech synthesis: as loud and as long, with a hole for every space.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from voiced.audio import g711
from voiced.testing.caller.playout import RATE

CHARACTERS_A_SECOND = 14.0

DIGIT_SECONDS = 0.1
GAP_SECONDS = 0.05
WAIT_SECONDS = 0.5
"""What a `w` among the digits lasts."""

_ROWS = {"1": 697, "2": 697, "3": 697, "4": 770, "5": 770, "6": 770, "7": 852, "8": 852, "9": 852}
_ROWS |= {"*": 941, "0": 941, "#": 941}
_COLUMNS = {"1": 1209, "4": 1209, "7": 1209, "*": 1209, "2": 1336, "5": 1336, "8": 1336, "0": 1336}
_COLUMNS |= {"3": 1477, "6": 1477, "9": 1477, "#": 1477}


def tone(seconds: float, *frequencies: float, peak: float = 8000.0) -> bytes:
    """Return mu-law of sines of these frequencies (Hz), `peak` of 32767 each."""
    time = np.arange(round(seconds * RATE)) / RATE
    return g711.encode(sum((np.sin(2 * np.pi * f * time) * peak for f in frequencies), np.zeros_like(time)), "mulaw")


def silence(seconds: float) -> bytes:
    """Return mu-law silence."""
    return b"\xff" * round(seconds * RATE)


@lru_cache(maxsize=64)
def read_aloud(text: str) -> bytes:
    """Return what reading `text` sounds like from afar: a hum, about 14 characters a second."""
    letter, space = tone(1 / CHARACTERS_A_SECOND, 180.0, 360.0, peak=5000.0), silence(1 / CHARACTERS_A_SECOND)
    return b"".join(space if character.isspace() else letter for character in text)


def keys(digits: str) -> bytes:
    """Return the tones of `<Play digits>`; `w` waits half a second, anything that is no key is left out."""
    return b"".join(_key(digit) for digit in digits)


def _key(digit: str) -> bytes:
    if digit in "wW":
        return silence(WAIT_SECONDS)
    if digit not in _ROWS:
        return b""
    return tone(DIGIT_SECONDS, _ROWS[digit], _COLUMNS[digit]) + silence(GAP_SECONDS)
