"""What a webhook of Vonage's says: the fields of a GET's query or a POST's JSON, the calls and numbers in them.

Source: developer.vonage.com, Voice API webhook reference. Nothing here raises on what a request contains.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

import msgspec

from voiced.plugin import DialResult, WebRequest

MOST_FIELDS = 200
TERMINAL: Mapping[str, str] = {
    "completed": "completed",
    "busy": "busy",
    "failed": "failed",
    "rejected": "failed",
    "timeout": "no-answer",
    "unanswered": "no-answer",
    "cancelled": "canceled",
}
"""The statuses after which a leg is no more, in the words that voiced has for them."""

DIALLED: Mapping[str, DialResult] = {
    "completed": "answered",
    "busy": "busy",
    "failed": "failed",
    "rejected": "failed",
    "timeout": "no-answer",
    "unanswered": "no-answer",
    "cancelled": "canceled",
}
"""What became of somebody who was called, by the last status of that leg."""

UNOPENED = frozenset(TERMINAL) - {"completed"}
"""The statuses of a WebSocket that could not be opened."""

_LEG = re.compile("[0-9A-Za-z-]{1,64}")
_DIGITS = re.compile("[0-9]{6,15}")


class Event:
    """One webhook's fields."""

    __slots__ = ("_fields", "headers")

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields
        given = fields.get("headers")
        self.headers: Mapping[str, Any] = given if isinstance(given, dict) else {}
        """Those that we gave to a WebSocket, echoed."""

    def text(self, name: str) -> str:
        """Return a field; "" when it is not there or no text."""
        return _text(self._fields.get(name))

    def header(self, name: str) -> str:
        """Return an echoed header."""
        return _text(self.headers.get(name))

    @property
    def status(self) -> str:
        """What happened to the leg."""
        return self.text("status")

    @property
    def leg(self) -> str:
        """The leg that it happened to; machine detection has another name for it."""
        return _leg(self.text("uuid") or self.text("call_uuid"))

    @property
    def is_socket(self) -> bool:
        """Whether the leg is a WebSocket, not a telephone."""
        return bool(self.headers) or self.text("to").startswith(("ws:", "wss:"))


def read(request: WebRequest) -> Event:
    """Return what a request tells."""
    return Event({**_query(request.query), **_body(request)})


def call_of(request: WebRequest, event: Event) -> str:
    """Return the caller's leg: named in the path of what we gave for other legs, else echoed, else told."""
    match request.path.rstrip("/").split("/"):
        case ["", "voice", "vonage", "stream" | "dialled", call]:
            return _leg(unquote(call))
    return _leg(event.header("call")) or event.leg


def e164(number: str) -> str:
    """Return a number with its plus, as flows know it; what is none (`anonymous`, a SIP address) as it is."""
    return f"+{number}" if _DIGITS.fullmatch(number) else number


def digits(number: str) -> str:
    """Return a number as Vonage writes it; "" when it is none."""
    bare = number.removeprefix("+")
    return bare if _DIGITS.fullmatch(bare) else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _leg(name: str) -> str:
    return name if _LEG.fullmatch(name) else ""


def _query(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}


def _body(request: WebRequest) -> Mapping[str, Any]:
    if request.method != "POST" or not request.body:
        return {}
    try:
        return msgspec.json.decode(request.body, type=dict[str, Any])
    except (ValueError, RecursionError):
        return {}
