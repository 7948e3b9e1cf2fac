"""The kit sees what a carrier does wrong with calls and numbers of its account: each of these breaks one promise."""

# ruff: noqa: ARG002 - what breaks a contract need not read all that it is given

import socket
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count

import pytest
import trio
from msgspec import structs

from voiced.plugin import (
    Dial,
    HangUp,
    NumberOffer,
    OutboundCall,
    OwnedNumber,
    ProviderBadInput,
    ProviderRefused,
    Wiring,
)
from voiced.testing.conformance import FAULTS, Account, NotConforming, TelcoRig, check_telco
from voiced.testing.conformance import telco_account as of_account
from voiced.testing.conformance import telco_control as of_calls
from voiced.testing.conformance import telco_numbers as of_numbers
from voiced.testing.conformance.check_telco import under
from voiced.testing.conformance.promises import hold, promise
from voiced.testing.template.telco import AcmeOptions, AcmeTelco
from voiced.testing.template.telco_test import MEDIA, SECRET

ORDER = OutboundCall("+33199000003", "+33199000002", "https://voiced.example/voice/acme/")
STOCK = [f"+3393900{number:04d}" for number in range(20)]


class Exchange:
    """An account in memory; `fault` is what all that is asked of it comes to."""

    def __init__(self, fault=""):
        self.fault, self.names = fault, count()
        self.live, self.owned = set(), {}

    async def ring(self):
        await trio.lowlevel.checkpoint()
        self.live.add(name := f"call-{next(self.names)}")
        return name

    async def asked(self):
        await trio.lowlevel.checkpoint()
        if self.fault == "silent":
            await trio.sleep_forever()
        if self.fault:
            raise FAULTS[self.fault]("no", provider="acme")


def bad(what="no"):
    return ProviderBadInput(what, provider="acme")


class Calls:
    """Implements `CallControl`."""

    def __init__(self, exchange):
        self.exchange = exchange

    async def hang_up(self, call):
        await self.exchange.asked()
        self.exchange.live.discard(call)

    async def redirect(self, call, follows, hooks):
        await self.exchange.asked()
        if call not in self.exchange.live:
            raise bad()
        if isinstance(follows, HangUp):
            self.exchange.live.discard(call)

    async def place(self, order):
        await self.exchange.asked()
        if not order.number.startswith("+"):
            raise bad()
        return await self.exchange.ring()

    async def recordings(self, call):
        await self.exchange.asked()
        return ()

    async def delete_recording(self, recording):
        await self.exchange.asked()


class Book:
    """Implements `Numbers`."""

    def __init__(self, exchange):
        self.exchange = exchange

    async def search(self, wish):
        await self.exchange.asked()
        like = wish.contains.rstrip("*")
        found = [each for each in STOCK if each.startswith(like) and each not in self.exchange.owned]
        return [NumberOffer(each, wish.kind) for each in found[: wish.limit]]

    async def buy(self, number, papers):
        await self.exchange.asked()
        if number not in STOCK or number in self.exchange.owned:
            raise bad()
        self.exchange.owned[number] = Wiring()
        return OwnedNumber(number, number, Wiring())

    async def owned(self):
        await self.exchange.asked()
        return [OwnedNumber(each, each, wiring) for each, wiring in self.exchange.owned.items()]

    async def wire(self, number, wiring):
        await self.exchange.asked()
        if number not in self.exchange.owned:
            raise bad()
        before = self.exchange.owned[number]
        self.exchange.owned[number] = replace(wiring, fallback=wiring.fallback or before.fallback)
        return OwnedNumber(number, number, self.exchange.owned[number])


class Carrier(AcmeTelco):
    def __init__(self, exchange, calls, book):
        super().__init__(AcmeOptions(secret=SECRET), None)
        self.control, self.numbers = calls(exchange), book(exchange)


def rigged(calls=Calls, book=Book, telco=Carrier, **more):
    @asynccontextmanager
    async def make(fault):
        exchange = Exchange(fault)
        account = Account(exchange.ring, exchange.live.__contains__, "call-none", ORDER)
        yield TelcoRig(telco(exchange, calls, book), "call-1", MEDIA, **{"account": account, **more})

    return make


def test_a_good_account():
    assert len(check_telco(rigged(), faults=(*FAULTS.keys() - {"cut"}, "silent"))) >= 25


class Deaf(Calls):
    async def hang_up(self, call):
        await trio.lowlevel.checkpoint()


class Zealous(Calls):
    async def hang_up(self, call):
        await trio.lowlevel.checkpoint()
        self.exchange.live.clear()


class OnceOnly(Calls):
    async def hang_up(self, call):
        if call not in self.exchange.live:
            raise bad("there is no such call")
        await super().hang_up(call)


class Parting(Calls):
    async def redirect(self, call, follows, hooks):
        await super().redirect(call, HangUp() if isinstance(follows, Dial) else follows, hooks)


class Staying(Calls):
    async def redirect(self, call, follows, hooks):
        await super().redirect(call, follows, hooks) if follows != HangUp() else None


class Obliging(Calls):
    async def redirect(self, call, follows, hooks):
        self.exchange.live.discard(call)


class Raw(Calls):
    async def redirect(self, call, follows, hooks):
        if call not in self.exchange.live:
            raise KeyError(call)
        await super().redirect(call, follows, hooks)


class Nameless(Calls):
    async def place(self, order):
        await super().place(order)
        return ""


class Alike(Calls):
    first = ""

    async def place(self, order):
        self.first = self.first or await super().place(order)
        return self.first


class Anyone(Calls):
    async def place(self, order):
        return await super().place(structs.replace(order, number=ORDER.number))


class Keeping(Calls):
    async def delete_recording(self, recording):
        raise bad("there is no such recording")


LEFT = []


class Leaking(Calls):
    async def place(self, order):
        LEFT.append(socket.socket())
        return await super().place(order)


@pytest.mark.parametrize(
    ("broken", "calls", "how"),
    [
        (of_calls.ends, Deaf, "hung up, a call is still in progress after 30 s"),
        (of_calls.ends, Zealous, "hanging up one call ended another"),
        (of_calls.ends, OnceOnly, "hanging up a call hung up before raises ProviderBadInput"),
        (of_calls.redirects, Parting, "sent to Dial, the call ended"),
        (of_calls.redirects, Staying, r"after HangUp\(say=''\), a call is still in progress"),
        (of_calls.refuses_the_dead, Obliging, "that is over, sent to HangUp, raises nothing"),
        (of_calls.refuses_the_dead, Raw, "raises KeyError, not ProviderBadInput"),
        (of_calls.places, Nameless, "it gives '' for an id"),
        (of_calls.places, Alike, "two calls have one id"),
        (of_calls.places, Anyone, "a call to no number raises nothing"),
        (of_calls.places, Leaking, "it left behind: [23] sockets"),
        (of_calls.erases, Keeping, "erasing a recording that is gone raises ProviderBadInput"),
    ],
)
def test_a_broken_control(broken, calls, how):
    with pytest.raises(NotConforming, match=how):
        hold("carrier", [promise(broken)], rigged(calls))
    for each in LEFT:
        each.close()


class Generous(Book):
    async def search(self, wish):
        return await super().search(replace(wish, limit=100))


class Otherwise(Book):
    async def search(self, wish):
        return await super().search(replace(wish, kind="mobile"))


class Vague(Book):
    async def search(self, wish):
        return await super().search(replace(wish, contains=""))


class Loose(Book):
    async def search(self, wish):
        found = await super().search(replace(wish, contains=wish.contains[:6], limit=20))
        return found[-wish.limit :] if wish.contains else found[: wish.limit]


class National(Book):
    async def search(self, wish):
        return [replace(each, number=f"0{each.number[3:]}") for each in await super().search(wish)]


class Selling(Book):
    async def buy(self, number, papers):
        self.exchange.owned.pop(number, None)
        return await super().buy(number, papers)


class Unlisted(Book):
    async def owned(self):
        return ()


class Forgetful(Book):
    async def wire(self, number, wiring):
        self.exchange.owned[number] = Wiring()
        return await super().wire(number, wiring)


class Boasting(Book):
    async def wire(self, number, wiring):
        await super().wire(number, wiring)
        return OwnedNumber(number, number, wiring)


class Foreign(Book):
    async def wire(self, number, wiring):
        self.exchange.owned.setdefault(number, Wiring())
        return await super().wire(number, wiring)


@pytest.mark.parametrize(
    ("broken", "book", "how"),
    [
        (of_numbers.sells, Generous, "20 numbers for 10 that were wished for"),
        (of_numbers.sells, Otherwise, "mobile was offered, national wished for"),
        (of_numbers.sells, Vague, "of what nobody sells it offers"),
        (of_numbers.sells, Loose, "other digits than"),
        (of_numbers.sells, National, "which is no E.164"),
        (of_numbers.buys, Selling, "a number that was bought already raises nothing"),
        (of_numbers.buys, Unlisted, r"then it owns \[\]"),
        (of_numbers.wires, Forgetful, "it leads to Wiring.*fallback=''"),
        (of_numbers.wires, Boasting, "wired it says.*listed"),
        (of_numbers.knows_its_own, Foreign, "a number of somebody else, wired, raises nothing"),
    ],
)
def test_broken_numbers(broken, book, how):
    with pytest.raises(NotConforming, match=how):
        hold("carrier", [promise(broken)], rigged(book=book))


class Impatient(Calls):
    async def place(self, order):
        with trio.fail_after(5):
            return await super().place(order)


class Shielded(Book):
    async def owned(self):
        with trio.CancelScope(shield=True):
            await trio.sleep(40)


class Quoting(Calls):
    async def place(self, order):
        raise ProviderRefused(f"{order.number} may not be called", provider="acme")


class Bare(Book):
    async def search(self, wish):
        raise ConnectionError


@pytest.mark.parametrize(
    ("fault", "calls", "book", "how"),
    [
        ("silent", Impatient, Book, "place gave up by itself: TooSlowError"),
        ("silent", Calls, Shielded, "owned: it took 10.00 s to end"),
        ("refused", Quoting, Book, "place: its error quotes"),
        ("refused", Calls, Bare, "search: it raised ConnectionError"),
        ("throttled", Quoting, Book, r"place: it raised ProviderRefused .*, not ProviderThrottled"),
    ],
)
def test_a_carrier_that_bears_no_fault(fault, calls, book, how):
    with pytest.raises(NotConforming, match=how):
        hold("carrier", [under(fault)], rigged(calls, book))


class Changing(Carrier):
    @property
    def numbers(self):
        return Book(Exchange())

    @numbers.setter
    def numbers(self, book):
        pass


@pytest.mark.parametrize(
    ("telco", "more", "how"),
    [(Changing, {}, "its numbers is another"), (Carrier, {"account": None}, "it has control, and the rig no account")],
)
def test_parts_that_cannot_be_tried(telco, more, how):
    with pytest.raises(NotConforming, match=how):
        hold("carrier", [promise(of_account.parts)], rigged(telco=telco, **more))
