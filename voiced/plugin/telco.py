"""Contract of carriers: webhooks, and the leg that carries one call's sound.

Both are sans-I/O: no socket, task or clock inside. The worker's web room owns the sockets and feeds them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from msgspec import Struct, field

from voiced.audio.frame import MULAW_8K, AudioFormat, Gap, Packet

# --- what a leg tells -------------------------------------------------------------------------------------------


class Started(Struct, frozen=True):
    """The media stream is open. `params` are those we gave the carrier for it."""

    carrier_call_id: str
    stream_id: str
    format: AudioFormat = MULAW_8K
    params: Mapping[str, str] = field(default_factory=dict)


class Dtmf(Struct, frozen=True):
    """One key: 0-9, * or #."""

    digit: str


class Mark(Struct, frozen=True):
    """Everything queued before the mark `name` was played out (or flushed by a `Clear`)."""

    name: str


class Ended(Struct, frozen=True):
    """The stream is over. `hangup`: the carrier said so; `closed`: the socket went without a word; `fault`: garbage."""

    reason: Literal["hangup", "closed", "fault"]
    detail: str = ""


class Warned(Struct, frozen=True):
    """Something odd that the call survives; counted, never spoken."""

    reason: str


LegEvent = Started | Packet | Gap | Dtmf | Mark | Ended | Warned

# --- what a leg is told -----------------------------------------------------------------------------------------


class Play(Struct, frozen=True):
    """Queue this sound at the carrier (in the leg's format)."""

    data: bytes


class SetMark(Struct, frozen=True):
    """Queue a mark behind what was played so far."""

    name: str


class Clear(Struct, frozen=True):
    """Drop everything that the carrier has queued, at once."""


LegCommand = Play | SetMark | Clear


class LegCapabilities(Struct, frozen=True):
    """What the carrier does for us. Without marks or clear the pacing model stands in."""

    marks: bool = True
    clear: bool = True
    lead: float = 0.4
    """Seconds of sound to keep queued ahead of the line."""


class Leg(Protocol):
    """One call's media stream as a pure protocol: messages in, events out; commands in, messages out."""

    @property
    def capabilities(self) -> LegCapabilities:
        """Constant for the carrier."""
        ...

    def feed(self, message: str | bytes) -> Sequence[LegEvent]:
        """Take one message of the carrier (a WebSocket text or binary message). Never raises on what it contains.

        Garbage gives `Warned`, or `Ended("fault")` where going on makes no sense.
        """
        ...

    def encode(self, command: LegCommand) -> Sequence[str | bytes]:
        """Return the messages that carry out `command`; none before `Started`."""
        ...


# --- webhooks ---------------------------------------------------------------------------------------------------


class WebRequest(Struct, frozen=True):
    """A request as the carrier made it. `url` is the public URL it asked for, rebuilt from our configuration."""

    method: str
    url: str
    path: str
    query: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = b""


class WebResponse(Struct, frozen=True):
    """What to answer."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


class CallOffer(Struct, frozen=True):
    """A call that rings. `caller` may be "" or a word such as `anonymous`."""

    provider: str
    carrier_call_id: str
    caller: str
    called: str


class Admission(Struct, frozen=True):
    """The call was taken: open the media stream at `media_url` (wss), whose path holds a one-shot signed token."""

    call_id: str
    media_url: str


class HangUp(Struct, frozen=True):
    """Nothing more to do: end the call. `say` is spoken first by the carrier's own voice when not empty."""

    say: str = ""


class Dial(Struct, frozen=True):
    """Connect the caller to `number`; ring for `timeout` seconds, show `caller_id` (ours).

    `say` is spoken first by the carrier's own voice when not empty.
    """

    number: str
    caller_id: str
    timeout: float = 25.0
    say: str = ""


AfterStream = HangUp | Dial | Admission
"""What follows when a media stream ended: goodbye, a person, or another stream (recovery)."""

DialResult = Literal["answered", "busy", "no-answer", "failed", "canceled"]


class Desk(Protocol):
    """What a carrier's webhooks may ask of the worker. Synchronous; answers at once."""

    def offer(self, offer: CallOffer) -> Admission:
        """Take the call. The same `carrier_call_id` again (a repeated webhook) gets the same answer.

        Raises `CallRefused` when full, draining, or no flow answers this number.
        """
        ...

    def after_stream(self, offer: CallOffer) -> AfterStream:
        """Say what the carrier should do now that the stream of this call ended.

        `offer` describes the call as at its beginning: when no worker knows it any more, for the one that had it died,
        it is taken anew.
        """
        ...

    def dialled(self, provider: str, carrier_call_id: str, result: DialResult) -> AfterStream:
        """Say what follows a `Dial` that ended with `result`."""
        ...

    def over(self, provider: str, carrier_call_id: str, status: str) -> None:
        """The carrier says that the call is over (`completed`, `failed`...). Idempotent."""
        ...


class Telco(Protocol):
    """A carrier."""

    def webhook(self, request: WebRequest, desk: Desk) -> WebResponse:
        """Answer a webhook below `/voice/`. Verifies the carrier's signature first: 403, and nothing else happens."""
        ...

    def call_of(self, request: WebRequest) -> str:
        """Return the carrier's id of the call that a webhook is about, as `CallOffer` has it; "" when there is none.

        Asked before `webhook`, and nothing is verified yet: it only decides which worker answers. Cheap, and never
        raises on what the request contains.
        """
        ...

    def admits(self, request: WebRequest) -> bool:
        """Return whether the media socket's upgrade request was really made by the carrier."""
        ...

    def leg(self) -> Leg:
        """Return the protocol of one media stream."""
        ...
