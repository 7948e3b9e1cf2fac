"""What an emulated account is given: its application, its webhooks, and the people it can call."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from voiced.testing.caller.phone import Behaviour
from voiced.testing.emulator.roads import NEAR, Roads

API_KEY = "a1b2c3d4"
API_SECRET = "A1b2" * 4
SIGNATURE_SECRET = "0123456789abcdef" * 3
APPLICATION_ID = "aaaaaaaa-bbbb-cccc-dddd-0123456789ab"

Outcome = Literal["answered", "busy", "unanswered", "rejected", "failed", "timeout"]

DETAILS: Mapping[str, str] = {"unanswered": "unavailable", "rejected": "declined", "failed": "cannot_route"}
"""The `detail` of events that have one."""


def new_uuid() -> str:
    """Return a fresh name of a leg."""
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class Application:
    """The account's Voice application. `private_key` (PEM, RSA) signs what is asked about calls; "": nobody may ask."""

    id: str = APPLICATION_ID
    api_key: str = API_KEY
    api_secret: str = API_SECRET
    signature_secret: str = SIGNATURE_SECRET
    private_key: str = ""
    region: str = "eu-3"


@dataclass(frozen=True, slots=True)
class Hooks:
    """The webhooks of the application, or of one call. Seconds."""

    answer_url: str
    event_url: str = ""
    fallback_url: str = ""
    answer_method: Literal["GET", "POST"] = "POST"
    connect_timeout: float = 1.0
    answer_timeout: float = 5.0
    event_timeout: float = 10.0
    retry_after: float = 1.0
    """Until the one retry."""


@dataclass(frozen=True, slots=True)
class Callee:
    """Somebody who can be called.

    Args:
        outcome: What becomes of it; `timeout` rings until the caller gives up.
        rings: Seconds until the outcome.
        behave: What the callee does; by default it listens until the other side hangs up.
        machine: Whether machine detection takes it for one.
    """

    outcome: Outcome = "answered"
    rings: float = 0.05
    behave: Behaviour | None = None
    machine: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """What holds for every call of an emulated account.

    Args:
        routes: Origins as configured, and those really asked (`{"https://agent.example.org": "http://127.0.0.1:8080"}`).
            A route of an `https` origin also serves its `wss` sockets.
        callees: Whom `connect` and the API can call, by number without plus; others do not answer.
        stream_connect: Seconds to wait for a WebSocket, unless the NCCO waits less.
        roads: How long webhooks, sound, notifications and the API take.
    """

    routes: Mapping[str, str] = field(default_factory=dict)
    callees: Mapping[str, Callee] = field(default_factory=dict)
    stream_connect: float = 5.0
    roads: Roads = NEAR
