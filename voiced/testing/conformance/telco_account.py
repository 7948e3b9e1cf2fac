"""What is promised of the two parts of a carrier that ask an account, its faults included."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import trio

from voiced.plugin import HangUp, Papers, Wiring, control_of, numbers_of
from voiced.testing.conformance.faults import check_error
from voiced.testing.conformance.promises import Unkept, expect
from voiced.testing.conformance.running import running
from voiced.testing.conformance.telco import Account, TelcoRig

NUMBER = "+33939999999"
"""Of nobody's account."""
WIRING = Wiring("https://voiced.example/voice/inbound", "https://voiced.example/voice/status")
UNREAD = frozenset({"hang_up", "redirect"})
"""Methods that need not read what a successful answer says."""

Act = Callable[[], Awaitable[object]]


async def parts(rig: TelcoRig) -> None:
    """Its control of calls and its numbers are always the same; there is an account to try them on."""
    await trio.lowlevel.checkpoint()
    for what, part in (("control", control_of), ("numbers", numbers_of)):
        found = part(rig.telco)
        expect(found is part(rig.telco), f"asked twice, its {what} is another")
        expect(found is None or rig.account, f"it has {what}, and the rig no account to try that on")


def acts(rig: TelcoRig, account: Account) -> Mapping[str, Act]:
    """Return what can be asked of the account, by the method's name."""
    found: dict[str, Act] = {}
    if (control := control_of(rig.telco)) is not None:
        found |= {
            "hang_up": lambda: control.hang_up(account.unknown),
            "redirect": lambda: control.redirect(account.unknown, HangUp("Au revoir."), account.order.hooks),
            "place": lambda: control.place(account.order),
        }
    if (numbers := numbers_of(rig.telco)) is not None:
        found |= {
            "search": lambda: numbers.search(account.wish),
            "buy": lambda: numbers.buy(NUMBER, Papers()),
            "owned": numbers.owned,
            "wire": lambda: numbers.wire(NUMBER, WIRING),
        }
    return found


async def waits(rig: TelcoRig) -> None:
    """While its account says nothing it waits as long as the caller does, and can be cancelled."""
    if rig.account is None:
        return
    for name, act in acts(rig, rig.account).items():
        async with running(_act, act) as one:
            with trio.move_on_after(30):
                await one.over.wait()
            expect(one.error is None, f"{name} gave up by itself: {one.error!r}; deadlines are the caller's")
            expect(not one.over.is_set(), f"{name} returned though nobody had answered")
            try:
                await one.stops()
            except Unkept as error:
                raise Unkept(f"{name}: {error}") from error


async def fails(fault: str, rig: TelcoRig) -> None:
    """See `check_telco.under`."""
    if rig.account is None:
        return
    order = rig.account.order
    for name, act in acts(rig, rig.account).items():
        if fault == "garbage" and name in UNREAD:
            continue
        async with running(_act, act) as one:
            try:
                check_error(fault, await one.fails(), (order.number, order.caller_id, NUMBER))
            except Unkept as error:
                raise Unkept(f"{name}: {error}") from error


async def _act(act: Act) -> None:
    await act()
