"""One Twilio media stream as a pure protocol: messages in, events out; commands in, messages out.

Nothing here raises on what a message contains: a message that makes no sense is told as `Warned`, and a stream that
sends nothing else is ended as a fault. The path of a media message is the hot one; keep it free of allocation.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Sequence

import msgspec

from voiced.plugin import (
    MULAW_8K,
    Clear,
    Dtmf,
    Ended,
    Gap,
    LegCapabilities,
    LegCommand,
    LegEvent,
    Mark,
    Packet,
    Play,
    SetMark,
    Started,
    Warned,
)
from voiced_twilio import wire
from voiced_twilio.timeline import Timeline

FAULTS = 50
"""Messages without sense that a stream may send before it is given up."""

LONGEST = MULAW_8K.size(1.0)
"""Bytes of sound in one message. Twilio documents no limit; a second is what the field sends."""

BYTES_PER_MILLISECOND = MULAW_8K.bytes_per_second / 1000

MULAW_NAMES = frozenset({"audio/x-mulaw", "audio/mulaw", "audio/pcmu", "mulaw", "ulaw", "pcmu"})
KEYS = frozenset("0123456789*#")
CAPABILITIES = LegCapabilities(marks=True, clear=True)


class TwilioLeg:
    """See `voiced.plugin.Leg`. A new stream (after a recovery too) takes a new leg: numbering begins anew there."""

    def __init__(self) -> None:
        self._stream = ""
        self._ended = False
        self._faults = 0
        self._timeline = Timeline()
        self._last_key = -1
        self._media_head = self._mark_head = self._clear = ""

    @property
    def capabilities(self) -> LegCapabilities:
        """Twilio keeps a queue, tells marks and can clear."""
        return CAPABILITIES

    def feed(self, message: str | bytes) -> Sequence[LegEvent]:
        """Take one message of Twilio's."""
        if self._ended:
            return ()
        if isinstance(message, bytes):
            return self._fault("binary message")
        try:
            known = wire.decode(message)
        except wire.BROKEN:
            if wire.is_unknown_event(message):
                return (Warned("unknown event"),)
            return self._fault("malformed message")
        if type(known) is wire.Media:
            return self._media(known)
        return self._control(known)

    def encode(self, command: LegCommand) -> Sequence[str | bytes]:
        """Return the messages that carry out `command`; none before `Started`."""
        if not self._stream:
            return ()
        match command:
            case Play(data):
                return [self._sound(data[at : at + LONGEST]) for at in range(0, len(data), LONGEST)]
            case SetMark(name):
                return (f"{self._mark_head}{_json(name)}}}}}",)
            case Clear():
                return (self._clear,)

    def _sound(self, data: bytes) -> str:
        return f'{self._media_head}{b2a_base64(data, newline=False).decode("ascii")}"}}}}'

    def _media(self, message: wire.Media) -> Sequence[LegEvent]:
        sound = message.media
        if not self._is_ours(message.streamSid):
            return self._fault("media out of place")
        if not sound.payload or sound.track != "inbound":
            return self._fault("media that is not the caller's")
        packet = Packet(sound.payload)
        placed = self._timeline.place(sound.chunk, sound.timestamp, len(sound.payload) / BYTES_PER_MILLISECOND)
        if placed.late:
            return (Warned("late packet"),)
        if placed.gap:
            return (Gap(placed.gap / 1000), packet)
        return (Warned(placed.odd), packet) if placed.odd else (packet,)

    def _control(self, message: wire.Message) -> Sequence[LegEvent]:
        match message:
            case wire.Start():
                return self._start(message)
            case wire.Stop():
                return self._stop(message)
            case wire.MarkEcho() if self._is_ours(message.streamSid):
                return (Mark(message.mark.name),)
            case wire.DtmfKey() if self._is_ours(message.streamSid):
                return self._key(message)
            case wire.Connected() if not self._stream:
                return ()
        return self._fault("message out of place")

    def _is_ours(self, stream: str) -> bool:
        """Some talkers leave `streamSid` out of all but the start."""
        return bool(self._stream) and (stream == self._stream or not stream)

    def _start(self, message: wire.Start) -> Sequence[LegEvent]:
        if self._stream:
            return self._fault("second start")
        call, stream = message.start, message.streamSid or message.start.streamSid
        form = call.mediaFormat or wire.MediaFormat()
        if form.encoding.lower() not in MULAW_NAMES or (form.sampleRate, form.channels) != (8000, 1):
            return self._give_up("the sound is not mu-law, 8000 Hz, mono")
        if not stream or not call.callSid:
            return self._give_up("the start names no stream or no call")
        self._open(stream)
        params = {name: value if isinstance(value, str) else str(value) for name, value in _pairs(call)}
        return (Started(carrier_call_id=call.callSid, stream_id=stream, params=params),)

    def _open(self, stream: str) -> None:
        self._stream = stream
        sid = _json(stream)
        self._media_head = f'{{"event":"media","streamSid":{sid},"media":{{"payload":"'
        self._mark_head = f'{{"event":"mark","streamSid":{sid},"mark":{{"name":'
        self._clear = f'{{"event":"clear","streamSid":{sid}}}'

    def _stop(self, message: wire.Stop) -> Sequence[LegEvent]:
        if self._stream and not self._is_ours(message.streamSid):
            return self._fault("stop of another stream")
        self._ended = True
        return (Ended("hangup"),)

    def _key(self, message: wire.DtmfKey) -> Sequence[LegEvent]:
        number, digit = message.sequenceNumber, message.dtmf.digit
        if number is not None and number <= self._last_key:
            return (Warned("late or repeated key"),)
        self._last_key = self._last_key if number is None else number
        return (Dtmf(digit),) if digit in KEYS else (Warned("unknown key"),)

    def _fault(self, reason: str) -> Sequence[LegEvent]:
        self._faults += 1
        return self._give_up(reason) if self._faults > FAULTS else (Warned(reason),)

    def _give_up(self, reason: str) -> Sequence[LegEvent]:
        self._ended = True
        return (Ended("fault", reason),)


def _json(text: str) -> str:
    return msgspec.json.encode(text).decode()


def _pairs(call: wire.Call) -> list[tuple[str, object]]:
    return list((call.customParameters or {}).items())
