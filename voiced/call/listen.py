"""Listening: the carrier's messages become frames for the turn machine and sound for the recogniser.

All of it is synchronous, frame by frame, in the hub's task. Nothing here waits: what the recogniser cannot take is
dropped and counted, and a carrier that sends faster than time ends its call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import trio
from msgspec import Struct

from voiced.audio import FRAME_SECONDS, MULAW_8K, Gap, Packet
from voiced.dialog.turn import VOICE, Agent, TurnEvent, TurnMachine
from voiced.plugin import Dtmf, Ended, Finalise, Leg, Mark, Started, SttInput, Vad, Warned

BATCH_FRAMES, QUIET_FRAMES = 4, 12
"""Frames in one packet to the recogniser while there is a voice (80 ms), and in silence, which can wait (240 ms). A
request for final words sends at once what there is of one."""
LINGER = 20
"""Frames after a voice in which words may go on or end."""
QUIET_LINE = 0.06
"""Seconds without a packet after which the line counts as a gap."""
FLOOD = 5.0
"""Seconds of sound ahead of the clock that a carrier may send; more is an attack or a fault."""
LONGEST_GAP = 10.0


class Counts(Struct):
    """What went wrong on a line, for the record."""

    warnings: int = 0
    gaps: float = 0.0
    dropped: int = 0


Told = Started | Gap | Dtmf | Mark | Ended | Warned
"""What a carrier tells beside sound."""


class Listener:
    """One call's ear for sound."""

    def __init__(
        self,
        leg: Leg,
        vad: Vad,
        machine: TurnMachine,
        audio: trio.MemorySendChannel[SttInput],
        clock: Callable[[], float],
        *,
        agent: Callable[[], Agent],
        on_turn: Callable[[TurnEvent], None],
        on_leg: Callable[[Started | Dtmf | Mark | Ended], None],
    ) -> None:
        self.counts = Counts()
        self.echo: Callable[[bytes], None] | None = None
        """Where the caller's sound goes back to, while the flow echoes."""
        self._leg, self._machine, self._audio, self._clock = leg, machine, audio, clock
        self._vad = vad.start()
        self._agent, self._on_turn, self._on_leg = agent, on_turn, on_leg
        self._format = MULAW_8K
        self._size = MULAW_8K.size(FRAME_SECONDS)
        self._rest = b""  # sound that does not fill a frame yet
        self._batch: list[bytes] = []
        self._voice = 0  # frames for which a voice still counts
        self._started_at: float | None = None
        self._last = 0.0  # when the last packet came
        self._received = 0.0  # seconds of sound received
        self._filled = 0.0  # seconds of gap counted since the last packet
        self._seen: Agent | None = None  # what the agent was doing at the last look

    def message(self, message: str | bytes) -> None:
        """Take one message of the carrier."""
        for event in self._leg.feed(message):
            if isinstance(event, Packet):
                self._packet(event)
            else:
                self._told(event)

    def tick(self, at: float) -> None:
        """Look at the clock, which says `at`: fill the line with silence while nothing comes."""
        self._seen = None
        if self._started_at is None:
            return
        while at - self._last - self._filled > QUIET_LINE:
            self._filled += FRAME_SECONDS
            self._silence(FRAME_SECONDS)

    def finalise(self) -> None:
        """Ask the recogniser for its final words on everything before now."""
        self._flush()
        self._give(Finalise())

    def close(self) -> None:
        """End the recogniser's input: the call is over."""
        self._flush()
        self._audio.close()

    def _told(self, event: Told) -> None:
        if isinstance(event, Gap):
            self._gap(event.seconds)
        elif isinstance(event, Warned):
            self.counts.warnings += 1
        else:
            if isinstance(event, Started):
                self._begin(event)
            self._on_leg(event)

    def _begin(self, started: Started) -> None:
        self._format = started.format
        self._size = started.format.size(FRAME_SECONDS)
        self._started_at = self._last = self._clock()

    def _packet(self, packet: Packet) -> None:
        now = self._clock()
        self._last, self._filled = now, 0.0
        self._received += packet.seconds
        if self._started_at is not None and self._received > now - self._started_at + FLOOD:
            self._on_leg(Ended("fault", "sound came faster than time"))
            return
        if self.echo is not None:
            self.echo(packet.data)
        if len(packet.data) == self._size and not self._rest:  # what carriers send
            self._frame(packet)
            return
        data, size = self._rest + packet.data, self._size
        whole = len(data) - len(data) % size
        for start in range(0, whole, size):
            self._frame(Packet(data[start : start + size], self._format))
        self._rest = data[whole:]

    def _frame(self, frame: Packet) -> None:
        probability = self._vad.probability(frame)
        self._keep(frame.data, probability)
        self._turn(FRAME_SECONDS, probability)

    def _keep(self, data: bytes, probability: float) -> None:
        """Keep a frame for the recogniser, and send what was kept when it is enough."""
        self._batch.append(data)
        self._voice = LINGER if probability >= VOICE else max(0, self._voice - 1)
        if len(self._batch) >= (BATCH_FRAMES if self._voice else QUIET_FRAMES):
            self._flush()

    def _gap(self, seconds: float) -> None:
        """Count a hole that the carrier told of, less what the clock had filled already."""
        left = min(seconds - self._filled, LONGEST_GAP)
        self._filled = max(0.0, self._filled - seconds)
        while left >= FRAME_SECONDS / 2:
            self._silence(FRAME_SECONDS)
            left -= FRAME_SECONDS

    def _silence(self, seconds: float) -> None:
        self.counts.gaps += seconds
        self._keep(self._format.silence * (self._format.size(seconds) // len(self._format.silence)), 0.0)
        self._turn(seconds, 0.0)

    def _turn(self, seconds: float, probability: float) -> None:
        if self._seen is None:  # frames that came together were heard over the same
            self._seen = self._agent()
        events: Sequence[TurnEvent] = self._machine.frame(seconds, probability, self._seen)
        for event in events:
            self._seen = None
            self._on_turn(event)

    def _flush(self) -> None:
        if self._batch:
            data = b"".join(self._batch)
            self._batch.clear()
            self._give(Packet(data, self._format))

    def _give(self, item: SttInput) -> None:
        try:
            self._audio.send_nowait(item)
        except trio.WouldBlock:
            self.counts.dropped += 1
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            return  # the recogniser is gone; the call goes on by keys
