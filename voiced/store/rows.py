"""The rows of the journal as plain values. Their fields are the columns of `voiced.store.models`.

Points in time are seconds since 1970 (UTC) in a call's row, and seconds since the call was answered in the others.
JSON columns take any JSON value; None means that there is nothing to say.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

Json = Any
Role = Literal["caller", "agent", "operator", "system"]
"""Who said it; `operator`: a person's words in the agent's voice."""


class CallRow(Struct, frozen=True):
    """One call. Put it again under the same `id` as it goes on: the last one counts."""

    id: str
    provider: str = ""
    carrier_call_id: str = ""
    caller_masked: str = ""
    """The last two digits of the caller's number, no more."""
    called: str = ""
    flow: str = ""
    flow_version: str = ""
    config_version: str = ""
    started_at: float = 0.0
    answered_at: float | None = None
    ended_at: float | None = None
    ended_by: str = ""
    outcome: str = ""
    consent: Json = None
    """The evidence: what was said, what was answered, when, under which wording."""
    latency: Json = None
    """The call's summary of its turns' waterfalls, in ms."""
    error: str = ""
    providers: Json = None
    """Of each kind: which provider, why that one, and its stand-ins, as chosen at pick-up."""


class MessageRow(Struct, frozen=True):
    """One thing that was said in call `call`; `seq` counts from 0 in the order of speaking."""

    call: str
    seq: int
    role: Role
    text: str
    started: float = 0.0
    ended: float | None = None
    heard: str | None = None
    """What of an agent's text the caller heard; None where that does not apply."""
    interrupted: bool = False
    confidence: float | None = None
    latency: Json = None
    """The turn's waterfall, in ms."""


class ActionRow(Struct, frozen=True):
    """One thing that was done in call `call`; `seq` counts from 0. No two rows share an `idempotency_key`."""

    call: str
    seq: int
    name: str
    arguments: Json = None
    outcome: Json = None
    ok: bool | None = None
    """None while it is under way, or when nobody knows."""
    started: float = 0.0
    ended: float | None = None
    idempotency_key: str | None = None


class SummaryRow(Struct, frozen=True):
    """What call `call` came to, in French, for those who follow up; `made_at` in seconds since 1970."""

    call: str
    text: str
    made_at: float = 0.0


class EraseRow(Struct, frozen=True):
    """The words of call `call` must go: messages, summary, the arguments of actions. Its other data stays."""

    call: str


Row = CallRow | MessageRow | ActionRow | SummaryRow | EraseRow
