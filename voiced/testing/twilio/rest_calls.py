"""The Calls resource: acts on the emulated calls, and makes outgoing ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from voiced.testing.twilio.carrier import raise_errors
from voiced.testing.twilio.interpreter import Interpreter
from voiced.testing.twilio.leg import Leg
from voiced.testing.twilio.recording import Recording, new_sid
from voiced.testing.twilio.rest_errors import ApiError, Params, Reply, Route, not_found, page
from voiced.testing.twilio.ringing import person, ring
from voiced.testing.twilio.settings import Callee, Hooks
from voiced.testing.twilio.steps import Execute, Fetch
from voiced.testing.twilio.verbs import HANDLERS
from voiced.testing.twilio.webhook import API_VERSION, Parties, Status

if TYPE_CHECKING:
    from voiced.testing.twilio.rest import RestDouble

MACHINE_DETECTION_SECONDS = 0.05
"""What detection is said to take; the callback tells it in ms."""


def call_json(leg: Leg) -> dict[str, Any]:
    """Return the resource of a call."""
    ended = format_datetime(leg.ended) if leg.ended else None
    created = format_datetime(leg.created)
    uri = f"/{API_VERSION}/Accounts/{leg.account.sid}/Calls/{leg.sid}"
    return {
        "sid": leg.sid,
        "account_sid": leg.account.sid,
        "parent_call_sid": leg.parties.parent_sid or None,
        "from": leg.parties.caller,
        "to": leg.parties.called,
        "status": leg.status,
        "direction": leg.parties.direction,
        "answered_by": leg.answered_by or None,
        "api_version": API_VERSION,
        "date_created": created,
        "date_updated": ended or created,
        "start_time": created if leg.answered.is_set() else None,
        "end_time": ended,
        "duration": str(round(leg.duration)) if leg.ended else None,
        "price": None,
        "price_unit": "USD",
        "uri": f"{uri}.json",
        "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
    }


class Calls:
    """The handlers of `/Calls`."""

    def __init__(self, double: RestDouble) -> None:
        self._double = double

    def routes(self, root: str) -> list[Route]:
        """Return what this resource answers."""
        return [
            ("GET", f"{root}/Calls.json", self.list),
            ("POST", f"{root}/Calls.json", self.create),
            ("GET", f"{root}/Calls/(CA\\w+).json", self.fetch),
            ("POST", f"{root}/Calls/(CA\\w+).json", self.update),
        ]

    def find(self, sid: str) -> Leg:
        """Return a call of this account in the region asked; 404/20404 when there is none."""
        leg = self._double.twilio.legs.get(sid)
        if leg is None or not self._double.at_home:
            raise not_found(f"Calls/{sid}")
        return leg

    def list(self, params: Params) -> Reply:
        """List calls, the newest first, filtered by `Status`, `To`, `From` and `ParentCallSid`."""
        filters = {"Status": "status", "To": "to", "From": "from", "ParentCallSid": "parent_call_sid"}
        legs = self._double.twilio.legs.values() if self._double.at_home else ()
        calls = [call_json(leg) for leg in reversed(tuple(legs))]
        wanted = {key: params[name] for name, key in filters.items() if name in params}
        found: list[Mapping[str, Any]] = [c for c in calls if all(c[key] == value for key, value in wanted.items())]
        return page("calls", found, params, f"{self._double.root}/Calls.json")

    def fetch(self, _params: Params, sid: str) -> Reply:
        """Return one call."""
        return Reply(json=call_json(self.find(sid)))

    def update(self, params: Params, sid: str) -> Reply:
        """Hang up (`Status`), or go on with other TwiML (`Twiml`, `Url`)."""
        leg = self.find(sid)
        if not leg.live:
            if self._double.faults.forget_ended:
                raise not_found(f"Calls/{sid}")
            raise ApiError(400, 21220, f"Call {sid} is not in-progress. Cannot redirect.")
        status = params.get("Status")
        if status == "canceled" and leg.answered.is_set():
            raise ApiError(400, 21220, "Only calls that ring can be canceled")
        if status in {"completed", "canceled"}:
            leg.hang_up("rest")
            return Reply(json=call_json(leg) | {"status": status})
        self._redirect(leg, params)
        return Reply(json=call_json(leg))

    def _redirect(self, leg: Leg, params: Params) -> None:
        if "FallbackUrl" in params:
            leg.hooks = Hooks(
                leg.hooks.voice_url,
                fallback_url=params["FallbackUrl"],
                fallback_method=params.get("FallbackMethod", "POST"),
                status_url=leg.hooks.status_url,
                status_events=leg.hooks.status_events,
            )
        if "Twiml" not in params and "Url" not in params:
            return
        if leg.status != "in-progress":
            raise ApiError(400, 21220, f"Call {leg.sid} is not in-progress. Cannot redirect.")
        leg.redirect(first_step(params, leg.hooks.voice_url))

    def create(self, params: Params) -> Reply:
        """Make an outgoing call; it goes on in the background."""
        to, caller = params.get("To", ""), params.get("From", "")
        if not re.fullmatch(r"\+[1-9]\d{6,14}", to):
            raise ApiError(400, 21217, f"Phone number {to!r} does not appear to be valid")
        if to.startswith(self._double.faults.geo_blocked or ("no",)):
            raise ApiError(400, 21215, "Account not authorized to call this number: check your geo permissions")
        if not {"Url", "Twiml", "ApplicationSid"} & set(params):
            raise ApiError(400, 21205, "Url parameter is required.")
        twilio = self._double.twilio
        parties = Parties(twilio.account_sid, new_sid("CA"), caller, to, "outbound-api")
        leg = twilio.make_leg(parties, outgoing_hooks(params), twilio.faults)
        leg.status = "queued"
        callee = twilio.options.callees.get(to, Callee("no-answer"))

        self._double.nursery.start_soon(run_outgoing, leg, callee, params)
        return Reply(201, call_json(leg))


def first_step(params: Params, base: str) -> Fetch | Execute:
    """Return what a call begins or goes on with."""
    if "Twiml" in params:
        return Execute(params["Twiml"].encode(), base)
    return Fetch(params["Url"], params.get("Method", "POST").upper())


def outgoing_hooks(params: Params) -> Hooks:
    """Return the webhooks of an outgoing call; repeated `StatusCallbackEvent` fields come joined by spaces."""
    return Hooks(
        params.get("Url", ""),
        voice_method=params.get("Method", "POST"),
        fallback_url=params.get("FallbackUrl", ""),
        fallback_method=params.get("FallbackMethod", "POST"),
        status_url=params.get("StatusCallback", ""),
        status_method=params.get("StatusCallbackMethod", "POST"),
        status_events=frozenset(params.get("StatusCallbackEvent", "completed").split()),
    )


async def run_outgoing(leg: Leg, callee: Callee, params: Params) -> None:
    """Live an outgoing call; what the callee's behaviour raises is raised after its end."""

    async def program() -> Status:
        return await outgoing(leg, callee, params)

    await leg.run(program, person(leg, callee))
    raise_errors(leg)


async def outgoing(leg: Leg, callee: Callee, params: Params) -> Status:
    """Live an outgoing call: ring, look for a machine, run the TwiML."""
    status = await ring(leg, callee, float(params.get("Timeout", "60")))
    if status != "in-progress":
        return status
    if params.get("Record") == "true":
        channels = 2 if params.get("RecordingChannels") == "dual" else 1
        leg.record(Recording(leg.sid, leg.now, "OutboundAPI", channels))
    if params.get("MachineDetection") in {"Enable", "DetectMessageEnd"}:
        detect(leg, callee, params)
    return await Interpreter(leg, HANDLERS).run(first_step(params, leg.hooks.voice_url))


def detect(leg: Leg, callee: Callee, params: Params) -> None:
    """Say who answered: with the voice webhook, or in a callback of its own."""
    if params.get("AsyncAmd") != "true":
        leg.answered_by = callee.answered_by
        return
    callback = params.get("AsyncAmdStatusCallback")
    if callback:
        milliseconds = str(round(MACHINE_DETECTION_SECONDS * 1000))
        fields = {"CallSid": leg.sid, "AccountSid": leg.account.sid, "AnsweredBy": callee.answered_by}
        leg.call_back(callback, fields | {"MachineDetectionDuration": milliseconds})


def repeated(body: str) -> dict[str, str]:
    """Return a form's fields; repeated ones are joined by spaces."""
    fields: dict[str, str] = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        fields[name] = f"{fields[name]} {value}" if name in fields else value
    return fields
