"""What the desk says, as actions of Vonage's: a stream, a person, goodbye."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from voiced.plugin import Admission, AfterStream, CallOffer, Dial, HangUp
from voiced_vonage import ncco
from voiced_vonage.events import digits
from voiced_vonage.options import VonageOptions
from voiced_vonage.signature import Signatures


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes what is to be done with a call. Stateless."""

    options: VonageOptions
    signatures: Signatures

    @property
    def voice(self) -> ncco.Voice:
        """Vonage's own voice."""
        return ncco.Voice(self.options.say_language, self.options.say_style, self.options.say_premium)

    def follow(self, follows: AfterStream, offer: CallOffer, hooks: str) -> list[ncco.Action]:
        """Return the actions for `follows`; `hooks` is the address below which our webhooks are."""
        match follows:
            case HangUp(say):
                return self._tell(say, self.options.apology_recording)
            case Dial(number, caller_id, timeout, say):
                then = f"{hooks}dialled/{offer.carrier_call_id}"
                connection = ncco.Connection(caller_id, timeout, self.options.dial_limit, then)
                return [*self._tell(say, self.options.transfer_recording), ncco.phone(number, connection)]
            case Admission():
                return [self._stream(follows, offer, f"{hooks}stream/{offer.carrier_call_id}")]

    def talk(self, text: str) -> list[ncco.Action]:
        """Return what says `text` in Vonage's own voice."""
        return ncco.talk(text, self.voice)

    def _tell(self, text: str, recording: str) -> list[ncco.Action]:
        """Return what says `text` where ours cannot, or plays the recording that stands for it."""
        return ncco.play(recording) if text and recording else self.talk(text)

    def apology(self, called: str) -> list[ncco.Action]:
        """Return what is done in place of a webhook that could not be had: a person, or an apology."""
        options = self.options
        if not options.fallback_number:
            return self._tell(options.apology, options.apology_recording)
        connection = ncco.Connection(called, options.fallback_timeout, options.dial_limit)
        return [
            *self._tell(options.transfer, options.transfer_recording),
            ncco.phone(options.fallback_number, connection),
        ]

    def _stream(self, admission: Admission, offer: CallOffer, then: str) -> ncco.Action:
        # The numbers go where they came from: with them a call outlives the worker that had it.
        headers = {"call": offer.carrier_call_id, "call_id": admission.call_id}
        headers |= {"called": offer.called, "caller": offer.caller}
        connection = ncco.Connection(digits(offer.called), ncco.OPENING, ncco.LONGEST_CALL, then)
        return ncco.websocket(admission.media_url, headers, self._proof(admission.media_url), connection)

    def _proof(self, media_url: str) -> Mapping[str, str]:
        match self.options.media_proof:
            case "custom":
                return {"type": "custom", "value": self.signatures.prove(token_of(media_url))}
            case "vonage":
                return {"type": "vonage"}
        return {}


def token_of(address: str) -> str:
    """Return the one-shot token at the end of a media address or path."""
    return address.rstrip("/").rpartition("/")[2]
