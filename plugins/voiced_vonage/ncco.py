"""The answers to webhooks, as Call Control Objects (developer.vonage.com, NCCO reference). Values in, JSON out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from voiced.plugin import WebResponse
from voiced_vonage.events import digits

LONGEST_TALK = 1500
"""Characters of one `talk`."""
LONGEST_CALL = 7200
"""Seconds that Vonage lets a connection last."""
OPENING = 10
"""Seconds that a WebSocket may take to open."""
MOST_HEADERS = 512
"""Bytes that the headers of a WebSocket may have, as JSON."""

CONTENT_TYPE = "audio/l16;rate=8000"
NOTHING = WebResponse(status=204)
"""Go on with what the last answer said: at its end, hang up."""

Action = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Voice:
    """The carrier's own voice: `style` as Vonage numbers them, `language` in BCP 47."""

    language: str
    style: int
    premium: bool


@dataclass(frozen=True, slots=True)
class Connection:
    """Whom or what to connect: shown as `caller_id` (may be empty), and what becomes of it told at `then`.

    `wait` is how long it may ring or open, `limit` how long it may last, in seconds.
    """

    caller_id: str
    wait: float
    limit: int
    then: str = ""


def talk(text: str, voice: Voice) -> list[Action]:
    """Return the actions that say `text`; none for no text. What is too long for one is said by several."""
    parts = [text[at : at + LONGEST_TALK] for at in range(0, len(text), LONGEST_TALK)]
    how = {"language": voice.language, "style": voice.style} | ({"premium": True} if voice.premium else {})
    return [{"action": "talk", "text": part, **how} for part in parts]


def play(recording: str) -> list[Action]:
    """Return the action that plays the file at an address."""
    return [{"action": "stream", "streamUrl": [recording]}]


def phone(number: str, connection: Connection) -> Action:
    """Return the action that connects a person. Answers to the events at `then` replace what follows."""
    return _connect({"type": "phone", "number": digits(number)}, connection)


def websocket(url: str, headers: Mapping[str, str], proof: Mapping[str, str], connection: Connection) -> Action:
    """Return the action that connects the call to `url`; what does not fit of `headers` is left out, last first."""
    kept = dict(headers)
    while len(msgspec.json.encode(kept)) > MOST_HEADERS:
        kept.popitem()
    endpoint: Action = {"type": "websocket", "uri": url, "content-type": CONTENT_TYPE, "headers": kept}
    return _connect(endpoint | ({"authorization": dict(proof)} if proof else {}), connection)


def answer(actions: Sequence[Action]) -> WebResponse:
    """Return the actions as a response; none: `NOTHING`."""
    if not actions:
        return NOTHING
    return WebResponse(body=msgspec.json.encode(actions), content_type="application/json")


def _connect(endpoint: Action, connection: Connection) -> Action:
    shown = digits(connection.caller_id)
    told = {"eventType": "synchronous", "eventUrl": [connection.then], "eventMethod": "POST"}
    return {
        "action": "connect",
        **({"from": shown} if shown else {"randomFromNumber": True}),
        **(told if connection.then else {}),
        "timeout": min(max(round(connection.wait), 1), 120),
        "limit": min(connection.limit, LONGEST_CALL),
        "endpoint": [endpoint],
    }
