"""A carrier on trial: what its author gives of it, and a desk that notes what it is asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from voiced.plugin import (
    Admission,
    AfterStream,
    CallOffer,
    CallRefused,
    DialResult,
    HangUp,
    Leg,
    LegEvent,
    NumberWish,
    OutboundCall,
    Papers,
    Telco,
    WebRequest,
)

Media = Sequence[str | bytes]


@dataclass(frozen=True, slots=True)
class Account:
    """An emulated account, for a carrier that has `CallControl` or `Numbers`.

    `ring` has somebody call us, and returns the carrier's id of the call once it is in progress, where it stays for an
    hour; `lives`: whether the account knows a call that is not over. `unknown` is an id of no call. `order`: a call
    that can be placed. Of `wish` some numbers are for sale to who shows `papers`.

    When the factory is given a fault, whatever is asked of the account fails so; nobody calls then.
    """

    ring: Callable[[], Awaitable[str]]
    lives: Callable[[str], bool]
    unknown: str
    order: OutboundCall
    wish: NumberWish = field(default_factory=NumberWish)
    papers: Papers = field(default_factory=Papers)


@dataclass(frozen=True, slots=True)
class TelcoRig:
    """A carrier's plugin, and what the carrier sends to it for one call.

    `call_id`: the carrier's id of the call; `media`: a whole stream, from the first message to the last, with sound in
    it; `ends`: whether the last message ends it, or the carrier just closes. `incoming` makes the call's webhook,
    signed anew as the carrier does; `forged`: the same from somebody else. `upgrade`: what opens the media socket. A
    carrier without HTTP has neither. `account`: what one is tried on that controls calls or has numbers.
    """

    telco: Telco
    call_id: str
    media: Media
    incoming: Callable[[], WebRequest] | None = None
    forged: Sequence[WebRequest] = ()
    upgrade: WebRequest | None = None
    forged_upgrades: Sequence[WebRequest] = ()
    ends: bool = True
    account: Account | None = None


@dataclass(slots=True)
class NotingDesk:
    """Implements `Desk`: takes every call unless it is `full`, and notes what it was asked."""

    full: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    """What, and about which call."""

    def offer(self, offer: CallOffer) -> Admission:
        """Take the call."""
        self.asked.append(("offer", offer.carrier_call_id))
        if self.full:
            raise CallRefused("full")
        return Admission("call-1", "wss://voiced.example/media/token")

    def after_stream(self, offer: CallOffer) -> AfterStream:
        """Hang up."""
        self.asked.append(("after_stream", offer.carrier_call_id))
        return HangUp("Au revoir.")

    def dialled(self, provider: str, carrier_call_id: str, result: DialResult) -> AfterStream:
        """Hang up."""
        self.asked.append(("dialled", carrier_call_id))
        return HangUp(f"{provider}: {result}")

    def over(self, provider: str, carrier_call_id: str, status: str) -> None:
        """Note it."""
        self.asked.append((f"over by {provider}, {status}", carrier_call_id))


def played(leg: Leg, media: Media) -> list[LegEvent]:
    """Feed messages to a leg; return what it told."""
    return [event for message in media for event in leg.feed(message)]
