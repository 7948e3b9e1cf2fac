"""The answers of the control API: JSON documents."""

from __future__ import annotations

import json

from voiced.plugin import WebResponse


def answer(value: object, status: int = 200) -> WebResponse:
    """Return `value` as a JSON document."""
    return WebResponse(status, json.dumps(value, ensure_ascii=False).encode(), "application/json")
