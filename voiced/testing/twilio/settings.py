"""What an emulated account is given: its webhooks, and the people it can call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from voiced.testing.caller.phone import Behaviour
from voiced.testing.emulator.roads import NEAR, Roads

CalleeOutcome = Literal["answered", "busy", "no-answer", "failed"]


@dataclass(frozen=True, slots=True)
class Hooks:
    """The webhooks of a number, or of one call."""

    voice_url: str
    voice_method: str = "POST"
    fallback_url: str = ""
    fallback_method: str = "POST"
    status_url: str = ""
    status_method: str = "POST"
    status_events: frozenset[str] = frozenset({"completed"})


@dataclass(frozen=True, slots=True)
class Callee:
    """Somebody who can be called.

    Args:
        outcome: What becomes of it; `no-answer` rings until the caller gives up.
        rings: Seconds until the outcome.
        behave: What the callee does; by default it listens until the other side hangs up.
        answered_by: What machine detection would say.
    """

    outcome: CalleeOutcome = "answered"
    rings: float = 0.05
    behave: Behaviour | None = None
    answered_by: Literal["human", "machine_start", "machine_end_beep", "fax", "unknown"] = "human"


@dataclass(frozen=True, slots=True)
class Options:
    """What holds for every call of an emulated account.

    Args:
        routes: Origins as configured, and those really asked (`{"https://agent.example.org": "http://127.0.0.1:8080"}`).
            A route of an `https` origin also serves its `wss` streams, unless those have one of their own.
        loopback_streams: Plain `ws` streams are opened when they lead to this machine.
        callees: Whom `<Dial>` and the REST API can call, by number; others do not answer.
        stream_connect: Seconds to wait for the media socket.
        roads: How long webhooks, sound, marks and the API take.
    """

    routes: Mapping[str, str] = field(default_factory=dict)
    loopback_streams: bool = True
    callees: Mapping[str, Callee] = field(default_factory=dict)
    stream_connect: float = 5.0
    roads: Roads = NEAR
