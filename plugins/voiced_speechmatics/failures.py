"""What Speechmatics' errors and close codes mean to us. Pure.

A connection that ended for a reason of its own (`ProviderClosed`) may be opened again; nothing else is tried twice.
Reasons in words are never told: they may quote what was sent.
"""

from __future__ import annotations

from voiced.plugin import (
    ProviderBadInput,
    ProviderClosed,
    ProviderError,
    ProviderOverloaded,
    ProviderRefused,
    ProviderThrottled,
)

NAME = "speechmatics"
CODES = {
    1003: "protocol_error",
    4001: "not_authorised",
    4003: "not_allowed",
    4004: "invalid_model",
    4005: "quota_exceeded",
    4006: "timelimit_exceeded",
    4013: "job_error",
}
"""Close codes of an end for which the connection is not to blame; another code is a connection that was lost."""
LOST = {"idle_timeout": 1008, "session_timeout": 1008, "internal": 1011, "internal_error": 1011, "unknown_error": 1011}
REFUSED = {
    "not_authorised": "check the key",
    "not_allowed": "check the rights of the account",
    "timelimit_exceeded": "the contract's hours are used up",
    "insufficient_funds": "the account has no credit left",
}
BUSY = 10.0
"""Seconds to wait when too many sessions are open, or a job failed: 5 to 10 are advised."""


def failure(kind: str) -> ProviderError:
    """Return what an `Error` of the type `kind` stands for."""
    if kind in LOST:
        return ProviderClosed(f"the session ended ({kind})", code=LOST[kind], provider=NAME)
    if kind in REFUSED:
        return ProviderRefused(kind, provider=NAME, stage="stream", hint=REFUSED[kind])
    if kind == "quota_exceeded":
        return ProviderThrottled(
            kind, retry_after=BUSY, provider=NAME, stage="stream", hint="too many sessions at once"
        )
    if kind.startswith("invalid_") or kind == "protocol_error":
        return ProviderBadInput(kind, provider=NAME, stage="stream")
    return ProviderOverloaded(kind if kind in CODES.values() else "unknown error", provider=NAME, stage="stream")


def ending(closed: ProviderClosed) -> ProviderError:
    """Return what it means that the connection was closed without an `Error` before."""
    return failure(CODES[closed.code]) if closed.code in CODES else closed
