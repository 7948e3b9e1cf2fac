"""Promises and how they are tried: each in a loop of its own, on a virtual clock, with nothing left behind.

A promise is an async function that gets a rig (the provider, and how to make it work) and raises `Unkept`. Time is
virtual: it passes only while nothing else happens, so that a deadline of a minute costs nothing, and what is late is
late on every machine. Sockets are real.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Generic, TypeVar

import trio
import trio.testing

from voiced.net import get_ready
from voiced.testing.conformance.footprint import footprint, littering

CUSHION = 0.002
"""Seconds of a real clock in which nothing happens before virtual time passes."""
LONGEST = 300.0
"""Virtual seconds that a promise may take: what is not over then hangs."""
CANCELLED_WITHIN = 0.05
"""Virtual seconds that a provider may take to end after it was cancelled."""

TIDY = "It closes what it opened: files, sockets, async generators"

R = TypeVar("R")
Make = Callable[[str], AbstractAsyncContextManager[R]]
"""Called with the name of a fault, "" for none: builds a provider anew, and takes down in the end all that it built."""


class Unkept(AssertionError):
    """A promise was not kept; the text says how."""


class NotConforming(AssertionError):
    """Some promises were not kept. `broken` holds pairs of a promise and what happened."""

    def __init__(self, kind: str, broken: Sequence[tuple[str, str]]) -> None:
        self.broken = tuple(broken)
        lines = "\n".join(f"- {promise}\n    {what}" for promise, what in broken)
        super().__init__(f"this {kind} breaks {len(broken)} of its promises:\n{lines}")


@dataclass(frozen=True, slots=True)
class Promise(Generic[R]):
    """What is promised, in a sentence; how it is tried; with which fault of the service."""

    text: str
    keep: Callable[[R], Awaitable[None]]
    fault: str = ""


def promise(keep: Callable[[R], Awaitable[None]]) -> Promise[R]:
    """Make a promise of a function whose docstring says it."""
    text = (keep.__doc__ or keep.__name__).strip().splitlines()[0].rstrip(".")
    return Promise(text, keep)


def expect(condition: object, otherwise: str) -> None:
    """Raise `Unkept` unless the condition holds."""
    if not condition:
        raise Unkept(otherwise)


def hold(kind: str, promises: Sequence[Promise[R]], make: Make[R]) -> tuple[str, ...]:
    """Try all promises; return those that were kept. Raises `NotConforming` with all that were not."""
    with littering() as litter:
        tried = [(each.text, _outcome(each, make)) for each in promises]
    tried.append((TIDY, f"left to the garbage collector: {'; '.join(litter)}" if litter else ""))
    broken = [(text, what) for text, what in tried if what]
    if broken:
        raise NotConforming(kind, broken)
    return tuple(text for text, _ in tried)


def _outcome(what: Promise[R], make: Make[R]) -> str:
    """Return how the promise was broken, "" when it was kept."""
    try:
        get_ready()  # loading it in a thread would let virtual time pass
        trio.run(_try, what, make, clock=trio.testing.MockClock(autojump_threshold=CUSHION))
    except Exception as error:  # noqa: BLE001 - whatever a provider raises breaks its promise
        return _told(error)
    return ""


async def _try(what: Promise[R], make: Make[R]) -> None:
    before = footprint()
    with trio.move_on_after(LONGEST) as patience:
        async with make(what.fault) as rig:
            await what.keep(rig)
    expect(not patience.cancelled_caught, f"it was not over after {LONGEST:g} s")
    await trio.testing.wait_all_tasks_blocked()
    left = footprint().beyond(before)
    expect(not left, f"it left behind: {', '.join(left)}")


def _told(error: BaseException) -> str:
    """Return what happened in a line; the cause alone where a nursery wrapped it."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    if isinstance(error, Unkept):
        return str(error)
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(_told(each) for each in error.exceptions)
    return f"it raised {type(error).__name__}: {error}"
