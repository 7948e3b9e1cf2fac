"""The promises of `Numbers`, one function each; its docstring is the promise. Without numbers none is tried."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import trio

from voiced.plugin import NumberOffer, Numbers, OwnedNumber, Wiring, numbers_of
from voiced.testing.conformance.promises import expect
from voiced.testing.conformance.telco import Account, TelcoRig
from voiced.testing.conformance.telco_account import NUMBER, WIRING
from voiced.testing.conformance.telco_control import refused

_E164 = re.compile(r"\+[1-9]\d{6,14}")
NEEDS = frozenset({"none", "any", "local", "foreign"})


def _parts(rig: TelcoRig) -> tuple[Numbers, Account] | None:
    numbers = numbers_of(rig.telco)
    return (numbers, rig.account) if numbers is not None and rig.account is not None else None


async def sells(rig: TelcoRig) -> None:
    """Numbers for sale are of the kind and the digits that were wished for, no more than were; none where none is."""
    await trio.lowlevel.checkpoint()
    if (parts := _parts(rig)) is None:
        return
    numbers, account = parts
    found = await _offered(numbers, account)
    begins = found[0].number[:-1]
    like = await numbers.search(replace(account.wish, contains=f"{begins}*", limit=2))
    expect(1 <= len(like) <= 2, f"{len(like)} numbers for 2 that were wished for")
    expect(all(each.number.startswith(begins) for each in like), f"other digits than {begins}*: {like}")
    none = await numbers.search(replace(account.wish, contains="+999999999"))
    expect(isinstance(none, Sequence) and not none, f"of what nobody sells it offers {none}")


async def _offered(numbers: Numbers, account: Account) -> Sequence[NumberOffer]:
    found = await numbers.search(account.wish)
    expect(found, f"nothing is for sale for {account.wish}")
    expect(len(found) <= account.wish.limit, f"{len(found)} numbers for {account.wish.limit} that were wished for")
    for each in found:
        expect(isinstance(each, NumberOffer), f"it offers {each!r}, which is no NumberOffer")
        expect(_E164.fullmatch(each.number), f"it offers {each.number!r}, which is no E.164")
        expect(each.kind == account.wish.kind, f"{each.kind} was offered, {account.wish.kind} wished for")
        expect(each.needs in NEEDS, f"{each.needs!r} says nothing of an address")
    return found


async def buys(rig: TelcoRig) -> None:
    """A number that was bought is the account's, and is for sale no more."""
    await trio.lowlevel.checkpoint()
    if (parts := _parts(rig)) is None:
        return
    numbers, account = parts
    before = await numbers.owned()
    wanted = (await _offered(numbers, account))[0].number
    bought = await numbers.buy(wanted, account.papers)
    expect(isinstance(bought, OwnedNumber) and bought.number == wanted, f"it bought {bought}, not {wanted}")
    expect(bought.id, "what it bought has no id")
    owned = [each.number for each in await numbers.owned()]
    expect(owned.count(wanted) == 1 and len(owned) == len(before) + 1, f"then it owns {owned}")
    offered = [each.number for each in await numbers.search(replace(account.wish, contains=wanted))]
    expect(wanted not in offered, "it is still for sale")
    await refused(numbers.buy(wanted, account.papers), "a number that was bought already")


async def wires(rig: TelcoRig) -> None:
    """A number of the account is led here, again too, and says so; a fallback that is not told stays."""
    await trio.lowlevel.checkpoint()
    if (parts := _parts(rig)) is None:
        return
    numbers, account = parts
    wanted = (await _offered(numbers, account))[0].number
    await numbers.buy(wanted, account.papers)
    aside = replace(WIRING, fallback="https://aside.example/fallback")
    elsewhere = Wiring("https://other.example/voice/inbound", "https://other.example/voice/status")
    for wiring, then in ((aside, aside), (WIRING, aside), (elsewhere, replace(elsewhere, fallback=aside.fallback))):
        told = await numbers.wire(wanted, wiring)
        [listed] = [each for each in await numbers.owned() if each.number == wanted]
        expect(told == listed, f"wired it says {told}, listed {listed}")
        leads = replace(told.wiring, inbound=told.wiring.inbound.partition("#")[0])
        expect(leads == then, f"wired to {then} it leads to {leads}")
        expect(not told.trouble, f"what it has wired cannot be called: {told.trouble}")


async def knows_its_own(rig: TelcoRig) -> None:
    """A number that is not the account's cannot be wired, nor one bought that is not for sale: ProviderBadInput."""
    await trio.lowlevel.checkpoint()
    if (parts := _parts(rig)) is None:
        return
    numbers, account = parts
    owned = await numbers.owned()
    await refused(numbers.wire(NUMBER, WIRING), "a number of somebody else, wired,")
    await refused(numbers.buy(NUMBER, account.papers), "a number that is not for sale")
    expect(await numbers.owned() == owned, "what was refused changed the account")
