"""Beats at a steady pace, without drift: what wakes the hub.

Trio's sleep ends by cancelling it: scopes are entered, an exception is raised, tasks are recalculated, and all of that
runs on the cold caches of a process that has just woken: fifty times a second it took a sixth of a busy worker's time.
Linux has a clock that is a file descriptor (timerfd_create(2)), and a task that waits for one wakes without all that.
"""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress
from typing import Protocol

import trio

from voiced.audio.frame import FRAME_SECONDS

LATE = 5 * FRAME_SECONDS
"""A pace this far behind (seconds) is given up: beats that were missed are not made up for."""


class Metronome(Protocol):
    """A pace that somebody waits for."""

    def begin(self) -> None:
        """Begin to count from now on."""
        ...

    async def beat(self, step: float) -> None:
        """Wait for the next beat, `step` seconds after the one before; at once when it is overdue."""
        ...

    def close(self) -> None:
        """Beat no more."""
        ...


class SleepMetronome:
    """Sleeps until absolute deadlines: sleeping a step each time would drift."""

    def __init__(self) -> None:
        self._due = 0.0

    def begin(self) -> None:
        """Begin to count from now on."""
        self._due = trio.current_time()

    async def beat(self, step: float) -> None:
        """Wait for the next beat."""
        self._due += step
        now = trio.current_time()
        if now - self._due > LATE:
            self._due = now
        await trio.sleep_until(self._due)

    def close(self) -> None:
        """Nothing is held."""


class TimerMetronome:
    """Linux's timer: the kernel beats, and counts what was missed as one."""

    def __init__(self) -> None:
        """Raises OSError where there is no such timer."""
        self.number = _timer()
        self._step = 0.0

    def begin(self) -> None:
        """Begin to count from now on."""
        self._step = 0.0

    async def beat(self, step: float) -> None:
        """Wait for the next beat."""
        if step != self._step:
            self._step = step
            _arm(self.number, step)
        await trio.lowlevel.wait_readable(self.number)
        with suppress(BlockingIOError):
            os.read(self.number, 8)

    def close(self) -> None:
        """Give the timer back."""
        trio.lowlevel.notify_closing(self.number)
        os.close(self.number)


class _Spec(ctypes.Structure):
    """itimerspec: the interval, then the time of the first beat."""

    _fields_ = [(name, ctypes.c_long) for name in ("step_s", "step_ns", "first_s", "first_ns")]


CLOCK_MONOTONIC = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _timer() -> int:
    # Python has os.timerfd_create from 3.13 on
    number: int = _libc.timerfd_create(CLOCK_MONOTONIC, os.O_NONBLOCK | os.O_CLOEXEC) if _libc else -1
    if number < 0:
        raise OSError(ctypes.get_errno(), "no timer")
    return number


def _arm(number: int, step: float) -> None:
    seconds, rest = divmod(round(step * 1e9), 10**9)
    spec = _Spec(seconds, rest, seconds, rest)
    assert _libc is not None
    if _libc.timerfd_settime(number, 0, ctypes.byref(spec), None):
        raise OSError(ctypes.get_errno(), "the timer cannot be set")
