"""Acme's calls: webhooks in JSON, signed; sound in mu-law over a WebSocket. Put a real carrier in its place."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from voiced.plugin import (
    HERE,
    Admission,
    AfterStream,
    CallOffer,
    CallRefused,
    Clear,
    Desk,
    Dial,
    Dtmf,
    Ended,
    Host,
    Leg,
    LegCapabilities,
    LegCommand,
    LegEvent,
    Mark,
    Packet,
    Play,
    PluginSpec,
    ProviderSpec,
    SetMark,
    Started,
    Telco,
    Unavailable,
    Warned,
    WebRequest,
    WebResponse,
    hookimpl,
    option,
)

NAME = "acme"
KEYS = frozenset("0123456789*#")


@dataclass(frozen=True, slots=True)
class AcmeOptions:
    """What `voiced.yaml` may say below `plugins: acme:`."""

    secret: Annotated[str, option("What the carrier signs its requests with", secret=True)] = ""


class AcmeLeg:
    """Implements `Leg`: binary messages are sound, texts are JSON objects with an `event`."""

    def __init__(self) -> None:
        self._started = self._ended = False

    @property
    def capabilities(self) -> LegCapabilities:
        """The carrier keeps a queue, tells marks and can clear."""
        return LegCapabilities()

    def feed(self, message: str | bytes) -> Sequence[LegEvent]:
        """Take one message; whatever it contains, nothing is raised."""
        if self._ended:
            return ()
        if isinstance(message, bytes):
            return (Packet(message),) if message and self._started else (Warned("sound out of place"),)
        told = _object(message)
        if told.get("event") == "start" and not self._started:
            return self._start(str(told.get("call", "")), str(told.get("stream", "")))
        if not self._started:
            return (Warned("message before the start"),)
        return (self._event(str(told.get("event", "")), str(told.get("value", ""))),)

    def _start(self, call: str, stream: str) -> Sequence[LegEvent]:
        self._started = True
        return (Started(call, stream),)

    def _event(self, event: str, value: str) -> LegEvent:
        if event == "stop":
            self._ended = True
            return Ended("hangup")
        if event == "mark":
            return Mark(value)
        return Dtmf(value) if event == "key" and value in KEYS else Warned("unknown message")

    def encode(self, command: LegCommand) -> Sequence[str | bytes]:
        """Return the messages that carry out `command`; none before the stream has started."""
        if not self._started:
            return ()
        match command:
            case Play(data):
                return (data,)
            case SetMark(name):
                return (json.dumps({"event": "mark", "value": name}),)
            case Clear():
                return ('{"event": "clear"}',)


class AcmeTelco:
    """Implements `Telco`."""

    def __init__(self, options: AcmeOptions, host: Host) -> None:
        self._secret, self._host = options.secret.encode(), host
        self._answers: Mapping[str, Callable[[CallOffer, Desk], WebResponse]] = {
            f"/voice/{NAME}/inbound": _inbound,
            f"/voice/{NAME}/after": _after,
            f"/voice/{NAME}/over": _over,
        }

    def webhook(self, request: WebRequest, desk: Desk) -> WebResponse:
        """Answer a webhook, when the carrier made it."""
        if not self.admits(request):
            return WebResponse(status=403)
        told, answer = _object(request.body), self._answers.get(request.path)
        if answer is None or not told.get("call"):
            return WebResponse(status=404)
        called, caller = str(told.get("to", "")), str(told.get("from", ""))
        return answer(CallOffer(NAME, str(told["call"]), caller, called), desk)

    def call_of(self, request: WebRequest) -> str:
        """Return whose call a webhook is about, whoever sent it."""
        return str(_object(request.body).get("call", ""))

    def admits(self, request: WebRequest) -> bool:
        """Return whether the carrier made the request: it signs the path and the body (HMAC-SHA256)."""
        signed = hmac.digest(self._secret, request.path.encode() + request.body, hashlib.sha256).hex()
        given = request.headers.get("x-acme-signature", "")
        return hmac.compare_digest(signed.encode(), given.encode("utf-8", "replace"))

    def leg(self) -> Leg:
        """Return the protocol of one media stream."""
        return AcmeLeg()


def _inbound(offer: CallOffer, desk: Desk) -> WebResponse:
    try:
        return _then(desk.offer(offer))
    except CallRefused:
        return _json({"hang_up": "Toutes nos lignes sont occupées. Merci de rappeler."})


def _after(offer: CallOffer, desk: Desk) -> WebResponse:
    return _then(desk.after_stream(offer))


def _over(offer: CallOffer, desk: Desk) -> WebResponse:
    desk.over(NAME, offer.carrier_call_id, "completed")
    return _json({})


def _then(follows: AfterStream) -> WebResponse:
    match follows:
        case Admission(call_id, media_url):
            return _json({"connect": media_url, "call_id": call_id})
        case Dial(number, caller_id):
            return _json({"dial": number, "as": caller_id})
        case _:
            return _json({"hang_up": follows.say})


def _json(body: Mapping[str, Any]) -> WebResponse:
    return WebResponse(200, json.dumps(body).encode(), "application/json")


def _object(message: str | bytes) -> Mapping[str, Any]:
    """Return the JSON object of a message; an empty one when it is none."""
    try:
        told = json.loads(message)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def make(options: AcmeOptions, host: Host) -> Telco:
    """Build the carrier. Raises `Unavailable` without a secret: everybody could call then."""
    if not options.secret:
        raise Unavailable("acme: no secret", fix="put it into .env, and secret: ${ACME_SECRET} below plugins.acme")
    return AcmeTelco(options, host)


@hookimpl
def voiced_plugin() -> PluginSpec:
    """Declare the plugin."""
    about = "Acme's calls"
    return PluginSpec(
        name="acme",
        about=about,
        providers=(ProviderSpec("telco", "acme", make, about),),
        options=AcmeOptions,
        goes_to=lambda _options: HERE,  # where what callers say goes; for a service: by_host(options.url, "Acme", ...)
    )
