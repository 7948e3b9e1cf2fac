"""How ElevenLabs says no: bodies of errors, and the status that goes with each code."""

from __future__ import annotations

import json
from collections.abc import Mapping

from voiced.plugin import WebResponse

STATUS: Mapping[str, int] = {
    "invalid_api_key": 401,
    "quota_exceeded": 401,
    "missing_permissions": 401,
    "detected_unusual_activity": 401,
    "voice_not_found": 404,
    "invalid_model": 400,
    "max_character_limit_exceeded": 400,
    "concurrent_limit_exceeded": 429,
    "rate_limit_exceeded": 429,
    "system_busy": 429,
}
LEGACY = {"concurrent_limit_exceeded": "too_many_concurrent_requests"}
"""What the older field `status` says, where it differs from `code`."""
TYPES = {401: "authentication_error", 403: "authorization_error", 404: "not_found", 429: "rate_limit_error"}


def refuse(code: str, status: int = 0, retry_after: str = "") -> WebResponse:
    """Return the answer for an error; the status is that of its code unless it is given."""
    status = status or STATUS[code]
    detail = {
        "type": TYPES.get(status, "server_error" if status >= 500 else "validation_error"),
        "code": code,
        "status": LEGACY.get(code, code),
        "message": f"The request was refused: {code}.",
        "request_id": "req_emulated",
        "param": None,
    }
    headers = {"retry-after": retry_after} if retry_after else {}
    return _json({"detail": detail}, status, headers)


def invalid(where: str, message: str) -> WebResponse:
    """Return the answer to a request that does not have the right shape."""
    place = ["query" if where == "output_format" else "body", where]
    return _json({"detail": [{"loc": place, "msg": message, "type": "value_error"}]}, 422, {})


def _json(content: object, status: int, headers: Mapping[str, str]) -> WebResponse:
    return WebResponse(status, json.dumps(content).encode(), "application/json", headers)


def message(error: str, text: str = "") -> str:
    """Return the error of a socket, which closes with 1008 after it."""
    return json.dumps({"message": text or f"The message was refused: {error}.", "error": error, "code": 1008})
