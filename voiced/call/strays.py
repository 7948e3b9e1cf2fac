"""Calls whose stream ended unnoticed by the carrier: it is told over its API what follows.

A network that vanishes, or a media socket that dies half-open, leaves a caller in silence until the carrier finds out,
after tens of seconds. So whatever a carrier does not ask for soon after a stream's end, it is told: goodbye, a person,
or another stream.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import trio

from voiced.call.switchboard import Call, Switchboard
from voiced.errors import ProviderBadInput
from voiced.observe import metrics
from voiced.observe.log import logger
from voiced.plugin import AfterStream, CallControl, HangUp, Telco, control_of
from voiced.resilience import Breakers, Carrier

log = logger("strays")

LOOK = 1.0
"""Seconds between two looks."""
PATIENCE = 5.0
"""Seconds that a carrier gets to ask what follows the end of a stream."""

Told = Literal["told", "over", "never"]


class Strays:
    """Looks after the calls of one worker. `telcos` may be replaced at any time; `breakers` are the process's."""

    def __init__(
        self, switchboard: Switchboard, telcos: Mapping[str, Telco], public_url: str, breakers: Breakers
    ) -> None:
        self._switchboard, self._telcos, self._public_url = switchboard, telcos, public_url
        self._breakers = breakers

    async def run(self) -> None:
        """Look every second, until cancelled."""
        async with trio.open_nursery() as nursery:
            while True:
                await trio.sleep(LOOK)
                for call in self._switchboard.strays(PATIENCE):
                    call.left_at = None  # once is enough
                    control = control_of(self._telcos.get(call.offer.provider))
                    if control is not None:
                        carrier = Carrier(control, call.offer.provider, self._breakers)
                        nursery.start_soon(self._lead, call, carrier)

    async def _lead(self, call: Call, control: CallControl) -> None:
        """Tell the carrier what follows; when it cannot be told, the call counts as over."""
        follows = self._switchboard.after_stream(call.offer)
        log.warning("call_strayed", call_id=call.call_id, follows=type(follows).__name__)
        told = await self._tell(call, control, follows)
        metrics.CALLS_STRAYED.labels(call.offer.provider, "failed" if told == "never" else told).inc()
        if told == "over" or (told == "told" and isinstance(follows, HangUp)):
            self._close(call, "completed")
        elif told != "told":
            self._close(call, "failed")

    async def _tell(self, call: Call, control: CallControl, follows: AfterStream) -> Told:
        """Tell it, again if need be; return what became of that."""
        hooks = f"{self._public_url}/voice/{call.offer.provider}/"
        try:
            await control.redirect(call.offer.carrier_call_id, follows, hooks)
        except ProviderBadInput:  # the carrier knows the call no more
            return "over"
        except Exception as error:  # noqa: BLE001 - a plugin's bug ends one call, never the worker
            log.warning("call_not_told", call_id=call.call_id, error=type(error).__name__)
            return "never"
        return "told"

    def _close(self, call: Call, status: str) -> None:
        self._switchboard.over(call.offer.provider, call.offer.carrier_call_id, status)
