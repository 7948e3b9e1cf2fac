"""The JSON messages of Twilio Media Streams, both ways.

Source: twilio.com docs, voice/media-streams/websocket-messages. Numbers are strings except inside `mediaFormat`;
`sequenceNumber` begins at "1" with `start` and counts every later message of any kind.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

MALFORMED = 31950
"""Twilio's warning about a message it cannot read; given once a stream."""

MULAW = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
WRONG_CODEC = {"encoding": "audio/x-l16", "sampleRate": 16_000, "channels": 1}

NONSENSE: tuple[str | bytes, ...] = (
    "", "[1]", "null", '{"event":"media"', '{"event":"media","media":{"payload":5}}', '{"event":"weather"}', b"\xff",
)  # fmt: skip
"""What Twilio never says."""

CONNECTED = '{"event":"connected","protocol":"Call","version":"1.0.0"}'
"""Always the first message; it has no sequence number."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The three names of a stream."""

    account_sid: str
    call_sid: str
    stream_sid: str


class Outbound:
    """Writes what Twilio sends on one stream, in sequence."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._sequence = 0
        self._chunk = 0

    def start(self, parameters: Mapping[str, str], form: Mapping[str, Any] = MULAW) -> str:
        """Return the `start` message; it comes right after `CONNECTED`. `form`: what it says of the sound."""
        who = self._identity
        body = {
            "streamSid": who.stream_sid,
            "accountSid": who.account_sid,
            "callSid": who.call_sid,
            "tracks": ["inbound"],
            "mediaFormat": form,
            "customParameters": dict(parameters),
        }
        return self._message("start", body)

    def media(self, payload: bytes, timestamp: int) -> str:
        """Return a `media` message; `timestamp` in ms since the stream began."""
        self._chunk += 1
        encoded = base64.b64encode(payload).decode()
        body = {"track": "inbound", "chunk": str(self._chunk), "timestamp": str(timestamp), "payload": encoded}
        return self._message("media", body)

    def dtmf(self, digit: str) -> str:
        """Return a `dtmf` message for one key."""
        return self._message("dtmf", {"track": "inbound_track", "digit": digit})

    def mark(self, name: str) -> str:
        """Return the echo of a mark."""
        return self._message("mark", {"name": name})

    def stop(self) -> str:
        """Return the `stop` message, the last one."""
        who = self._identity
        return self._message("stop", {"accountSid": who.account_sid, "callSid": who.call_sid})

    def _message(self, event: str, body: Mapping[str, Any]) -> str:
        self._sequence += 1
        message = {
            "event": event,
            "sequenceNumber": str(self._sequence),
            "streamSid": self._identity.stream_sid,
            event: body,
        }
        return msgspec.json.encode(message).decode()


@dataclass(frozen=True, slots=True)
class Media:
    """Sound to queue; `headed`: it begins with a WAV header, which callers hear as noise."""

    payload: bytes
    headed: bool = False


@dataclass(frozen=True, slots=True)
class SetMark:
    """A mark to queue."""

    name: str


@dataclass(frozen=True, slots=True)
class Clear:
    """Drop what is queued."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A message without effect. `code` is Twilio's warning, 0 where it gives none."""

    code: int
    reason: str


Heard = Media | SetMark | Clear | Ignored


class Inbound:
    """Reads what the application sends on one stream."""

    def __init__(self, stream_sid: str) -> None:
        self._stream_sid = stream_sid
        self._complained = False

    def read(self, message: str | bytes) -> Heard | None:
        """Return what a message asks for; None for malformed ones after the first, which Twilio reports once."""
        if isinstance(message, bytes):
            return self._malformed("binary message")
        try:
            data = msgspec.json.decode(message)
        except msgspec.DecodeError:
            return self._malformed("not JSON")
        if not isinstance(data, dict):
            return self._malformed("not a JSON object")
        return self._event(data)

    def _event(self, data: Mapping[str, Any]) -> Heard | None:
        event = data.get("event")
        if event not in {"media", "mark", "clear"}:
            return Ignored(0, f"unknown event {event!r}")
        if data.get("streamSid") != self._stream_sid:
            return Ignored(0, f"{event} with a wrong or missing streamSid")
        if event == "clear":
            return Clear()
        body = data.get(event)
        if not isinstance(body, dict):
            return self._malformed(f"{event} without its object")
        return self._media(body) if event == "media" else self._mark(body)

    def _media(self, body: Mapping[str, Any]) -> Heard | None:
        try:
            payload = base64.b64decode(body["payload"], validate=True)
        except (KeyError, TypeError, ValueError, binascii.Error):
            return self._malformed("media payload is not base64")
        return Media(payload, headed=payload.startswith(b"RIFF"))

    def _mark(self, body: Mapping[str, Any]) -> Heard | None:
        name = body.get("name")
        return SetMark(name) if isinstance(name, str) else self._malformed("mark without a name")

    def _malformed(self, reason: str) -> Ignored | None:
        if self._complained:
            return None
        self._complained = True
        return Ignored(MALFORMED, reason)
