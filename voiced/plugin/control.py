"""Contracts of what a carrier does when it is asked from outside a call: end or redirect it, place one, sell numbers.

Both are optional parts of a `Telco`: a carrier that has an API for them says so by the attribute (`Controllable`,
`NumberSource`). Like every provider, none of these methods retries or holds a deadline: who calls does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from voiced.plugin.telco import AfterStream


@dataclass(frozen=True, slots=True)
class OutboundCall:
    """A call that we place: to `number`, showing `caller_id` (one of ours), both in E.164.

    Once it is answered, it is a call like any other: the carrier asks the webhook of incoming calls, and offers it with
    the person as `caller` and our number as `called`, so that the flow of that number speaks.
    """

    number: str
    caller_id: str
    hooks: str
    """Address below which our webhooks for this carrier lie: `https://<public_url>/voice/<provider>/`."""
    ring: float = 25.0
    """Seconds that it may ring."""


class CallControl(Protocol):
    """What a carrier does to calls from outside their webhooks. `call` is the carrier's own id of one."""

    async def hang_up(self, call: str) -> None:
        """End a call, whatever it does. One that is over already is no error. Raises `ProviderError`."""
        ...

    async def redirect(self, call: str, follows: AfterStream, hooks: str) -> None:
        """Let a call in progress go on with `follows`, whatever it does; its media stream ends.

        `hooks` as in `OutboundCall`. Raises `ProviderBadInput` when the call is over, else `ProviderError`.
        """
        ...

    async def place(self, order: OutboundCall) -> str:
        """Place a call; return its id at once, while it rings or waits to. Raises `ProviderError`."""
        ...

    async def recordings(self, call: str) -> Sequence[str]:
        """Return the ids of the recordings that the carrier keeps of a call. Raises `ProviderError`."""
        ...

    async def delete_recording(self, recording: str) -> None:
        """Have the carrier erase a recording. One that is gone already is no error. Raises `ProviderError`."""
        ...


@runtime_checkable
class Controllable(Protocol):
    """A `Telco` whose calls can be controlled."""

    @property
    def control(self) -> CallControl:
        """The way to do it; always the same."""
        ...


def control_of(telco: object) -> CallControl | None:
    """Return how a carrier's calls are controlled; None when it has no API for that."""
    return telco.control if isinstance(telco, Controllable) else None


NumberKind = Literal["local", "national", "mobile", "toll-free"]
"""Geographic (France: 01 to 05), non-geographic (09), mobile (06, 07), free for the caller (080)."""


@dataclass(frozen=True, slots=True)
class NumberWish:
    """What is looked for. `contains`: digits in E.164 order, `*` for any one, as `+3318*`; empty: any."""

    country: str = "FR"
    kind: NumberKind = "national"
    contains: str = ""
    limit: int = 10


@dataclass(frozen=True, slots=True)
class NumberOffer:
    """A number for sale. `needs`: the address that its buyer must have: `none`, `any`, `local` or `foreign`."""

    number: str
    kind: NumberKind
    place: str = ""
    needs: str = "none"


@dataclass(frozen=True, slots=True)
class Papers:
    """What the law wants of a buyer, by the carrier's ids: the approved dossier and the address. Empty: none."""

    bundle: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Wiring:
    """Where a carrier's number leads. `fallback` is asked when `inbound` cannot be had; empty in an order: as it is."""

    inbound: str = ""
    status: str = ""
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class OwnedNumber:
    """A number of the account, and where it leads now."""

    number: str
    id: str
    wiring: Wiring


class Numbers(Protocol):
    """The numbers of an account. Each method raises `ProviderError`, whose hint says how to mend it."""

    async def search(self, wish: NumberWish) -> Sequence[NumberOffer]:
        """Return numbers for sale; none when the carrier has none like it."""
        ...

    async def buy(self, number: str, papers: Papers) -> OwnedNumber:
        """Buy a number: from now on it is paid for."""
        ...

    async def owned(self) -> Sequence[OwnedNumber]:
        """Return the account's numbers."""
        ...

    async def wire(self, number: str, wiring: Wiring) -> OwnedNumber:
        """Let a number of the account lead to these addresses. Raises `ProviderBadInput` when it is none."""
        ...


@runtime_checkable
class NumberSource(Protocol):
    """A `Telco` whose numbers can be found, bought and wired."""

    @property
    def numbers(self) -> Numbers:
        """The way to do it; always the same."""
        ...


def numbers_of(telco: object) -> Numbers | None:
    """Return the numbers of a carrier's account; None when it has no API for them."""
    return telco.numbers if isinstance(telco, NumberSource) else None
