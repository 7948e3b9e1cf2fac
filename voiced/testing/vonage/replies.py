"""How the emulated API answers: JSON, and errors in Vonage's form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from voiced.plugin import WebRequest, WebResponse

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    429: "Too Many Requests",
    500: "Server Error",
    503: "Service Unavailable",
}

Body = Mapping[str, Any]


class ApiError(Exception):
    """The request is refused."""

    def __init__(self, status: int) -> None:
        super().__init__(TITLES[status])
        self.status = status

    def response(self, retry_after: str = "") -> WebResponse:
        """Return Vonage's error body; `retry_after`: a header, "" for none."""
        title = str(self)
        said = reply({"type": title.upper().replace(" ", "_"), "error_title": title}, self.status)
        return replace(said, headers={"retry-after": retry_after}) if retry_after else said


def body_of(request: WebRequest) -> Body:
    """Return the JSON object of a request. Raises `ApiError`."""
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        raise ApiError(400) from None
    if not isinstance(body, dict):
        raise ApiError(400)
    return body


def reply(value: Body, status: int = 200) -> WebResponse:
    """Return JSON."""
    return WebResponse(status=status, body=json.dumps(value).encode(), content_type="application/json")
