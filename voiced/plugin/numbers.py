"""Contract of the numbers of a carrier's account: found, bought, and led to us.

An optional part of a `Telco`: a carrier that has an API for it says so by the attribute (`NumberSource`). Like every
provider, none of these methods retries or holds a deadline: who calls does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

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
    """A number of the account, and where it leads now.

    `trouble`: what hinders its calls from being taken, wherever it leads, in words for an operator; empty: nothing.
    """

    number: str
    id: str
    wiring: Wiring
    trouble: str = ""


class Numbers(Protocol):
    """The numbers of an account.

    Each method raises `ProviderError`, whose hint says how to mend it; `Unavailable`, without asking anybody, where the
    settings lack what it takes to ask.
    """

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
