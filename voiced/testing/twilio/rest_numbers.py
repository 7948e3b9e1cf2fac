"""Phone numbers: which can be bought, which are owned, and the addresses they need."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from voiced.testing.twilio.recording import new_sid
from voiced.testing.twilio.rest_errors import ApiError, Params, Reply, Route, not_found, page, required
from voiced.testing.twilio.settings import Hooks

if TYPE_CHECKING:
    from voiced.testing.twilio.rest import RestDouble

STOCK: Mapping[str, tuple[str, ...]] = {
    "Local": tuple(f"+331860{n:05d}" for n in range(100, 120)),
    "National": tuple(f"+339390{n:05d}" for n in range(100, 120)),
    "Mobile": tuple(f"+336440{n:05d}" for n in range(100, 110)),
    "TollFree": tuple(f"+338059{n:05d}" for n in range(100, 105)),
}
"""French numbers for sale, by type."""

MOBILE_WARNING = "French mobile numbers may not be used for automated calls (ARCEP decision 2022-1583)"

_SETTINGS = {
    "FriendlyName": "friendly_name",
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackUrl": "voice_fallback_url",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
    "BundleSid": "bundle_sid",
    "AddressSid": "address_sid",
    "IdentitySid": "identity_sid",
    "VoiceApplicationSid": "voice_application_sid",
    "TrunkSid": "trunk_sid",
}
_CAPABILITIES = {"voice": True, "sms": False, "mms": False, "fax": False}


class Numbers:
    """The handlers of `/AvailablePhoneNumbers`, `/IncomingPhoneNumbers`, `/Addresses` and the Routes API."""

    def __init__(self, double: RestDouble) -> None:
        self._double = double
        self.owned: dict[str, dict[str, Any]] = {}
        self.addresses: dict[str, dict[str, Any]] = {}
        self.warnings: list[str] = []

    def routes(self, root: str) -> list[Route]:
        """Return what these resources answer."""
        owned = f"{root}/IncomingPhoneNumbers"
        return [
            ("GET", f"{root}/AvailablePhoneNumbers/(\\w+)/(\\w+).json", self.available),
            ("GET", f"{owned}.json", self.list),
            ("POST", f"{owned}.json", self.buy),
            ("GET", f"{owned}/(PN\\w+).json", self.fetch),
            ("POST", f"{owned}/(PN\\w+).json", self.update),
            ("DELETE", f"{owned}/(PN\\w+).json", self.delete),
            ("GET", f"{root}/Addresses.json", self.list_addresses),
            ("POST", f"{root}/Addresses.json", self.add_address),
            ("POST", "/v2/PhoneNumbers/([+\\w]+)", self.route),
        ]

    def available(self, params: Params, country: str, kind: str) -> Reply:
        """Search what is for sale; `Contains` takes digits and `*` for any one, anywhere."""
        if country != "FR" or kind not in STOCK:
            raise not_found(f"AvailablePhoneNumbers/{country}/{kind}")
        taken = {number["phone_number"] for number in self.owned.values()}
        pattern = re.compile(re.escape(params.get("Contains", "")).replace(r"\*", r"\d"))
        free = [number for number in STOCK[kind] if number not in taken and pattern.search(number)]
        found: list[Mapping[str, Any]] = [self._offer(number) for number in free]
        return page("available_phone_numbers", found, params, f"{self._double.root}/AvailablePhoneNumbers.json")

    def _offer(self, number: str) -> Mapping[str, Any]:
        return {
            "phone_number": number,
            "friendly_name": number,
            "locality": None,
            "region": None,
            "iso_country": "FR",
            "address_requirements": "local",
            "beta": False,
            "capabilities": _CAPABILITIES,
        }

    def buy(self, params: Params) -> Reply:
        """Buy a number: it needs an address (21631) and an approved bundle (21649)."""
        required(params, "PhoneNumber")
        number = params["PhoneNumber"]
        kind = next((kind for kind, stock in STOCK.items() if number in stock), None)
        if kind is None or number in {owned["phone_number"] for owned in self.owned.values()}:
            raise ApiError(400, 21422, f"{number} is not available")
        self._check_papers(params)
        self._check_urls(params, {})
        if kind == "Mobile":
            self.warnings.append(MOBILE_WARNING)
        now = format_datetime(datetime.now(UTC))
        sid = new_sid("PN")
        self.owned[sid] = {"sid": sid, "account_sid": self._double.twilio.account_sid, "phone_number": number}
        self.owned[sid] |= {"capabilities": _CAPABILITIES, "date_created": now, "date_updated": now, "beta": False}
        self.owned[sid] |= {"address_requirements": "local", "status": "in-use", "type": kind.lower()}
        return Reply(201, self._configure(sid, {"FriendlyName": number} | dict(params)))

    def _check_papers(self, params: Params) -> None:
        if not params.get("AddressSid"):
            raise ApiError(400, 21631, "Phone Number Requires an Address but the 'AddressSid' parameter was empty.")
        if params["AddressSid"] not in self.addresses:
            raise ApiError(400, 21628, "The address is not known to this account")
        bundle = self._double.regulatory.bundles.get(params.get("BundleSid", ""))
        if bundle is None or bundle["status"] != "twilio-approved":
            raise ApiError(400, 21649, "Bundle required: it is missing or was not approved")

    def _check_urls(self, params: Params, before: Mapping[str, Any]) -> None:
        voice = params.get("VoiceUrl", before.get("voice_url"))
        if params.get("VoiceFallbackUrl") and not voice:
            raise ApiError(400, 21405, "A fallback URL needs a primary URL")

    def _configure(self, sid: str, params: Params) -> dict[str, Any]:
        """Write a number's settings, and let calls to it follow them."""
        number = self.owned[sid]
        number |= {key: params[name] for name, key in _SETTINGS.items() if name in params}
        self._double.twilio.numbers[number["phone_number"]] = Hooks(
            number.get("voice_url", ""),
            voice_method=number.get("voice_method", "POST"),
            fallback_url=number.get("voice_fallback_url", ""),
            fallback_method=number.get("voice_fallback_method", "POST"),
            status_url=number.get("status_callback", ""),
            status_method=number.get("status_callback_method", "POST"),
        )
        return number

    def _find(self, sid: str) -> dict[str, Any]:
        if sid not in self.owned:
            raise not_found(f"IncomingPhoneNumbers/{sid}")
        return self.owned[sid]

    def list(self, params: Params) -> Reply:
        """List what is owned, filtered by `PhoneNumber`."""
        wanted = params.get("PhoneNumber", "")
        found: list[Mapping[str, Any]] = [n for n in self.owned.values() if wanted in n["phone_number"]]
        return page("incoming_phone_numbers", found, params, f"{self._double.root}/IncomingPhoneNumbers.json")

    def fetch(self, _params: Params, sid: str) -> Reply:
        """Return one number."""
        return Reply(json=self._find(sid))

    def update(self, params: Params, sid: str) -> Reply:
        """Change a number's settings."""
        self._check_urls(params, self._find(sid))
        return Reply(json=self._configure(sid, params))

    def delete(self, _params: Params, sid: str) -> Reply:
        """Give a number back."""
        number = self._find(sid)
        del self.owned[sid], self._double.twilio.numbers[number["phone_number"]]
        return Reply(204)

    def add_address(self, params: Params) -> Reply:
        """Write down an address."""
        required(params, "CustomerName", "Street", "City", "Region", "PostalCode", "IsoCountry")
        names = {"CustomerName": "customer_name", "Street": "street", "City": "city", "Region": "region"}
        names |= {"PostalCode": "postal_code", "IsoCountry": "iso_country", "FriendlyName": "friendly_name"}
        sid, now = new_sid("AD"), format_datetime(datetime.now(UTC))
        self.addresses[sid] = {"sid": sid, "account_sid": self._double.twilio.account_sid, "validated": True}
        self.addresses[sid] |= {key: params.get(name, "") for name, key in names.items()}
        self.addresses[sid] |= {"date_created": now, "date_updated": now, "verified": False}
        return Reply(201, self.addresses[sid])

    def list_addresses(self, params: Params) -> Reply:
        """List the addresses."""
        return page("addresses", [*self.addresses.values()], params, f"{self._double.root}/Addresses.json")

    def route(self, params: Params, number: str) -> Reply:
        """Choose the region that handles a number's incoming calls."""
        owned = next((n for n in self.owned.values() if number in {n["sid"], n["phone_number"]}), None)
        if owned is None:
            raise not_found(f"PhoneNumbers/{number}")
        owned["voice_region"] = params.get("VoiceRegion", owned.get("voice_region", "us1"))
        body = {"phone_number": owned["phone_number"], "voice_region": owned["voice_region"], "sid": owned["sid"]}
        return Reply(json=body | {"account_sid": owned["account_sid"], "friendly_name": owned["friendly_name"]})
