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
from voiced.errors import ProviderBadInput, ProviderError
from voiced.observe.log import logger
from voiced.plugin import AfterStream, CallControl, HangUp, Telco, control_of

log = logger("strays")

LOOK = 1.0
"""Seconds between two looks."""
PATIENCE = 5.0
"""Seconds that a carrier gets to ask what follows the end of a stream."""
DEADLINE = 5.0
"""Seconds that the carrier's API may take..."""
PAUSES = (1.0, 3.0, 0.0)
"""...and between its tries; the last is followed by none."""


Told = Literal["told", "over", "not now", "never"]


class Strays:
    """Looks after the calls of one worker. `telcos` may be replaced at any time."""

    def __init__(self, switchboard: Switchboard, telcos: Mapping[str, Telco], public_url: str) -> None:
        self._switchboard, self._telcos, self._public_url = switchboard, telcos, public_url

    async def run(self) -> None:
        """Look every second, until cancelled."""
        async with trio.open_nursery() as nursery:
            while True:
                await trio.sleep(LOOK)
                for call in self._switchboard.strays(PATIENCE):
                    call.left_at = None  # once is enough
                    control = control_of(self._telcos.get(call.offer.provider))
                    if control is not None:
                        nursery.start_soon(self._lead, call, control)

    async def _lead(self, call: Call, control: CallControl) -> None:
        """Tell the carrier what follows; when it cannot be told, the call counts as over."""
        follows = self._switchboard.after_stream(call.offer)
        log.warning("call_strayed", call_id=call.call_id, follows=type(follows).__name__)
        for pause in PAUSES:
            told = await self._tell(call, control, follows)
            if told != "not now":
                break
            await trio.sleep(pause)
        if told == "over" or (told == "told" and isinstance(follows, HangUp)):
            self._close(call, "completed")
        elif told != "told":
            self._close(call, "failed")

    async def _tell(self, call: Call, control: CallControl, follows: AfterStream) -> Told:
        """Tell it once; return what became of that."""
        hooks = f"{self._public_url}/voice/{call.offer.provider}/"
        try:
            with trio.fail_after(DEADLINE):
                await control.redirect(call.offer.carrier_call_id, follows, hooks)
        except ProviderBadInput:  # the carrier knows the call no more
            return "over"
        except Exception as error:  # noqa: BLE001 - a plugin's bug ends one call, never the worker
            again = isinstance(error, trio.TooSlowError) or (isinstance(error, ProviderError) and error.retryable)
            log.warning("call_not_told", call_id=call.call_id, error=type(error).__name__, again=again)
            return "not now" if again else "never"
        return "told"

    def _close(self, call: Call, status: str) -> None:
        self._switchboard.over(call.offer.provider, call.offer.carrier_call_id, status)
