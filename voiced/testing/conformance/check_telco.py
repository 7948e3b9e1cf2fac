"""`check_telco`: tries every promise of `voiced.plugin.Telco`, `Leg`, `CallControl` and `Numbers`. Needs hypothesis."""

from __future__ import annotations

from functools import partial

from voiced.testing.conformance import garbage
from voiced.testing.conformance import telco_account as account
from voiced.testing.conformance import telco_control as control
from voiced.testing.conformance import telco_numbers as numbers
from voiced.testing.conformance import telco_promises as of
from voiced.testing.conformance.faults import HANGING, SILENT, check_names
from voiced.testing.conformance.promises import Make, Promise, hold, promise
from voiced.testing.conformance.telco import TelcoRig

PROMISES = tuple(
    promise(keep)
    for keep in (
        of.capabilities, of.stream, of.commands, of.apart, of.rings, of.strangers, of.cut_short, garbage.messages,
        garbage.requests, account.parts, control.ends, control.redirects, control.refuses_the_dead, control.places,
        control.erases, numbers.sells, numbers.buys, numbers.wires, numbers.knows_its_own,
    )
)  # fmt: skip


def check_telco(make: Make[TelcoRig], *, faults: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Try all that a carrier's plugin promises; return the promises. Raises `NotConforming` with those it breaks.

    `make(fault)` builds it anew; `faults` are those that it can have its account show, where it has one. To be called
    outside of trio.
    """
    check_names(faults)
    return hold("carrier", [*PROMISES, *map(under, faults)], make)


def under(fault: str) -> Promise[TelcoRig]:
    """Return what is promised for an account that shows this fault."""
    if fault in {SILENT, HANGING}:
        return Promise(f"{promise(account.waits).text} ({fault})", account.waits, fault)
    text = f"When its account is at fault ({fault}), what asks it raises the error for that"
    return Promise(text, partial(account.fails, fault), fault)
