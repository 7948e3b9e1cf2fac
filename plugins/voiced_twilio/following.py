"""What follows in a call, as TwiML: the answer to a webhook, or what a call is redirected to."""

from __future__ import annotations

from dataclasses import dataclass

from voiced.plugin import Admission, AfterStream, Dial, HangUp, WebResponse
from voiced_twilio import twiml


@dataclass(frozen=True, slots=True)
class Following:
    """`voice` speaks for us; a person whom the caller is given to may talk for `limit` seconds."""

    voice: twiml.Voice
    limit: int

    def answer(self, follows: AfterStream, hooks: str) -> WebResponse:
        """Return the TwiML of what follows; our webhooks lie below the address `hooks`."""
        match follows:
            case HangUp(say):
                return twiml.apologise(say, self.voice)
            case Dial(number, caller_id, timeout, say):
                person = twiml.Connection(number, caller_id, timeout, self.limit, f"{hooks}dialled")
                return twiml.dial(person, say, self.voice)
            case Admission(call_id, media_url):
                return twiml.stream(
                    media_url, then=f"{hooks}after", status=f"{hooks}stream", params={"call_id": call_id}
                )
