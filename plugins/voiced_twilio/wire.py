"""The words of Twilio Media Streams, as they stand in JSON.

Source: twilio.com/docs/voice/media-streams/websocket-messages. Twilio writes numbers as strings; other talkers of the
same protocol (SignalWire, FreeSWITCH modules) write numbers, or leave fields out. Both are read, see `decode`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import msgspec

Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Milliseconds = Annotated[float, msgspec.Meta(ge=0, le=2**53)]


class MediaFormat(msgspec.Struct, gc=False):
    """How the payloads are encoded; Twilio documents mu-law 8 kHz mono and nothing else."""

    encoding: str = "audio/x-mulaw"
    sampleRate: int = 8000  # noqa: N815 - the wire's own name
    channels: int = 1


class Call(msgspec.Struct):
    """The body of `start`."""

    callSid: str = ""  # noqa: N815 - the wire's own name
    streamSid: str = ""  # noqa: N815 - the wire's own name
    mediaFormat: MediaFormat | None = None  # noqa: N815 - the wire's own name
    customParameters: dict[str, Any] | None = None  # noqa: N815 - the wire's own name


class Sound(msgspec.Struct, gc=False):
    """The body of `media`. `chunk` counts from 1 per track; `timestamp` is in milliseconds since the stream began."""

    payload: bytes
    track: str = "inbound"
    chunk: Count | None = None
    timestamp: Milliseconds | None = None


class Key(msgspec.Struct, gc=False):
    """The body of `dtmf`."""

    digit: str


class Name(msgspec.Struct, gc=False):
    """The body of `mark`."""

    name: str


class Connected(msgspec.Struct, tag_field="event", tag="connected", gc=False):
    """The first message; it says nothing we need."""


class Start(msgspec.Struct, tag_field="event", tag="start"):
    """The stream is open."""

    start: Call
    streamSid: str = ""  # noqa: N815 - the wire's own name


class Media(msgspec.Struct, tag_field="event", tag="media", gc=False):
    """Sound of the caller, usually 20 ms of it."""

    media: Sound
    streamSid: str = ""  # noqa: N815 - the wire's own name


class DtmfKey(msgspec.Struct, tag_field="event", tag="dtmf", gc=False):
    """The caller pressed a key."""

    dtmf: Key
    streamSid: str = ""  # noqa: N815 - the wire's own name
    sequenceNumber: Count | None = None  # noqa: N815 - the wire's own name


class MarkEcho(msgspec.Struct, tag_field="event", tag="mark", gc=False):
    """A mark that we queued was reached, or flushed by `clear`."""

    mark: Name
    streamSid: str = ""  # noqa: N815 - the wire's own name


class Stop(msgspec.Struct, tag_field="event", tag="stop", gc=False):
    """The stream or the call ended."""

    streamSid: str = ""  # noqa: N815 - the wire's own name


class AnyEvent(msgspec.Struct, gc=False):
    """The one field that every message has."""

    event: str


Message = Connected | Start | Media | DtmfKey | MarkEcho | Stop

KNOWN = frozenset({"connected", "start", "media", "dtmf", "mark", "stop"})
BROKEN = (ValueError, RecursionError)
"""What the decoders raise: msgspec's errors and surrogates are ValueErrors; deep nesting is a RecursionError."""

decode: Callable[[str], Message] = msgspec.json.Decoder(Message, strict=False).decode
"""Read one message; `strict=False` takes `"20"` for 20. Raises one of `BROKEN`."""

_event: Callable[[str], AnyEvent] = msgspec.json.Decoder(AnyEvent).decode


def is_unknown_event(message: str) -> bool:
    """Return whether a message that `decode` refused is a well-formed one of a kind added after this was written."""
    try:
        return _event(message).event not in KNOWN
    except BROKEN:
        return False
