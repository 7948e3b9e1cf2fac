"""A gate on the level of sound: what is too soft is not looked at."""

from __future__ import annotations

from voiced.audio.hot import rms


class LevelGate:
    """Says whether sound is loud enough to look at: opens at one level, closes below a lower one, after a while.

    Time is counted in the sound that is fed.
    """

    def __init__(self, opens: float = -45.0, closes: float = -50.0, hold: float = 0.2) -> None:
        """Open at `opens` dBFS; close after `hold` seconds below `closes` dBFS."""
        self.hold = hold
        self.open = False
        self._opens, self._closes = _amplitude(opens), _amplitude(min(closes, opens))
        self._quiet = 0.0

    def feed(self, samples: bytes, seconds: float) -> bool:
        """Take the next 16-bit samples of the stream, `seconds` long; return whether the gate is open after them."""
        if rms(samples) >= (self._closes if self.open else self._opens):
            self.open, self._quiet = True, 0.0
        elif self.open:
            self._quiet += seconds
            # Sums of 0.02 fall a rounding error short of the hold; half a millisecond is below any frame.
            self.open = self._quiet < self.hold - 0.0005
        return self.open


def _amplitude(decibels: float) -> int:
    return int(32768 * 10 ** (decibels / 20))
