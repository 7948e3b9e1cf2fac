"""The emulated Numbers API: what is for sale, what is owned, and which application its calls go to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from voiced.plugin import WebRequest, WebResponse
from voiced.testing.twilio.rest_numbers import MOBILE_WARNING
from voiced.testing.twilio.rest_numbers import STOCK as FRENCH
from voiced.testing.vonage.door import Door
from voiced.testing.vonage.faults import RestFaults
from voiced.testing.vonage.replies import reply
from voiced.web.router import Routes

TYPES = {"Local": "landline", "National": "landline", "Mobile": "mobile-lvn", "TollFree": "landline-toll-free"}
STOCK: Mapping[str, str] = {number[1:]: TYPES[kind] for kind, numbers in FRENCH.items() for number in numbers}
"""French numbers for sale, and the type of each."""
DASHBOARD = (
    "Numbers from this country can be requested from the Dashboard (https://dashboard.nexmo.com/buy-numbers) as they "
    "require a valid local address to be provided before being purchased."
)
LABELS = {200: "success", 401: "authentication failed", 420: "method failed", 429: "throttled", 500: "internal error"}
KEPT = ("moHttpUrl", "moSmppSysType", "voiceCallbackType", "voiceCallbackValue", "voiceStatusCallback", "app_id")
"""What an update may say."""

Fields = Mapping[str, str]


class Refused(Exception):
    """The method failed; the text is its label."""


class Numbers:
    """The account's numbers, by digits."""

    def __init__(self, faults: RestFaults) -> None:
        self._faults = faults
        self.owned: dict[str, dict[str, Any]] = {}
        self.warnings: list[str] = []

    def routes(self, door: Door) -> Routes:
        """Return what is answered."""
        acts = {"buy": self._buy, "cancel": self._cancel, "update": self._update}

        def posted(name: str) -> Any:
            def act(request: WebRequest) -> WebResponse:
                try:
                    acts[name](dict(parse_qsl(request.body.decode(), keep_blank_values=True)))
                except (Refused, KeyError) as error:
                    return self._refusal(420, str(error) if isinstance(error, Refused) else "")
                return _status(200)

            return door.leads_to(act, self._refusal)

        return {
            "/account/numbers": {"GET": door.leads_to(self.list, self._refusal)},
            "/number/search": {"GET": door.leads_to(self.search, self._refusal)},
            **{f"/number/{name}": {"POST": posted(name)} for name in acts},
        }

    def _refusal(self, code: int, label: str = "") -> WebResponse:
        return _status(code, label, self._faults.refused if code == 420 else code)

    def list(self, request: WebRequest) -> WebResponse:
        """List what is owned, filtered by digits, country and application."""
        asked = dict(parse_qsl(request.query))
        wanted = asked.get("application_id", "")
        found = [each for each in self.owned.values() if wanted in ("", each.get("app_id"))]
        if "has_application" in asked:
            has = asked["has_application"].lower() == "true"
            found = [each for each in found if ("app_id" in each) == has]
        return _page([self._shown(each) for each in found], asked)

    def _shown(self, number: Mapping[str, Any]) -> Mapping[str, Any]:
        if self._faults.listed == "app_id" or "app_id" not in number:
            return number
        linked = {"voiceCallbackType": "app", "voiceCallbackValue": number["app_id"], **number}
        return {key: value for key, value in linked.items() if key != "app_id"}

    def search(self, request: WebRequest) -> WebResponse:
        """Search what is for sale; nothing is an empty object."""
        asked = dict(parse_qsl(request.query))
        if "country" not in asked:
            return self._refusal(420)
        stock = STOCK if asked["country"] == "FR" else {}
        free = {digits: kind for digits, kind in stock.items() if digits not in self.owned}
        wanted = asked.get("type", "")
        return _page([_offer(digits, kind) for digits, kind in free.items() if wanted in ("", kind)], asked)

    def _buy(self, fields: Fields) -> None:
        digits = fields["msisdn"]
        if self._faults.papers:
            raise Refused(DASHBOARD)
        if fields["country"] != "FR" or digits not in STOCK or digits in self.owned:
            raise Refused
        if STOCK[digits] == "mobile-lvn":
            self.warnings.append(MOBILE_WARNING)
        number = _offer(digits, STOCK[digits])
        del number["cost"]
        self.owned[digits] = number

    def _cancel(self, fields: Fields) -> None:
        del self.owned[self._find(fields)["msisdn"]]

    def _update(self, fields: Fields) -> None:
        """Write a number's settings anew: what is not said is gone, but for its application and where it is sent on."""
        number = self._find(fields)
        if ("voiceCallbackType" in fields) != ("voiceCallbackValue" in fields):
            raise Refused
        for key in KEPT[:2]:
            number.pop(key, None)
        number |= {key: fields[key] for key in KEPT if fields.get(key)}
        if number.get("voiceCallbackType") == "app":
            number["app_id"] = number.pop("voiceCallbackValue")
            del number["voiceCallbackType"]

    def _find(self, fields: Fields) -> dict[str, Any]:
        number = self.owned.get(fields["msisdn"])
        if number is None or number["country"] != fields["country"]:
            raise Refused
        return number


def _offer(digits: str, kind: str) -> dict[str, Any]:
    return {"country": "FR", "msisdn": digits, "type": kind, "cost": "1.00", "features": ["VOICE"]}


def _page(numbers: Iterable[Mapping[str, Any]], asked: Fields) -> WebResponse:
    """Return a page of numbers that fit `pattern`: at the beginning (0), anywhere (1), at the end (2)."""
    pattern, how = asked.get("pattern", ""), asked.get("search_pattern", "0")
    fits = {"0": str.startswith, "1": str.__contains__, "2": str.endswith}[how]
    country = asked.get("country", "")
    found = [n for n in numbers if fits(n["msisdn"], pattern) and country in ("", n["country"])]
    size, index = int(asked.get("size", 10)), int(asked.get("index", 1))
    page = found[size * (index - 1) : size * index]
    return reply({"count": len(found), "numbers": page} if page else {})


def _status(code: int, label: str = "", status: int = 0) -> WebResponse:
    return reply({"error-code": str(code), "error-code-label": label or LABELS[code]}, status or code)
