"""`check_tts`: tries every promise of `voiced.plugin.Tts`."""

from __future__ import annotations

from functools import partial

import trio

from voiced.testing.conformance import tts_promises as of
from voiced.testing.conformance.faults import HANGING, SILENT, check_error, check_names
from voiced.testing.conformance.promises import Make, Promise, hold, promise
from voiced.testing.conformance.running import from_list
from voiced.testing.conformance.tts import TtsRig, speaking

PROMISES = tuple(
    promise(keep)
    for keep in (
        of.capabilities, of.formats, of.all_clauses, of.nothing, of.streaming, of.odd_texts, of.slow_sink,
        of.two_replies, of.cancelled, of.nothing_grows,
    )
)  # fmt: skip


def check_tts(make: Make[TtsRig], *, faults: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Try all that a voice promises; return the promises. Raises `NotConforming` with those it does not keep.

    `make(fault)` builds it anew; `faults` are those that it can have the service show. To be called outside of trio.
    """
    check_names(faults)
    return hold("voice", [*PROMISES, *map(under, faults)], make)


def under(fault: str) -> Promise[TtsRig]:
    """Return what is promised for a service that shows this fault."""
    if fault in {SILENT, HANGING}:
        return Promise(f"{promise(of.silent).text} ({fault})", of.silent, fault)
    return Promise(f"When its service is at fault ({fault}), it raises the error for it", partial(_fails, fault), fault)


async def _fails(fault: str, rig: TtsRig) -> None:
    async with speaking(rig) as reply, trio.open_nursery() as nursery:
        nursery.start_soon(from_list, rig.clauses, reply.feed)
        check_error(fault, await reply.running.fails(), rig.clauses)
        nursery.cancel_scope.cancel()
