"""The account's numbers, and those for sale, over REST: see `voiced.plugin.Numbers`.

Source: twilio.com/docs/phone-numbers/api.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from voiced.plugin import NumberKind, NumberOffer, NumberWish, OwnedNumber, Papers, Wiring
from voiced_twilio.failures import HINTS, TwilioBadInput
from voiced_twilio.rest import Body, Rest

KINDS: Mapping[NumberKind, str] = {
    "local": "Local",
    "national": "National",
    "mobile": "Mobile",
    "toll-free": "TollFree",
}
NOT_OURS = 20404
NONE_LIKE_IT = 21452


class NumbersByRest:
    """The numbers of one account."""

    def __init__(self, rest: Rest, edge: str = "") -> None:
        """`edge`: where Twilio's webhooks are to leave from, such as `dublin`; empty: as it likes."""
        self._rest = rest
        self._edge = edge

    async def search(self, wish: NumberWish) -> Sequence[NumberOffer]:
        """Return numbers for sale that take calls."""
        fields = {"PageSize": str(wish.limit), "VoiceEnabled": "true"}
        if wish.contains:
            fields["Contains"] = wish.contains
        try:
            page = await self._rest.get(f"AvailablePhoneNumbers/{wish.country}/{KINDS[wish.kind]}", **fields)
        except TwilioBadInput as error:
            if error.code in {NOT_OURS, NONE_LIKE_IT}:  # a kind that this country does not have is a page not found
                return ()
            raise
        return [_offer(each, wish.kind) for each in page.get("available_phone_numbers", ())][: wish.limit]

    async def buy(self, number: str, papers: Papers) -> OwnedNumber:
        """Buy a number with the papers that its country asks for."""
        fields = {"PhoneNumber": number, "BundleSid": papers.bundle, "AddressSid": papers.address}
        return _owned(await self._rest.post("IncomingPhoneNumbers", {key: it for key, it in fields.items() if it}))

    async def owned(self) -> Sequence[OwnedNumber]:
        """Return the account's numbers."""
        return [_owned(each) for each in await self._rest.every("IncomingPhoneNumbers", "incoming_phone_numbers")]

    async def wire(self, number: str, wiring: Wiring) -> OwnedNumber:
        """Let a number lead to our webhooks, in place of the application or the trunk that it had: they would win."""
        found = next((each for each in await self.owned() if each.number == number), None)
        if found is None:
            raise TwilioBadInput("the number is not in this account", code=NOT_OURS, hint=HINTS[NOT_OURS])
        fields = {
            "VoiceUrl": wiring.inbound + (f"#e={self._edge}" if self._edge else ""),
            "VoiceMethod": "POST",
            "StatusCallback": wiring.status,
            "StatusCallbackMethod": "POST",
            "VoiceApplicationSid": "",
            "TrunkSid": "",
        }
        if wiring.fallback:
            fields |= {"VoiceFallbackUrl": wiring.fallback, "VoiceFallbackMethod": "POST"}
        return _owned(await self._rest.post(f"IncomingPhoneNumbers/{found.id}", fields))


def _offer(resource: Body, kind: NumberKind) -> NumberOffer:
    place = ", ".join(str(resource[key]) for key in ("locality", "region") if resource.get(key))
    return NumberOffer(_text(resource, "phone_number"), kind, place, _text(resource, "address_requirements") or "none")


def _owned(resource: Body) -> OwnedNumber:
    wiring = Wiring(
        inbound=_text(resource, "voice_url"),
        status=_text(resource, "status_callback"),
        fallback=_text(resource, "voice_fallback_url"),
    )
    return OwnedNumber(_text(resource, "phone_number"), _text(resource, "sid"), wiring)


def _text(resource: Body, key: str) -> str:
    return str(resource.get(key) or "")


def edge_of(url: str) -> str:
    """Return the edge in an address of the API, as in `https://api.dublin.ie1.twilio.com`; "" when it names none."""
    match (urlsplit(url).hostname or "").split("."):
        case ["api", edge, _region, "twilio", "com"]:
            return edge
    return ""
