"""What becomes of sound that a recogniser's service does not take: a call goes on, and memory must not."""

from __future__ import annotations

import gc
import tracemalloc
from contextlib import suppress

import trio

from voiced.plugin import Packet, ProviderOverloaded, ProviderTimeout
from voiced.testing.conformance.promises import expect
from voiced.testing.conformance.stt import Line, SttRig, calling

MINUTES = 20
"""Of sound that are given: more than what an operating system takes off the provider's hands."""
SETTLED = 5
"""Minutes after which nothing may grow any more: what is kept to be sent again is kept by then."""
PIECE = 3.0
"""Seconds of one packet, at most: more than in a call, for there is much to give."""
WAITS = 10.0
"""Virtual seconds without taking anything, after which the source was made to wait."""
GROWTH = 0.25
"""Share of the sound by which memory may grow all the same: counters, times, what was said."""


async def stuck(rig: SttRig) -> None:
    """When its service takes nothing, it makes its source wait, keeps a bounded part of the sound, or says so."""
    tracemalloc.start()
    try:
        async with calling(rig) as line:
            sizes = await _sizes(rig, line)
    finally:
        tracemalloc.stop()
    if len(sizes) == 2:
        given, grown = rig.format.size(60.0 * (MINUTES - SETTLED)), sizes[1] - sizes[0]
        expect(grown < GROWTH * given, f"it keeps all: {grown} bytes more after {given} bytes more of sound")


async def _sizes(rig: SttRig, line: Line) -> list[int]:
    """Give sound as long as it is taken; return the bytes of memory when all should be settled, and at the end."""
    sizes: list[int] = []
    with suppress(ProviderOverloaded, ProviderTimeout):
        await _fill(sizes, rig, line)
    return sizes


async def _fill(sizes: list[int], rig: SttRig, line: Line) -> None:
    sound = bytearray((rig.sound(rig.sentences[0]) * 10)[: rig.format.size(PIECE)])
    for minutes in (SETTLED, MINUTES - SETTLED):
        for _ in range(round(60 * minutes / rig.format.seconds(len(sound)))):
            with trio.move_on_after(WAITS) as patience:
                await line.put(Packet(bytes(sound), rig.format))  # its own bytes, as in a call
            if patience.cancelled_caught:
                return
            await trio.sleep(0.01)  # for its tasks, which have work to do
        gc.collect()
        sizes.append(tracemalloc.get_traced_memory()[0])
