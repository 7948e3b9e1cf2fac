"""The words of Vonage's WebSockets, as they stand in JSON (developer.vonage.com, Voice API, WebSockets).

Sound is binary and stands in `sound`. Every text message is an object that names its `event`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

CLEAR = '{"action":"clear"}'
CONNECTED, DTMF, NOTIFY, CLEARED = "websocket:connected", "websocket:dtmf", "websocket:notify", "websocket:cleared"
BROKEN = (ValueError, RecursionError)
"""What `decode` raises: msgspec's errors and surrogates are ValueErrors; deep nesting is a RecursionError."""

decode: Callable[[str], dict[str, Any]] = msgspec.json.Decoder(dict[str, Any]).decode
"""Read one message. Raises one of `BROKEN`."""


def notify(name: str) -> str:
    """Return the message that has `name` told back when the sound before it was played."""
    return msgspec.json.encode({"action": "notify", "payload": {"id": name}}).decode()


def digit(message: dict[str, Any]) -> str:
    """Return the key of a `websocket:dtmf`, which some talkers put one level deeper; "" when there is none."""
    nested = message.get("dtmf")
    found = nested.get("digit") if isinstance(nested, dict) else message.get("digit")
    return found if isinstance(found, str) else ""


def rate(message: dict[str, Any]) -> int:
    """Return the samples a second that a `websocket:connected` speaks of; 0 when it is not L16."""
    kind, _, parameters = str(message.get("content-type", "")).partition(";")
    name, _, value = parameters.strip().partition("=")
    is_linear = kind.strip().lower() == "audio/l16" and name.strip().lower() == "rate"
    return int(value) if is_linear and value.strip().isdecimal() else 0
