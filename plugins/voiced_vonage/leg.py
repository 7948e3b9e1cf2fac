"""One WebSocket of Vonage's as a pure protocol: messages in, events out; commands in, messages out.

Nothing here raises on what a message contains: a message that makes no sense is told as `Warned`, and a stream that
sends nothing else is ended as a fault. There is no last message: the end of the socket is the end of the stream.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from voiced.plugin import (
    Clear,
    Dtmf,
    Ended,
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
from voiced_vonage import sound, wire

FAULTS = 50
"""Messages without sense that a stream may send before it is given up."""
LONGEST = 50 * sound.FRAME
"""Bytes of sound in one message: a second."""
RATE = 8000
KEYS = frozenset("0123456789*#")
CAPABILITIES = LegCapabilities(marks=True, clear=True)


class VonageLeg:
    """See `voiced.plugin.Leg`. A new stream (after a recovery too) takes a new leg."""

    def __init__(self) -> None:
        self._open = False
        self._ended = False
        self._faults = 0
        self._frames = sound.Frames()

    @property
    def capabilities(self) -> LegCapabilities:
        """Vonage keeps a queue of a minute, tells what was played and can clear."""
        return CAPABILITIES

    def feed(self, message: str | bytes) -> Sequence[LegEvent]:
        """Take one message of Vonage's."""
        if self._ended:
            return ()
        if isinstance(message, bytes):
            return self._sound(message)
        try:
            told = wire.decode(message)
        except wire.BROKEN:
            return self._fault("malformed message")
        return self._told(told)

    def encode(self, command: LegCommand) -> Sequence[str | bytes]:
        """Return the messages that carry out `command`; none before `Started`."""
        if not self._open:
            return ()
        match command:
            case Play(data):
                return self._frames.play(data)
            case SetMark(name):
                return [*self._frames.flush(), wire.notify(name)]
            case Clear():
                self._frames.drop()
                return (wire.CLEAR,)

    def _sound(self, data: bytes) -> Sequence[LegEvent]:
        if not self._open:  # it may come before the message that opens the stream
            return (Warned("sound before the start"),)
        if not data or len(data) > LONGEST or len(data) % sound.SAMPLE:
            return self._fault("sound of a strange size")
        return (Packet(sound.heard(data)),)

    def _told(self, message: dict[str, Any]) -> Sequence[LegEvent]:
        event = message.get("event")
        if event == wire.CONNECTED:
            return self._connected(message)
        if not self._open:
            return self._fault("message before the start")
        if event == wire.DTMF:
            digit = wire.digit(message)
            return (Dtmf(digit),) if digit in KEYS else (Warned("unknown key"),)
        if event == wire.NOTIFY:
            return self._played(message)
        if event == wire.CLEARED:
            return ()
        return (Warned("unknown event"),) if isinstance(event, str) else self._fault("message without an event")

    def _connected(self, message: dict[str, Any]) -> Sequence[LegEvent]:
        if self._open:
            return self._fault("second start")
        if wire.rate(message) != RATE:
            return self._give_up("the sound is not L16, 8000 Hz")
        params = {name: value for name, value in message.items() if isinstance(value, str)}
        call = params.get("call", "")
        if not call:
            return self._give_up("the start names no call")
        self._open = True
        return (Started(carrier_call_id=call, stream_id=params.get("call_id", ""), params=params),)

    def _played(self, message: dict[str, Any]) -> Sequence[LegEvent]:
        payload = message.get("payload")
        name = payload.get("id") if isinstance(payload, dict) else None
        return (Mark(name),) if isinstance(name, str) else self._fault("notification that is not ours")

    def _fault(self, reason: str) -> Sequence[LegEvent]:
        self._faults += 1
        return self._give_up(reason) if self._faults > FAULTS else (Warned(reason),)

    def _give_up(self, reason: str) -> Sequence[LegEvent]:
        self._ended = True
        return (Ended("fault", reason),)
