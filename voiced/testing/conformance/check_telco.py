"""`check_telco`: tries every promise of `voiced.plugin.Telco` and `Leg`. Needs hypothesis."""

from __future__ import annotations

from voiced.testing.conformance import garbage
from voiced.testing.conformance import telco_promises as of
from voiced.testing.conformance.promises import Make, hold, promise
from voiced.testing.conformance.telco import TelcoRig

PROMISES = tuple(
    promise(keep)
    for keep in (
        of.capabilities, of.stream, of.commands, of.apart, of.rings, of.strangers, of.cut_short, garbage.messages,
        garbage.requests,
    )
)  # fmt: skip


def check_telco(make: Make[TelcoRig]) -> tuple[str, ...]:
    """Try all that a carrier's plugin promises; return the promises. Raises `NotConforming` with those it breaks.

    `make("")` builds it anew. To be called outside of trio.
    """
    return hold("carrier", PROMISES, make)
