"""Regulatory compliance: what a country asks for, and the bundle of papers that Twilio reviews.

What French regulations ask for was not to be had from public pages: the requirements here have the documented form,
with the documents that are usual.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from voiced.testing.twilio.delivery import Delivery, Target
from voiced.testing.twilio.recording import new_sid
from voiced.testing.twilio.rest_errors import ApiError, Params, Reply, Route, not_found, required, results

if TYPE_CHECKING:
    from voiced.testing.twilio.rest import RestDouble

Verdict = Literal["in-review", "provisionally-approved", "twilio-approved", "twilio-rejected"]

_KINDS = ("local", "national", "mobile", "toll-free")
_BASE = "https://numbers.twilio.com/v2/RegulatoryCompliance"


def regulation(index: int, kind: str, user: str) -> dict[str, Any]:
    """Return the French regulation for one type of number and of end user."""
    return {
        "sid": f"RN{index:032x}",
        "friendly_name": f"France: {kind} - {user}",
        "iso_country": "FR",
        "number_type": kind,
        "end_user_type": user,
        "requirements": {
            "end_user": [{"type": user, "name": user.title(), "fields": ["business_name", "first_name", "last_name"]}],
            "supporting_document": [[{"type": "document", "accepted_documents": [{"type": "business_registration"}]}]],
        },
        "url": f"{_BASE}/Regulations/RN{index:032x}",
    }


REGULATIONS: tuple[dict[str, Any], ...] = tuple(
    regulation(2 * index + offset, kind, user)
    for index, kind in enumerate(_KINDS)
    for offset, user in enumerate(("business", "individual"))
)


class Regulatory:
    """The handlers of `/RegulatoryCompliance`."""

    def __init__(self, double: RestDouble) -> None:
        self._double = double
        self.users: dict[str, dict[str, Any]] = {}
        self.documents: dict[str, dict[str, Any]] = {}
        self.bundles: dict[str, dict[str, Any]] = {}
        self.items: dict[str, list[dict[str, Any]]] = {}

    def routes(self, _root: str) -> list[Route]:
        """Return what these resources answer."""
        base, bundle = "/v2/RegulatoryCompliance", "/v2/RegulatoryCompliance/Bundles"
        return [
            ("GET", f"{base}/Regulations", self.regulations),
            ("POST", f"{base}/EndUsers", self.add_user),
            ("POST", f"{base}/SupportingDocuments", self.add_document),
            ("GET", bundle, self.list_bundles),
            ("POST", bundle, self.add_bundle),
            ("GET", f"{bundle}/(BU\\w+)", self.fetch_bundle),
            ("POST", f"{bundle}/(BU\\w+)", self.update_bundle),
            ("GET", f"{bundle}/(BU\\w+)/ItemAssignments", self.assigned),
            ("POST", f"{bundle}/(BU\\w+)/ItemAssignments", self.assign),
            ("POST", f"{bundle}/(BU\\w+)/Evaluations", self.evaluate),
        ]

    def regulations(self, params: Params) -> Reply:
        """List regulations by `IsoCountry`, `NumberType` and `EndUserType`."""
        filters = {"IsoCountry": "iso_country", "NumberType": "number_type", "EndUserType": "end_user_type"}
        wanted = {key: params[name] for name, key in filters.items() if name in params}
        return results([r for r in REGULATIONS if all(r[key] == value for key, value in wanted.items())])

    def _new(self, prefix: str, kind: str, **fields: Any) -> dict[str, Any]:
        sid, now = new_sid(prefix), datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        common = {"sid": sid, "account_sid": self._double.twilio.account_sid, "url": f"{_BASE}/{kind}/{sid}"}
        return common | {"date_created": now, "date_updated": now} | fields

    def add_user(self, params: Params) -> Reply:
        """Create an end user."""
        required(params, "FriendlyName", "Type")
        attributes = json.loads(params.get("Attributes", "{}"))
        user = self._new(
            "IT", "EndUsers", friendly_name=params["FriendlyName"], type=params["Type"], attributes=attributes
        )
        self.users[user["sid"]] = user
        return Reply(201, user)

    def add_document(self, params: Params) -> Reply:
        """Create a supporting document."""
        required(params, "FriendlyName", "Type")
        document = self._new("RD", "SupportingDocuments", friendly_name=params["FriendlyName"], type=params["Type"])
        document |= {"attributes": json.loads(params.get("Attributes", "{}")), "status": "pending-review"}
        document |= {"mime_type": None, "failure_reason": None, "errors": None}
        self.documents[document["sid"]] = document
        return Reply(201, document)

    def add_bundle(self, params: Params) -> Reply:
        """Create a bundle, for a regulation or for what determines one."""
        required(params, "FriendlyName", "Email")
        sid = params.get("RegulationSid") or self._regulation_for(params)
        bundle = self._new("BU", "Bundles", friendly_name=params["FriendlyName"], email=params["Email"])
        bundle |= {"regulation_sid": sid, "status": "draft", "status_callback": params.get("StatusCallback", "")}
        bundle |= {"valid_until": None, "links": {}}
        self.bundles[bundle["sid"]] = bundle
        self.items[bundle["sid"]] = []
        return Reply(201, bundle)

    def _regulation_for(self, params: Params) -> str:
        found = self.regulations(params).json
        assert found is not None
        if not found["results"]:
            raise ApiError(400, 20001, "No regulation for this country, number type and end user type")
        return str(found["results"][0]["sid"])

    def bundle(self, sid: str) -> dict[str, Any]:
        """Return a bundle; 404/20404 when there is none."""
        if sid not in self.bundles:
            raise not_found(f"Bundles/{sid}")
        return self.bundles[sid]

    def list_bundles(self, params: Params) -> Reply:
        """List bundles by `Status`."""
        status = params.get("Status")
        return results([bundle for bundle in self.bundles.values() if status in {None, bundle["status"]}])

    def fetch_bundle(self, _params: Params, sid: str) -> Reply:
        """Return one bundle."""
        return Reply(json=self.bundle(sid))

    def update_bundle(self, params: Params, sid: str) -> Reply:
        """Submit a draft (`Status=pending-review`), or take one back."""
        bundle = self.bundle(sid)
        if "Status" in params:
            if params["Status"] not in {"draft", "pending-review"}:
                raise ApiError(400, 20001, "Only Twilio gives this status")
            bundle["status"] = params["Status"]
        return Reply(json=bundle)

    def assign(self, params: Params, sid: str) -> Reply:
        """Put an end user or a document into a bundle."""
        self.bundle(sid)
        required(params, "ObjectSid")
        if params["ObjectSid"] not in self.users | self.documents:
            raise not_found(params["ObjectSid"])
        item = self._new("BV", f"Bundles/{sid}/ItemAssignments", bundle_sid=sid, object_sid=params["ObjectSid"])
        self.items[sid].append(item)
        return Reply(201, item)

    def assigned(self, _params: Params, sid: str) -> Reply:
        """List what is in a bundle."""
        self.bundle(sid)
        return results([*self.items[sid]])

    def complete(self, sid: str) -> dict[str, bool]:
        """Return whether a bundle holds an end user, and a document."""
        prefixes = {item["object_sid"][:2] for item in self.items[sid]}
        return {"end_user": "IT" in prefixes, "supporting_document": "RD" in prefixes}

    def evaluate(self, _params: Params, sid: str) -> Reply:
        """Check a bundle's completeness, at once."""
        bundle = self.bundle(sid)
        found = [{"object_type": kind, "passed": passed} for kind, passed in self.complete(sid).items()]
        status = "compliant" if all(entry["passed"] for entry in found) else "noncompliant"
        evaluation = self._new("EL", f"Bundles/{sid}/Evaluations", bundle_sid=sid, status=status, results=found)
        return Reply(201, evaluation | {"regulation_sid": bundle["regulation_sid"]})

    async def review(self, sid: str, verdict: Verdict, reason: str = "") -> None:
        """Play Twilio's reviewer, days later: give a submitted bundle its next status and tell the callback.

        A bundle that is not complete is rejected whatever the verdict.
        """
        bundle = self.bundle(sid)
        final: Verdict = verdict if all(self.complete(sid).values()) else "twilio-rejected"
        bundle["status"] = final
        if bundle["status_callback"]:
            fields: Mapping[str, str] = {
                "AccountSid": bundle["account_sid"],
                "BundleSid": sid,
                "Status": final,
                "FailureReason": reason,
            }
            twilio = self._double.twilio
            target, late = Target(twilio.auth_token, twilio.options.routes), twilio.options.roads.delays("webhook")
            async with Delivery(target, self._double.journal, late) as delivery:
                await delivery.request(bundle["status_callback"], fields)
