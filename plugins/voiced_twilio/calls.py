"""Calls controlled from outside their webhooks, over REST: see `voiced.plugin.CallControl`.

Source: twilio.com/docs/voice/api/call-resource and twilio.com/docs/voice/api/recording.
"""

from __future__ import annotations

from collections.abc import Sequence

from voiced.plugin import AfterStream, HangUp, OutboundCall, ProviderProtocol
from voiced_twilio.failures import GONE, TwilioBadInput
from voiced_twilio.following import Following
from voiced_twilio.options import NAME
from voiced_twilio.rest import Body, Rest


class CallsByRest:
    """The calls of one account."""

    def __init__(self, rest: Rest, following: Following) -> None:
        self._rest = rest
        self._following = following

    async def hang_up(self, call: str) -> None:
        """End a call. `completed` ends one that rings, too; `canceled` would spare one that was answered meanwhile."""
        try:
            await self._rest.post(f"Calls/{call}", {"Status": "completed"})
        except TwilioBadInput as error:
            if error.code not in GONE:
                raise

    async def redirect(self, call: str, follows: AfterStream, hooks: str) -> None:
        """Replace what the call does, by TwiML of ours."""
        if follows == HangUp():
            await self.hang_up(call)
            return
        twiml = self._following.answer(follows, hooks).body.decode()
        await self._rest.post(f"Calls/{call}", {"Twiml": twiml})

    async def place(self, order: OutboundCall) -> str:
        """Place a call that asks our webhooks as one that comes in does."""
        placed = await self._rest.post(
            "Calls",
            {
                "To": order.number,
                "From": order.caller_id,
                "Url": f"{order.hooks}inbound",
                "FallbackUrl": f"{order.hooks}fallback",
                "StatusCallback": f"{order.hooks}status",
                "Timeout": str(min(max(round(order.ring), 5), 600)),
            },
        )
        return _sid(placed)

    async def recordings(self, call: str) -> Sequence[str]:
        """Return the recordings of a call. They outlive Twilio's own record of it, so they are looked for by its id."""
        return [_sid(each) for each in await self._rest.every("Recordings", "recordings", CallSid=call)]

    async def delete_recording(self, recording: str) -> None:
        """Erase a recording; Twilio keeps that there was one."""
        try:
            await self._rest.delete(f"Recordings/{recording}")
        except TwilioBadInput as error:
            if error.code not in GONE:
                raise


def _sid(resource: Body) -> str:
    match resource.get("sid"):
        case str(sid) if sid:
            return sid
    raise ProviderProtocol("a resource without its `sid`", provider=NAME)
