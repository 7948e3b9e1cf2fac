"""`check_llm`: tries every promise of `voiced.plugin.Llm`."""

from __future__ import annotations

from functools import partial

from voiced.plugin import Done, LlmEvent
from voiced.testing.conformance import llm_promises as of
from voiced.testing.conformance.faults import HANGING, SILENT, check_error, check_names
from voiced.testing.conformance.llm import LlmRig
from voiced.testing.conformance.promises import Make, Promise, expect, hold, promise
from voiced.testing.conformance.running import Kept, running

PROMISES = tuple(
    promise(keep)
    for keep in (
        of.capabilities, of.words, of.acts, of.choice, of.prefix, of.any_history, of.prepare, of.slow_sink,
        of.two_answers, of.cancelled, of.nothing_grows,
    )
)  # fmt: skip


def check_llm(make: Make[LlmRig], *, faults: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Try all that a model promises; return the promises. Raises `NotConforming` with those it does not keep.

    `make(fault)` builds it anew; `faults` are those that it can have the service show. To be called outside of trio.
    """
    check_names(faults)
    return hold("model", [*PROMISES, *map(under, faults)], make)


def under(fault: str) -> Promise[LlmRig]:
    """Return what is promised for a service that shows this fault."""
    if fault in {SILENT, HANGING}:
        return Promise(f"{promise(of.silent).text} ({fault})", of.silent, fault)
    return Promise(f"When its service is at fault ({fault}), it raises the error for it", partial(_fails, fault), fault)


async def _fails(fault: str, rig: LlmRig) -> None:
    out: Kept[LlmEvent] = Kept()
    async with running(rig.llm.reply, rig.chat, out) as one:
        check_error(fault, await one.fails(), rig.said)
    expect(not any(isinstance(event, Done) for event in out.values), "it failed, and had said Done before")
