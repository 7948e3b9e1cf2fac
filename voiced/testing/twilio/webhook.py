"""Twilio's webhooks as values: their fields, their overrides in the URL's fragment, and when one is tried again.

Source: twilio.com docs, voice/twiml (request parameters) and usage/webhooks/webhooks-connection-overrides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Literal
from urllib.parse import parse_qsl, urljoin, urlsplit

API_VERSION = "2010-04-01"

HTTP_FAILURE = 11200
TIMED_OUT = 11205
TOO_MANY_REDIRECTS = 11215
BAD_XML = 12100

MAX_REDIRECTS = 10

TWIML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})
"""The content types in which Twilio takes TwiML."""

Trouble = Literal["ct", "rt", "4xx", "5xx"]
"""Why an attempt failed, in the override's words: connecting, reading, or the status."""

Status = Literal[
    "queued", "initiated", "ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled"
]

TERMINAL: frozenset[Status] = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


@dataclass(frozen=True, slots=True)
class Parties:
    """Who calls whom: what every webhook of a call repeats."""

    account_sid: str
    call_sid: str
    caller: str
    called: str
    direction: Literal["inbound", "outbound-api", "outbound-dial"] = "inbound"
    parent_sid: str = ""


def voice_fields(parties: Parties, status: Status) -> dict[str, str]:
    """Return the form fields of a voice webhook (TwiML request parameters, with the legacy aliases).

    `ForwardedFrom` is empty and `XLater` unknown to every application: both are part of the signature.
    """
    country = "FR" if parties.caller.startswith("+33") else ""
    fields = {
        "AccountSid": parties.account_sid,
        "ApiVersion": API_VERSION,
        "CallSid": parties.call_sid,
        "CallStatus": status,
        "CallToken": f"%7B%22parentCallInfoToken%22%3A%22{parties.call_sid[-8:]}%22%7D",
        "Called": parties.called,
        "CalledCountry": "FR",
        "Caller": parties.caller,
        "CallerCity": "",
        "CallerCountry": country,
        "CallerName": "Société Générique Été",
        "Direction": parties.direction,
        "ForwardedFrom": "",
        "From": parties.caller,
        "FromCountry": country,
        "StirVerstat": "TN-Validation-Passed-A",
        "To": parties.called,
        "ToCountry": "FR",
        "XLater": "a field from a later day",
    }
    return fields | ({"ParentCallSid": parties.parent_sid} if parties.parent_sid else {})


def status_fields(
    parties: Parties, status: Status, *, sequence: int, now: datetime, duration: float = 0.0
) -> dict[str, str]:
    """Return the fields of a call status callback.

    Args:
        parties: The call's.
        status: Reached at `now`.
        sequence: Number of the callback within the call, from 0.
        now: Written in RFC 2822.
        duration: Seconds since the answer; told, with the billed minutes, on `completed` only.
    """
    fields = voice_fields(parties, status) | {
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(sequence),
        "Timestamp": format_datetime(now.astimezone(UTC)),
    }
    if status == "completed":
        fields |= {"CallDuration": str(round(duration)), "Duration": str(int(duration // 60) + 1)}
        fields["SipResponseCode"] = "200"
    return fields


def stream_fields(
    parties: Parties, stream_sid: str, name: str, event: str, *, now: datetime, error: str = ""
) -> dict[str, str]:
    """Return the fields of a stream status callback; `event`: stream-started, stream-stopped or stream-error."""
    fields = {
        "AccountSid": parties.account_sid,
        "CallSid": parties.call_sid,
        "StreamSid": stream_sid,
        "StreamName": name or stream_sid,
        "StreamEvent": event,
        "Timestamp": now.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }
    return fields | ({"StreamError": error} if error else {})


@dataclass(frozen=True, slots=True)
class Overrides:
    """How long Twilio waits (seconds) and how often it tries again."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})

    def tries_again(self, trouble: Trouble, attempt: int) -> bool:
        """Return whether attempt number `attempt` (from 0), which failed with `trouble`, is followed by another."""
        return attempt < self.retries and bool({trouble, "all"} & self.policy)


def overrides_of(url: str) -> Overrides:
    """Read the overrides in a URL's fragment (`#ct=2000&rt=4000&tt=9000&rc=2&rp=all`); bad values count as absent."""
    given = dict(parse_qsl(urlsplit(url).fragment))
    policy = frozenset(given["rp"].split(",")) if "rp" in given else frozenset({"ct"})
    return Overrides(
        connect=_number(given, "ct", 100, 10_000, 5_000) / 1000,
        read=_number(given, "rt", 100, 15_000, 15_000) / 1000,
        total=_number(given, "tt", 100, 15_000, 15_000) / 1000,
        retries=_number(given, "rc", 0, 5, 1),
        policy=policy if policy <= {"4xx", "5xx", "ct", "rt", "all"} else frozenset({"ct"}),
    )


def _number(given: Mapping[str, str], key: str, low: int, high: int, default: int) -> int:
    text = given.get(key, "")
    return int(text) if text.isdecimal() and low <= int(text) <= high else default


def absolute(base: str, url: str) -> str:
    """Return `url` as seen from the document at `base`; one that is none comes back as it is, to fail when asked."""
    try:
        return urljoin(base, url)
    except ValueError:
        return url


def is_web_url(url: str) -> bool:
    """Return whether `url` can be asked at all."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a bracket that is not closed, a port that is no number
        return False


def answer_trouble(status: int) -> Trouble | None:
    """Return what is wrong with an HTTP status, in the override's words; None for success."""
    if 200 <= status < 300:
        return None
    return "5xx" if status >= 500 else "4xx"


def is_twiml_type(content_type: str) -> bool:
    """Return whether a Content-Type header names one in which Twilio takes TwiML."""
    return content_type.partition(";")[0].strip().lower() in TWIML_TYPES


def fallback_fields(code: int, url: str) -> dict[str, str]:
    """Return the fields that the fallback URL gets on top of the others."""
    return {"ErrorCode": str(code), "ErrorUrl": url}
