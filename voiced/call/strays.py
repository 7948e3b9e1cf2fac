"""Calls whose stream ended unnoticed by the carrier: it is told over its API what follows.

A network that vanishes, or a media socket that dies half-open, leaves a caller in silence until the carrier finds out,
after tens of seconds. So whatever a carrier does not ask for soon after a stream's end, it is told: goodbye, a person,
or another stream. It may ask while it is told: what it is answered then and what it was told lead to the same call.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, repeat
from typing import Literal

import trio

from voiced.call.switchboard import Call, Switchboard
from voiced.errors import ProviderBadInput, ProviderError
from voiced.observe import metrics
from voiced.observe.log import logger
from voiced.plugin import Admission, AfterStream, HangUp, Telco, control_of
from voiced.resilience import Breakers, Carrier

log = logger("strays")

LOOK = 0.1
"""Seconds between two looks, while there is such a call."""
LOST = 0.5
"""Seconds that a carrier gets to ask what follows a stream that was lost: the caller hears nothing meanwhile."""
PATIENCE = 5.0
"""Seconds that it gets after one that we ended: it knows that already."""
AGAIN = 1.5
"""Seconds after which it is told once more when its API was down."""
GIVE_UP = 30.0
"""Seconds after which a call counts as failed of which it could not be told."""
SETTLED = 5.0
"""Seconds after which what it was told is done, or never will be."""

Told = Literal["told", "over", "never"]


class Strays:
    """Looks after the calls of one worker. `telcos` may be replaced at any time; `breakers` are the process's."""

    def __init__(
        self, switchboard: Switchboard, telcos: Mapping[str, Telco], public_url: str, breakers: Breakers
    ) -> None:
        self._switchboard, self._telcos, self._public_url = switchboard, telcos, public_url
        self._breakers = breakers

    async def run(self) -> None:
        """Look again and again while there is something to see, until cancelled."""
        async with trio.open_nursery() as nursery:
            while True:
                await self._switchboard.wait_left()
                await trio.sleep(LOOK)
                for call in self._switchboard.strays(lost=LOST, ended=PATIENCE):
                    call.left_at = None  # once is enough
                    control = control_of(self._telcos.get(call.offer.provider))
                    if control is not None:
                        carrier = Carrier(control, call.offer.provider, self._breakers)
                        nursery.start_soon(self._lead, call, carrier)

    async def _lead(self, call: Call, carrier: Carrier) -> None:
        """Tell the carrier what follows; when it cannot be told, the call counts as over."""
        follows = self._switchboard.stray(call)
        spare = call.spare
        log.warning("call_strayed", call_id=call.call_id, follows=type(follows).__name__)
        told = await self._tell(call, carrier, follows)
        metrics.CALLS_STRAYED.labels(call.offer.provider, "failed" if told == "never" else told).inc()
        if told == "over" or (told == "told" and isinstance(follows, HangUp)):
            self._close(call, "completed")
        elif told == "told":
            await trio.sleep(SETTLED)
        else:
            self._close(call, "failed")
        if call.spare == spare:  # it is another's where the next stream was lost meanwhile
            call.spare = ""

    async def _tell(self, call: Call, carrier: Carrier, follows: AfterStream) -> Told:
        """Tell it, again while its API is down; return what became of that."""

        def moot() -> bool:
            return isinstance(follows, Admission) and (call.redeemed or call.over_at is not None)

        hooks, leg = f"{self._public_url}/voice/{call.offer.provider}/", call.offer.carrier_call_id
        with trio.move_on_after(GIVE_UP):
            for hurry in chain([True], repeat(False)):
                try:
                    await carrier.redirect(leg, follows, hooks, hurry=hurry, moot=moot)
                except ProviderBadInput:  # the carrier knows the call no more
                    return "over"
                except Exception as error:  # noqa: BLE001 - a plugin's bug ends one call, never the worker
                    log.warning("call_not_told", call_id=call.call_id, error=type(error).__name__)
                    if not isinstance(error, ProviderError) or not error.retryable:
                        return "never"
                    await trio.sleep(AGAIN)
                else:
                    return "told"
        return "never"

    def _close(self, call: Call, status: str) -> None:
        self._switchboard.over(call.offer.provider, call.offer.carrier_call_id, status)
