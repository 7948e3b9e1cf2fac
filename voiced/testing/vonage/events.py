"""The events of a leg, as Vonage tells them (Voice API webhook reference)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from voiced.testing.vonage.settings import DETAILS, new_uuid

NETWORK = "20810"
RATE = "0.00450000"
OVER = frozenset({"completed", "busy", "unanswered", "rejected", "failed", "timeout", "cancelled"})


@dataclass(frozen=True, slots=True)
class Parties:
    """Who is on a leg: what every event of it repeats. `headers` are a WebSocket's."""

    caller: str
    called: str
    conversation: str
    direction: Literal["inbound", "outbound"] = "inbound"
    uuid: str = field(default_factory=new_uuid)
    headers: Mapping[str, str] = field(default_factory=dict)


def event(parties: Parties, status: str, **more: Any) -> dict[str, Any]:
    """Return an event of the leg; fields that hang on the status are added."""
    fields: dict[str, Any] = {
        "from": parties.caller,
        "to": parties.called,
        "uuid": parties.uuid,
        "conversation_uuid": parties.conversation,
        "status": status,
        "direction": parties.direction,
        "timestamp": now(),
    }
    if parties.headers:
        fields["headers"] = dict(parties.headers)
    if status in DETAILS:
        fields["detail"] = DETAILS[status]
    if status == "answered":
        fields |= {"start_time": None, "rate": RATE, "network": NETWORK}
    return fields | more


def completed(parties: Parties, seconds: float) -> dict[str, Any]:
    """Return the event that ends a leg which was answered `seconds` ago."""
    price = f"{float(RATE) * seconds / 60:.8f}"
    more = {"duration": str(round(seconds)), "rate": RATE, "price": price, "network": NETWORK}
    return event(parties, "completed", **more, start_time=now(), end_time=now())


def machine(parties: Parties) -> dict[str, Any]:
    """Return what machine detection tells: it names the leg otherwise than all else."""
    fields = event(parties, "machine")
    fields["call_uuid"] = fields.pop("uuid")
    return fields


def now() -> str:
    """Return the time in ISO 8601."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{datetime.now(UTC).microsecond // 1000:03d}Z"
