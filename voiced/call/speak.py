"""Speaking: replies in order to the carrier, a bounded lead ahead of the line, by the playout clock.

The player is one task; interruption and the look at the clock are synchronous, so that the hub can stop the agent's
voice within the very frame that decided it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import trio

from voiced.audio import Packet
from voiced.call.line import Line
from voiced.call.voice import READY, Reply, Voice
from voiced.dialog.playout import TRANSIT, Playout
from voiced.dialog.policy import BargeIn
from voiced.dialog.talk import HeardReply
from voiced.observe.lateness import Pacing
from voiced.observe.waterfall import Waterfall
from voiced.plugin import Clear, Leg, LegCommand, Play, SetMark

BATCH = 0.2
"""Seconds of sound in one message to the carrier, where it cannot be taken back; else twice the wanted lead: each
message costs as much to send as a second of the caller to hear."""
EARLY = 0.02
"""Seconds by which sound may go before its time, so that it need not go after it: the clock is looked at so often."""
LOST_MARK = 2.0
"""Seconds after which a mark that did not come back is given up."""


class Speaker:
    """One call's mouth."""

    def __init__(
        self,
        leg: Leg,
        line: Line,
        voice: Voice,
        playout: Playout,
        clock: Callable[[], float],
        *,
        on_heard: Callable[[HeardReply], None],
        on_error: Callable[[Reply], None],
    ) -> None:
        self.playout = playout
        self._leg, self._line, self._voice, self._clock = leg, line, voice, clock
        self._lead = leg.capabilities.lead
        self._batch = max(BATCH, 2 * self._lead) if leg.capabilities.clear else BATCH
        self._keeps_queue = not leg.capabilities.marks  # the line, not the carrier
        self._on_heard, self._on_error = on_heard, on_error
        self._queue: deque[tuple[Reply, trio.MemoryReceiveChannel[Packet] | None]] = deque()
        self._playing: Reply | None = None
        self._sent: deque[Reply] = deque()  # wholly sent, not wholly heard
        self._wake = trio.Event()
        self._room: trio.Event | None = None  # set once the carrier's queue is down to the lead
        self._nursery: trio.Nursery | None = None
        self._barge_in: BargeIn = "voice"
        self._pacing = Pacing()

    # --- what the call asks of it --------------------------------------------------------------------------------

    async def run(self, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Play replies until cancelled."""
        async with trio.open_nursery() as nursery:
            self._nursery = nursery
            task_status.started()
            try:
                while True:
                    while not self._queue:
                        self._wake = trio.Event()
                        await self._wake.wait()
                    await self._play(*self._queue.popleft())
            finally:
                self._nursery = None

    def say(self, reply: Reply) -> None:
        """Queue a reply; its sound is made while those before it play. A call that is over says nothing more."""
        if self._nursery is None:
            return
        reply.sound = self._voice.cached(reply.whole) if reply.fixed else None
        packets: trio.MemoryReceiveChannel[Packet] | None = None
        if reply.sound is None:
            out, packets = trio.open_memory_channel[Packet](READY)
            self._nursery.start_soon(self._voice.render, reply, out)
        elif reply.waterfall is not None:
            reply.waterfall.cached = True
        self._queue.append((reply, packets))
        self._wake.set()

    def measure(self, at: float) -> None:
        """Hold the playout clock to what the line has sent, where that tells: it was late if this process was."""
        if self._keeps_queue:
            self.playout.behind(self._line.ahead(), at)

    def interrupt(self) -> tuple[HeardReply, ...]:
        """Be silent at once; return what was heard of each reply under way, in order."""
        return self._stop()

    def hush(self) -> tuple[HeardReply, ...]:
        """Drop what may be dropped: everything but words that must be heard."""
        if any(reply.barge_in == "none" for reply in self._under_way()):
            kept = deque(entry for entry in self._queue if entry[0].barge_in == "none")
            for reply, _ in self._queue:
                if reply.barge_in != "none":
                    reply.cancel()
            self._queue = kept
            return ()
        return self._stop()

    def tick(self, at: float) -> None:
        """Look at the clock, which says `at`: send on where there is room, tell what was heard to its end."""
        self.measure(at)
        if self._room is not None and not self._full(at):
            self._room.set()
            self._room = None
        if self._sent and at > self.playout.ends_at + LOST_MARK:
            self.playout.trust_the_clock()
        heard = self.playout.heard(at)
        while self._sent and heard >= self._sent[0].ends - 1e-6:
            reply = self._sent.popleft()
            whole = self.playout.heard_text(reply.number, at)
            self.playout.forget(reply.number)
            self._on_heard(HeardReply(reply.number, whole, whole, reply.by))

    @property
    def idle(self) -> bool:
        """Whether everything that was to be said was heard."""
        return not self._queue and self._playing is None and not self._sent

    def barge_in(self, at: float) -> BargeIn:
        """Return how the reply in the caller's ear may be cut."""
        segment = self.playout.current(at)
        if segment is not None:
            self._barge_in = segment.barge_in
        return self._barge_in

    # --- inside ---------------------------------------------------------------------------------------------------

    def _under_way(self) -> list[Reply]:
        playing = [self._playing] if self._playing else []
        return [*self._sent, *playing, *(reply for reply, _ in self._queue)]

    def _stop(self) -> tuple[HeardReply, ...]:
        at = self._clock()
        self.measure(at)
        under_way = self._under_way()
        heard = tuple(
            HeardReply(reply.number, self.playout.heard_text(reply.number, at), reply.whole, reply.by)
            for reply in under_way
        )
        for reply in under_way:
            reply.cancel()
        if self.playout.ahead(at) > 0:
            self._command(Clear())
        self.playout.clear(at)
        self._queue.clear()
        self._sent.clear()
        self._playing = None
        return heard

    def _command(self, command: LegCommand) -> None:
        self._line.send(self._leg.encode(command))

    async def _play(self, reply: Reply, packets: trio.MemoryReceiveChannel[Packet] | None) -> None:
        self._playing, self._pacing = reply, Pacing()
        with reply.playing:
            self.playout.begin(reply.number, reply.barge_in)
            if packets is None:
                assert reply.sound is not None
                reply.spoken.append(reply.whole)
                await self._send(reply, reply.sound, known=True)
            else:
                async for packet in packets:
                    await self._send(reply, packet.data)
            if self._playing is reply:
                self._all_sent(reply)
        self._pacing.tell()
        if self._playing is reply:
            self._playing = None

    def _all_sent(self, reply: Reply) -> None:
        """Queue the mark that will tell when the caller heard the end."""
        if reply.error is not None:
            self._on_error(reply)
        self._tell_words(reply)
        if reply.error is None:
            self.playout.complete()  # else the text is longer than its sound
        if self._leg.capabilities.marks:  # else the clock says what was heard
            name = f"r{reply.number}"
            self.playout.set_mark(name)
            self._command(SetMark(name))
        reply.ends = self.playout.sent
        self._playing = None
        self._sent.append(reply)

    async def _send(self, reply: Reply, data: bytes, *, known: bool = False) -> None:
        size = self._voice.format.size(self._batch)
        self._tell_words(reply, self._voice.format.seconds(len(data)) if known else 0.0)
        for start in range(0, len(data), size):
            waited = await self._keep_lead()
            batch = data[start : start + size]
            self._first(reply.waterfall)
            at = self._clock()
            self._pacing.sent(self.playout.ends_at - TRANSIT - at, self._lead - TRANSIT, waited=waited)
            self.playout.send(self._voice.format.seconds(len(batch)), at)
            self._command(Play(batch))

    def _tell_words(self, reply: Reply, seconds: float = 0.0) -> None:
        while reply.spoken:
            self.playout.text(reply.spoken.pop(0), seconds)

    async def _keep_lead(self) -> bool:
        """Wait until no more than the lead is queued at the carrier; return whether that took any time.

        The look at the clock ends the wait: a sleep of its own would cost a call more than all the sound it sends.
        """
        waited = False
        while self._full(self._clock()):
            self._room = trio.Event()
            await self._room.wait()
            waited = True
        return waited

    def _full(self, at: float) -> bool:
        return self.playout.ahead(at) > self._lead + EARLY

    def _first(self, waterfall: Waterfall | None) -> None:
        if waterfall is None:
            return
        at = self._clock()
        waterfall.mark("first_sent", at)
        waterfall.mark("first_played", max(at + TRANSIT, self.playout.ends_at))
