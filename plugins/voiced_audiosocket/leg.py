"""One AudioSocket stream as a pure protocol: bytes in, events out; commands into a queue, and out of it what is due.

Asterisk keeps no queue, tells no marks and cannot clear: each message of sound goes to the line at once. So the queue
is here, and the worker takes from it at the pace of the line. Silence goes out too, or Asterisk may stop listening.
"""

from __future__ import annotations

from collections.abc import Sequence

from voiced.plugin import (
    FRAME_SECONDS,
    MULAW_8K,
    Clear,
    Dtmf,
    Ended,
    LegCapabilities,
    LegCommand,
    LegEvent,
    Packet,
    Play,
    SetMark,
    Started,
    Warned,
)
from voiced_audiosocket import wire
from voiced_audiosocket.sound import Sound

FAULTS = 50
"""Messages without sense that a stream may send before it is given up."""
FRAME = MULAW_8K.size(FRAME_SECONDS)
QUIET = MULAW_8K.silence * FRAME
KEYS = frozenset("0123456789*#")
KIND_OF_RATE = {rate: kind for kind, rate in wire.RATES.items()}
CAPABILITIES = LegCapabilities(marks=False, clear=True)
HUNG_UP = 0x01
"""The error code that says so."""


class AudioSocketLeg:
    """See `voiced.plugin.TcpLeg`."""

    def __init__(self) -> None:
        self._open = self._ended = False
        self._faults = 0
        self._parser = wire.Parser()
        self._sound = Sound()
        self._queue = bytearray()

    @property
    def capabilities(self) -> LegCapabilities:
        """The clock tells what was heard, and the queue here can be cleared."""
        return CAPABILITIES

    def feed(self, message: str | bytes) -> Sequence[LegEvent]:
        """Take the next bytes of the stream."""
        data = message if isinstance(message, bytes) else message.encode()
        return [self._take(each) for each in self._parser.feed(data) if not self._ended]

    def encode(self, command: LegCommand) -> Sequence[str | bytes]:
        """Carry out `command` on the queue; nothing goes out before it is due."""
        match command:
            case Play(data) if self._open:
                self._queue += data
            case Clear():
                self._queue.clear()
            case SetMark() | Play():
                pass
        return ()

    @property
    def queued(self) -> float:
        """Seconds of sound that wait to be sent."""
        return MULAW_8K.seconds(len(self._queue))

    def due(self, sound: float, quiet: float) -> tuple[bytes, float]:
        """Return what to send now, and its seconds: what is queued, then silence."""
        if not self._open or self._ended:
            return b"", 0.0
        frames = self._frames(_whole(sound), _whole(quiet))
        kind = KIND_OF_RATE[self._sound.rate]
        return b"".join(wire.pack(kind, self._sound.spoken(each)) for each in frames), len(frames) * FRAME_SECONDS

    def farewell(self) -> bytes:
        """Return the message that ends the stream."""
        return wire.pack(wire.END)

    def _frames(self, most: int, least: int) -> list[bytes]:
        ready = min(most, len(self._queue) // FRAME)
        frames = [bytes(self._queue[at * FRAME : (at + 1) * FRAME]) for at in range(ready)]
        del self._queue[: ready * FRAME]
        while len(frames) < least:
            frames.append(bytes(self._queue).ljust(FRAME, MULAW_8K.silence) if self._queue else QUIET)
            self._queue.clear()
        return frames

    def _take(self, message: wire.Message) -> LegEvent:
        if message.kind in wire.RATES and self._open:
            return self._heard(message)
        match message.kind, message.payload:
            case wire.ID, payload if len(payload) == 16 and not self._open:
                return self._start(payload)
            case wire.END, _:
                return self._end(Ended("hangup"))
            case wire.ERROR, payload:
                code = payload[0] if payload else 0
                return self._end(Ended("hangup") if code == HUNG_UP else Ended("fault", f"Asterisk's error {code}"))
            case wire.KEY, payload if self._open:
                digit = payload.decode("latin-1")
                return Dtmf(digit) if digit in KEYS else Warned("unknown key")
        return self._fault("message out of place" if message.kind in {wire.ID, wire.KEY} else "unknown message")

    def _start(self, payload: bytes) -> LegEvent:
        self._open = True
        name = wire.call_id(wire.pack(wire.ID, payload)) or ""
        return Started(carrier_call_id=name, stream_id=name)

    def _heard(self, message: wire.Message) -> LegEvent:
        if not message.payload or len(message.payload) % 2:
            return self._fault("sound of half a sample")
        rate = wire.RATES[message.kind]
        if rate != self._sound.rate:
            self._sound = Sound(rate)
        return Packet(self._sound.heard(message.payload))

    def _end(self, ended: Ended) -> Ended:
        self._ended = True
        return ended

    def _fault(self, reason: str) -> LegEvent:
        self._faults += 1
        return self._end(Ended("fault", reason)) if self._faults > FAULTS else Warned(reason)


def _whole(seconds: float) -> int:
    return max(0, int(seconds / FRAME_SECONDS + 1e-6))
