"""Contract of what a carrier does to calls when it is asked from outside of them: end or redirect one, place one.

An optional part of a `Telco`: a carrier that has an API for it says so by the attribute (`Controllable`). Like every
provider, none of these methods retries or holds a deadline: who calls does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from msgspec import Struct

from voiced.plugin.telco import AfterStream


class OutboundCall(Struct, frozen=True):
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
