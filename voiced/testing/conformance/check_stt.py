"""`check_stt`: tries every promise of `voiced.plugin.Stt`.

def test_it_keeps_the_contract():
    check_stt(make, faults=("refused", "overloaded", "cut"))
"""

from __future__ import annotations

from functools import partial

from voiced.plugin import Finalise
from voiced.testing.conformance import backpressure
from voiced.testing.conformance import stt_conduct as conduct
from voiced.testing.conformance import stt_promises as of
from voiced.testing.conformance.faults import HANGING, LATE, SILENT, STT_NAMES, STUCK, check_error, check_names
from voiced.testing.conformance.promises import Make, Promise, hold, promise
from voiced.testing.conformance.stt import SttRig, calling

PROMISES = tuple(
    promise(keep)
    for keep in (
        of.capabilities, of.finalise, of.at_once, of.silence, of.pipelined, of.times, of.interims, of.at_the_end,
        of.odd_packets, of.other_format, of.hints, conduct.slow_sink, conduct.two_calls, conduct.cancelled,
        conduct.nothing_grows, conduct.nothing_is_left,
    )
)  # fmt: skip


def check_stt(make: Make[SttRig], *, faults: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Try all that a recogniser promises; return the promises. Raises `NotConforming` with those it does not keep.

    `make(fault)` builds it anew; `faults` are those that it can have the service show. To be called outside of trio.
    """
    check_names(faults, STT_NAMES)
    return hold("recogniser", [*PROMISES, *map(under, faults)], make)


def under(fault: str) -> Promise[SttRig]:
    """Return what is promised for a service that shows this fault."""
    if fault == "cut":
        return Promise(promise(conduct.cut).text, conduct.cut, fault)
    if fault == SILENT:
        return Promise(promise(conduct.silent).text, conduct.silent, fault)
    if fault == HANGING:
        return Promise(promise(conduct.hanging).text, conduct.hanging, fault)
    if fault == STUCK:
        return Promise(promise(backpressure.stuck).text, backpressure.stuck, fault)
    if fault == LATE:
        return Promise(promise(conduct.late).text, conduct.late, fault)
    return Promise(f"When its service is at fault ({fault}), it raises the error for it", partial(_fails, fault), fault)


async def _fails(fault: str, rig: SttRig) -> None:
    async with calling(rig) as line:
        await line.feed_what_is_taken(rig.sentences[0], Finalise())
        check_error(fault, await line.running.fails(), rig.sentences)
