"""What Vonage takes for an NCCO (developer.vonage.com, NCCO reference), and what it refuses. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

Action = Mapping[str, Any]

KNOWN = frozenset({"talk", "stream", "input", "record", "conversation", "connect", "notify", "wait"})
CONTENT_TYPES = {"audio/l16;rate=8000": 8000, "audio/l16;rate=16000": 16_000, "audio/l16;rate=24000": 24_000}
LONGEST_TALK = 1500
MOST_HEADERS = 512
LONGEST_CALL = 7200


class NccoRefused(Exception):
    """The document is none; `str` says why, in the words of the event that tells the application."""


def parse(body: bytes) -> list[Action]:
    """Return the actions of a document. Raises `NccoRefused`."""
    try:
        actions = json.loads(body)
    except (ValueError, RecursionError):
        raise NccoRefused("Syntax error in NCCO. Invalid JSON") from None
    return checked(actions)


def checked(actions: object) -> list[Action]:
    """Return the actions, each of which can be executed. Raises `NccoRefused`."""
    if not isinstance(actions, list):
        raise NccoRefused("Syntax error in NCCO. Must be an array")
    for action in actions:
        kind = action.get("action") if isinstance(action, dict) else None
        if kind not in KNOWN:
            raise NccoRefused(f"Syntax error in NCCO. Invalid value type or action: {kind}")
        _CHECKS.get(kind, _nothing)(action)
    return actions


def _talk(action: Action) -> None:
    text = action.get("text")
    if not isinstance(text, str) or not text or len(text) > LONGEST_TALK:
        raise NccoRefused("Syntax error in NCCO. Invalid text in talk")
    if not -1 <= action.get("level", 0) <= 1:
        raise NccoRefused("Syntax error in NCCO. Invalid level in talk")


def _connect(action: Action) -> None:
    endpoints = action.get("endpoint")
    if not isinstance(endpoints, list) or len(endpoints) != 1:
        raise NccoRefused("Syntax error in NCCO. connect must have exactly one endpoint")
    if ("from" in action) == bool(action.get("randomFromNumber")):
        raise NccoRefused("Syntax error in NCCO. connect needs one of from and randomFromNumber")
    limit = action.get("limit", LONGEST_CALL)
    if not isinstance(limit, int) or not 0 < limit <= LONGEST_CALL:
        raise NccoRefused("Syntax error in NCCO. Invalid limit in connect")
    endpoint = endpoints[0]
    match endpoint.get("type"):
        case "websocket":
            _websocket(endpoint)
        case "phone" if str(endpoint.get("number", "")).isdecimal():
            return
        case _:
            raise NccoRefused("Syntax error in NCCO. Invalid endpoint in connect")


def _websocket(endpoint: Action) -> None:
    if endpoint.get("content-type") not in CONTENT_TYPES:
        raise NccoRefused("Syntax error in NCCO. Invalid content-type of a websocket")
    if not str(endpoint.get("uri", "")).startswith(("ws://", "wss://")):
        raise NccoRefused("Syntax error in NCCO. Invalid uri of a websocket")
    if len(json.dumps(endpoint.get("headers", {}), separators=(",", ":"), ensure_ascii=False).encode()) > MOST_HEADERS:
        raise NccoRefused("Syntax error in NCCO. Too many headers of a websocket")


def _input(action: Action) -> None:
    kinds: object = action.get("type")
    if not isinstance(kinds, list) or not kinds or not set(kinds) <= {"dtmf", "speech"}:
        raise NccoRefused("Syntax error in NCCO. Invalid type of input")


def _nothing(_action: Action) -> None:
    return


_CHECKS = {"talk": _talk, "connect": _connect, "input": _input}


def url_of(action: Action, name: str = "eventUrl") -> str:
    """Return the address in an action's field, which is an array with one; "" when there is none."""
    given = action.get(name)
    if isinstance(given, Sequence) and not isinstance(given, str) and given:
        return str(given[0])
    return str(given or "")
