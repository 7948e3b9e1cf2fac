"""What is remembered of calls: a bounded number of them, the oldest forgotten first. Pure.

Nothing depends on it being there: a call whose worker died goes on at one that remembers nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from voiced.plugin import CallOffer, WebResponse
from voiced_vonage.ncco import NOTHING

MOST = 1000
NAME = "vonage"


class Recent:
    """The last names that were put in."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._names: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def add(self, name: str) -> None:
        """Put a name in."""
        self._names[name] = None
        if len(self._names) > self._most:
            self._names.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Led:
    """What was said to follow a leg that ended with `status`."""

    status: str
    response: WebResponse


class Ended:
    """The legs beside the caller's that are over, and what was said to follow each: their events may come again."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._led: OrderedDict[str, Led] = OrderedDict()

    def find(self, leg: str, status: str) -> WebResponse | None:
        """Return what was answered to this event before; None for a leg that was not over yet.

        To another status of a leg that is over, nothing is to be done.
        """
        led = self._led.get(leg)
        if led is None:
            return None
        return led.response if led.status == status else NOTHING

    def keep(self, leg: str, status: str, response: WebResponse) -> WebResponse:
        """Remember an answer, and return it."""
        if leg:
            self._led[leg] = Led(status, response)
            if len(self._led) > self._most:
                self._led.popitem(last=False)
        return response


class Offers:
    """Who called whom, by the caller's leg: events of other legs do not tell."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._offers: OrderedDict[str, CallOffer] = OrderedDict()

    def keep(self, offer: CallOffer) -> CallOffer:
        """Remember an offer, and return it."""
        self._offers[offer.carrier_call_id] = offer
        if len(self._offers) > self._most:
            self._offers.popitem(last=False)
        return offer

    def forget(self, call: str) -> None:
        """Forget a call that is over: numbers are not kept longer than they are needed."""
        self._offers.pop(call, None)

    def of(self, call: str, called: str = "") -> CallOffer:
        """Return the offer of a call; of an unknown one, what is known without it."""
        return self._offers.get(call) or CallOffer(NAME, call, caller="", called=called)
