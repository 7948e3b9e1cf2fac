"""Lateness: of the event loop, which is late for every call at once, and of a reply's sound on its way to the carrier.

Neither costs anything for a frame of sound: the loop is asked when it wakes anyway, a reply is counted when it is over.
"""

from __future__ import annotations

import trio
from msgspec import Struct

from voiced.observe import metrics
from voiced.observe.log import logger

log = logger("loop")

STEP = 1.0
"""Seconds between two looks at an idle loop: a process with calls is asked by its hub, at each beat."""
BLOCKED = 0.25
"""Seconds of lateness that the log tells of: something held the loop that should have been in a thread."""
AUDIBLE = 0.02
"""Seconds of missing sound from which on a carrier has run out of it; less is within its own buffer."""


async def watch_loop() -> None:
    """Measure how late the loop wakes a sleeper, until cancelled."""
    while True:
        due = trio.current_time() + STEP
        await trio.sleep_until(due)
        loop_was_late(trio.current_time() - due)


def loop_was_late(seconds: float) -> None:
    """Tell how much later than it should have the loop woke somebody."""
    metrics.LOOP_LATENESS.observe(max(0.0, seconds))
    if seconds >= BLOCKED:
        log.warning("loop_was_blocked", seconds=round(seconds, 3))


class Pacing(Struct):
    """How punctually the sound of one reply goes to the carrier. Pure; times are seconds of the call."""

    worst: float = 0.0
    """The greatest lateness, once the wanted lead had been reached: before, nothing is late yet."""
    underruns: int = 0
    missing: float = 0.0
    """Seconds for which the carrier had nothing to play."""
    _begun: bool = False
    _led: bool = False

    def sent(self, ahead: float, lead: float, *, waited: bool) -> None:
        """Count that sound goes out when the carrier still has `ahead` seconds to play, of `lead` that are wanted.

        `ahead` is negative when the carrier has run out. `waited`: it was held back because there was enough.
        """
        self._led = self._led or waited
        if self._led:
            self.worst = max(self.worst, lead - ahead)
        if self._begun and ahead < -AUDIBLE:
            self.underruns += 1
            self.missing -= ahead
        self._begun = True

    def tell(self) -> None:
        """Put the reply, which is over, into the metrics."""
        if self._led:
            metrics.PACING_LATENESS.observe(self.worst)
        if self.underruns:
            metrics.UNDERRUNS.inc(self.underruns)
            metrics.UNDERRUN_SECONDS.inc(self.missing)
