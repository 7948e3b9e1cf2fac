"""What Asterisk's dialplan asks by `CURL()`, answered in one line that `CUT()` takes apart.

    stream|<host:port>/<uuid>        bring the sound there
    dial|<number>|<seconds>|<caller id>
    hangup
    sorry                            apologise by a recording of your own, then hang up
    busy                             the call cannot be taken

Every answer is made from what the desk says, at once; nothing is remembered here.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from voiced.plugin import (
    Admission,
    AfterStream,
    CallOffer,
    CallRefused,
    Desk,
    Dial,
    DialResult,
    HangUp,
    Logger,
    TcpDoor,
    WebRequest,
    WebResponse,
)
from voiced_audiosocket import wire
from voiced_audiosocket.leg import AudioSocketLeg
from voiced_audiosocket.options import NAME, AudioSocketOptions

FORBIDDEN = WebResponse(status=403)
MOST_FIELDS = 50
DIALLED: Mapping[str, DialResult] = {
    "ANSWER": "answered",
    "BUSY": "busy",
    "NOANSWER": "no-answer",
    "CANCEL": "canceled",
}
"""Asterisk's `DIALSTATUS` in our words; any other is a failure (CONGESTION, CHANUNAVAIL...)."""

Fields = Mapping[str, str]


class AudioSocket:
    """See `voiced.plugin.Telco` and `TcpTelco`."""

    def __init__(self, options: AudioSocketOptions, log: Logger) -> None:
        self._options = options
        self._log = log
        self._answers: dict[str, Callable[[Fields, CallOffer, Desk], str]] = {
            "inbound": self._inbound,
            "after": self._after,
            "dialled": self._dialled,
            "over": self._over,
            "status": self._over,
        }

    @property
    def door(self) -> TcpDoor:
        """Where streams come in."""
        return TcpDoor(self._options.host, self._options.port, self._options.told)

    def webhook(self, request: WebRequest, desk: Desk) -> WebResponse:
        """Answer the dialplan. Without the key: 403, and nothing else happens."""
        if not self._is_ours(request.headers.get("authorization", "")):
            self._log.warning("webhook_refused", why="key")
            return FORBIDDEN
        answer = self._answers.get(request.path.removeprefix("/voice/").removeprefix(f"{NAME}/").rstrip("/"))
        if answer is None:
            return WebResponse(status=404)
        fields = _fields(request)
        call = _uuid(fields)
        if not call:
            return WebResponse(status=400, body=b"uuid=${UUID()} is missing")
        offer = CallOffer(NAME, call, caller=fields.get("from", ""), called=fields.get("to", ""))
        return WebResponse(body=answer(fields, offer, desk).encode())

    def call_of(self, request: WebRequest) -> str:
        """Return the call's UUID, whoever sent it."""
        return _uuid(_fields(request))

    def admits(self, _request: WebRequest) -> bool:
        """Admit no WebSocket: streams come by TCP."""
        return False

    def call_of_stream(self, early: bytes) -> str | None:
        """Return the UUID that a stream begins with."""
        return wire.call_id(early)

    def leg(self) -> AudioSocketLeg:
        """Return the protocol of one stream."""
        return AudioSocketLeg()

    def _is_ours(self, authorisation: str) -> bool:
        scheme, _, encoded = authorisation.partition(" ")
        try:
            _, _, password = base64.b64decode(encoded if scheme.lower() == "basic" else "").partition(b":")
        except binascii.Error:
            return False
        return bool(self._options.key) and hmac.compare_digest(password, self._options.key.encode())

    def _inbound(self, _fields: Fields, offer: CallOffer, desk: Desk) -> str:
        try:
            return _line(desk.offer(offer), offer)
        except CallRefused:
            self._log.warning("call_refused", call=offer.carrier_call_id)
            return "busy"

    def _after(self, _fields: Fields, offer: CallOffer, desk: Desk) -> str:
        return _line(desk.after_stream(offer), offer)

    def _dialled(self, fields: Fields, offer: CallOffer, desk: Desk) -> str:
        result = DIALLED.get(fields.get("result", ""), "failed")
        return _line(desk.dialled(NAME, offer.carrier_call_id, result), offer)

    def _over(self, fields: Fields, offer: CallOffer, desk: Desk) -> str:
        desk.over(NAME, offer.carrier_call_id, fields.get("status", "completed"))
        return "hangup"


def _line(follows: AfterStream, offer: CallOffer) -> str:
    match follows:
        case HangUp(say):
            return "sorry" if say else "hangup"
        case Dial(number, caller_id, timeout):
            return f"dial|{number}|{round(timeout)}|{caller_id}"
        case Admission(_, media_url):
            return f"stream|{urlsplit(media_url).netloc}/{offer.carrier_call_id}"


def _fields(request: WebRequest) -> Fields:
    text = request.query + ("&" + request.body.decode("utf-8", "replace") if request.method == "POST" else "")
    try:
        return dict(parse_qsl(text, max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}


def _uuid(fields: Fields) -> str:
    """Return the UUID as AudioSocket brings it back; "" when there is none."""
    try:
        return str(UUID(fields.get("uuid", "")))
    except ValueError:
        return ""
