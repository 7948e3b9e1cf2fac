"""What ElevenLabs' errors stand for. Only their codes are looked at: the words may quote what was said."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from voiced.plugin import (
    ProviderBadInput,
    ProviderClosed,
    ProviderError,
    ProviderOverloaded,
    ProviderRefused,
    ProviderThrottled,
    refusal,
)

NAME = "elevenlabs"

REFUSED = {
    "invalid_api_key": "check the key; a residency has its own",
    "quota_exceeded": "the account's characters are spent: buy more, or wait for the next period",
    "missing_permissions": "give the key the right to text to speech",
    "detected_unusual_activity": "ElevenLabs blocks the account: write to its support",
    "only_for_creator+": "the account's plan does not have this",
}
THROTTLED = {
    "concurrent_limit_exceeded": "the plan speaks fewer replies at once than are asked; lower limits.calls, or upgrade",
    "too_many_concurrent_requests": "the plan speaks fewer replies at once than are asked",
    "max_active_conversations": "too many contexts on one socket",
    "rate_limit_exceeded": "",
    "system_busy": "",
}
BAD = {
    "voice_not_found": "the account has no such voice",
    "voice_id_does_not_exist": "the account has no such voice",
    "invalid_model": "the account has no such model",
    "model_not_found": "the account has no such model",
    "invalid_input_message": "",
    "max_character_limit_exceeded": "",
}
_KNOWN = frozenset({*REFUSED, *THROTTLED, *BAD, "input_timeout_exceeded"})


def by_code(code: str, fallback: ProviderError | None = None) -> ProviderError:
    """Return the error for one of ElevenLabs' codes; for a code that is not known `fallback`, else one to try again."""
    if code in REFUSED:
        return ProviderRefused(code, provider=NAME, stage="stream", hint=REFUSED[code])
    if code in THROTTLED:
        return ProviderThrottled(code, provider=NAME, stage="stream", hint=THROTTLED[code])
    if code in BAD:
        return ProviderBadInput(code, provider=NAME, stage="stream", hint=BAD[code])
    said = code if code in _KNOWN else "an error that is not known"
    return fallback or ProviderOverloaded(said, provider=NAME, stage="stream")


def by_close(closed: ProviderClosed) -> ProviderError:
    """Return the error for a socket that was closed: its reason may be a code."""
    return by_code(closed.reason.strip(), closed)


def by_answer(status: int, headers: Mapping[str, str], body: bytes) -> ProviderError:
    """Return the error for an answer over HTTP that is no sound."""
    code = code_of(body)
    detail = code if code in _KNOWN else ""
    plain = refusal(status if status >= 300 else 503, headers, provider=NAME, detail=detail)
    if isinstance(plain, ProviderThrottled):
        plain.hint = THROTTLED.get(code, "")
        return plain
    return plain if status >= 500 else by_code(code, plain)


def code_of(body: bytes) -> str:
    """Return the code in the body of an error, in its newer or older form; "" when there is none."""
    try:
        detail = msgspec.json.decode(body, type=dict[str, object]).get("detail")
    except msgspec.DecodeError:
        return ""
    if not isinstance(detail, dict):
        return ""
    return str(detail.get("code") or detail.get("status") or "")
