"""The promises of `CallControl`, one function each; its docstring is the promise. Without a control none is tried."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Literal

import trio
from msgspec.structs import replace

from voiced.plugin import Admission, AfterStream, CallControl, Dial, HangUp, ProviderBadInput, ProviderError, control_of
from voiced.testing.conformance.promises import Unkept, expect
from voiced.testing.conformance.running import SOON
from voiced.testing.conformance.telco import Account, TelcoRig

STREAM = Admission("call-1", "wss://voiced.example/media/token")
GOODBYE = HangUp("Au revoir.")
LOOK = 0.1
"""Virtual seconds between two looks at a call that is to end."""


def _parts(rig: TelcoRig) -> tuple[CallControl, Account] | None:
    control = control_of(rig.telco)
    return (control, rig.account) if control is not None and rig.account is not None else None


async def ends(rig: TelcoRig) -> None:
    """A call in progress is hung up; one that is over, or that nobody knows, is no error."""
    await trio.lowlevel.checkpoint()
    if (parts := _parts(rig)) is None:
        return
    control, account = parts
    one, other = await account.ring(), await account.ring()
    await control.hang_up(one)
    await _over(account, one, "hung up, a call")
    expect(account.lives(other), "hanging up one call ended another")
    for what, call in (("hung up before", one), ("that nobody knows", account.unknown)):
        await _bears(control.hang_up(call), f"hanging up a call {what}")
    await control.hang_up(other)


async def redirects(rig: TelcoRig) -> None:
    """A call in progress is sent to a person or to another stream and goes on, or is told goodbye and ends."""
    await trio.lowlevel.checkpoint()
    if (parts := _parts(rig)) is None:
        return
    control, account = parts
    person = Dial(account.order.number, account.order.caller_id, 5.0, "Un instant.")
    goes_on: tuple[AfterStream, ...] = (person, STREAM)
    for follows in goes_on:
        call = await account.ring()
        await control.redirect(call, follows, account.order.hooks)
        expect(account.lives(call), f"sent to {type(follows).__name__}, the call ended")
        await control.hang_up(call)
    for goodbye in (GOODBYE, HangUp()):
        call = await account.ring()
        await control.redirect(call, goodbye, account.order.hooks)
        await _over(account, call, f"after {goodbye}, a call")


async def refuses_the_dead(rig: TelcoRig) -> None:
    """A call that is over, or that nobody knows, cannot be sent anywhere: ProviderBadInput."""
    await trio.lowlevel.checkpoint()
    if (parts := _parts(rig)) is None:
        return
    control, account = parts
    over = await account.ring()
    await control.hang_up(over)
    await _over(account, over, "hung up, a call")
    person = Dial(account.order.number, account.order.caller_id)
    for call in (over, account.unknown):
        for follows in (GOODBYE, person, STREAM):
            what = f"a call that is {'over' if call == over else 'unknown'}, sent to {type(follows).__name__},"
            await refused(control.redirect(call, follows, account.order.hooks), what)


async def places(rig: TelcoRig) -> None:
    """A call is placed: its id comes at once, is its own, and the call can be ended by it; to no number, none is."""
    await trio.lowlevel.checkpoint()
    if (parts := _parts(rig)) is None:
        return
    control, account = parts
    calls = [await control.place(account.order) for _ in range(2)]
    for call in calls:
        expect(isinstance(call, str) and call, f"placed, it gives {call!r} for an id")
        expect(account.lives(call), f"the account knows no call {call!r}")
    expect(calls[0] != calls[1], "two calls have one id")
    for call in calls:
        await control.hang_up(call)
        await _over(account, call, "placed and hung up, a call")
    await refused(control.place(replace(account.order, number="personne")), "a call to no number", "provider")


async def erases(rig: TelcoRig) -> None:
    """Recordings are told by their ids; one that is gone is erased without an error."""
    await trio.lowlevel.checkpoint()
    if (parts := _parts(rig)) is None:
        return
    control, account = parts
    call = await account.ring()
    found = await control.recordings(call)
    expect(all(isinstance(each, str) and each for each in found), f"recordings: {found}")
    await _bears(control.delete_recording(account.unknown), "erasing a recording that is gone")
    await control.hang_up(call)


async def refused(act: Awaitable[object], what: str, kind: Literal["input", "provider"] = "input") -> None:
    """Check that something is refused, as bad input or by any `ProviderError`."""
    wanted = ProviderBadInput if kind == "input" else ProviderError
    try:
        given = await act
    except wanted:
        return
    except Exception as error:
        raise Unkept(f"{what} raises {type(error).__name__}, not {wanted.__name__}: {error}") from error
    raise Unkept(f"{what} raises nothing, and gives {given!r}")


async def _bears(act: Awaitable[object], what: str) -> None:
    try:
        await act
    except Exception as error:
        raise Unkept(f"{what} raises {type(error).__name__}: {error}") from error


async def _over(account: Account, call: str, what: str) -> None:
    """Wait until the account says that a call is over."""
    for _ in range(round(SOON / LOOK)):
        if not account.lives(call):
            return
        await trio.sleep(LOOK)
    raise Unkept(f"{what} is still in progress after {SOON:g} s")
