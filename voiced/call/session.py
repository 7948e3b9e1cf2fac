"""One call: a nursery, and the wiring of its rooms.

    line -> listen -> turn machine -> respond -> speak -> line
               `-> recogniser -^          ^---- tools, model

The hub calls the `Ear` half synchronously; `run` holds the tasks. When the line closes, the recogniser's input ends,
the nursery is cancelled, and nothing of the call is left.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

import trio
from msgspec import Struct

from voiced.audio import MULAW_8K
from voiced.call.journal import Journal
from voiced.call.line import Line
from voiced.call.listen import Listener
from voiced.call.phrases import PhraseBook
from voiced.call.providers import Providers
from voiced.call.respond import Responder
from voiced.call.speak import Speaker
from voiced.call.voice import Reply, Voice, first_cause
from voiced.dialog.engine import Engine
from voiced.dialog.playout import TAIL, Playout
from voiced.dialog.policy import Policy
from voiced.dialog.talk import (
    Begun,
    Connect,
    Directed,
    FalseAlarm,
    Finished,
    Garbled,
    HangUp,
    HeardReply,
    Key,
    NotConnected,
    Reconnected,
    Silent,
    TimeUp,
    Turn,
)
from voiced.dialog.turn import (
    STOP,
    Agent,
    CallerPaused,
    CallerStarted,
    Interrupt,
    Resume,
    State,
    StillThere,
    TurnEvent,
    TurnMachine,
    TurnTaken,
    Unclear,
    WordsLate,
)
from voiced.observe import metrics
from voiced.observe.log import logger
from voiced.observe.waterfall import Waterfall
from voiced.plugin import Dtmf, Ended, Heard, Leg, Mark, Play, Started, SttInput
from voiced.text.pronunciations import Pronunciations

log = logger("call")

AUDIO_AHEAD = 40
"""Packets (80 to 240 ms each) that may wait for the recogniser."""
LONGEST_PAUSE = 5.0
"""Seconds between two tries of a recogniser that keeps failing."""
GRACE = 30.0
"""Seconds after the limit at which the line is closed whatever the flow is doing."""

Opening = Begun | Reconnected | NotConnected
How = Literal["caller", "agent", "transfer", "dropped", "fault", "too long"]


class Ending(Struct, frozen=True):
    """How a media stream ended: by whom, and what the flow wants next (a transfer)."""

    by: How
    connect: Connect | None = None
    error: str = ""
    unsaid: str = ""
    """Last words that our voice could not say; the carrier's can."""


class Session:
    """One media stream of one call. Implements `Ear`."""

    def __init__(
        self,
        engine: Engine,
        providers: Providers,
        journal: Journal,
        leg: Leg,
        line: Line,
        book: PhraseBook,
        *,
        opening: Opening,
        longest: float,
    ) -> None:
        """Begin with `opening`; the flow is told to end after `longest` seconds, or its own limit when that is less."""
        self.ending: Ending | None = None
        self._engine, self._providers, self._journal = engine, providers, journal
        self._leg, self._line, self._opening = leg, line, opening
        self._started_at = trio.current_time() - journal.at()
        self._limit = min(engine.flow.policies.length.max, longest)
        self._over = trio.Event()
        self._open = False
        self._time_up = False
        self._paused_at = self._started_at
        self._asked_at: float | None = None  # when the final words were asked for that have not come yet
        self._unsaid: list[str] = []
        self._words_heard = 0
        self._machine = TurnMachine()
        said = Pronunciations.of(engine.flow.pronunciations)
        playout, book = Playout(respell=said.respell), book.saying(said)
        patience, name = providers.tts.capabilities.patience, providers.name("tts")
        voice = Voice(providers.tts, book, self.clock, patience, MULAW_8K, name)
        self._speaker = Speaker(leg, line, voice, playout, self.clock, on_heard=self._heard_reply, on_error=self._mute)
        self._responder = Responder(
            engine, providers, self._speaker, journal, self.clock,
            on_listen=self._listen, on_echo=self._echo, on_close=self._close,
        )  # fmt: skip
        self._audio_in, self._audio_out = trio.open_memory_channel[SttInput](AUDIO_AHEAD)
        self._listener = Listener(
            leg, providers.vad, self._machine, self._audio_in, self.clock,
            agent=self._agent, on_turn=self._turn, on_leg=self._leg_event,
        )  # fmt: skip

    def clock(self) -> float:
        """Return the call's time: seconds since it was picked up, earlier streams included."""
        return trio.current_time() - self._started_at

    @property
    def live(self) -> bool:
        """Whether the line is open: the caller can be spoken to."""
        return self._open and self.ending is None

    def direct(self, event: Directed) -> None:
        """Tell the flow what a person does to the call. Raises `trio.WouldBlock` when it is too far behind."""
        self._responder.told(event)

    # --- Ear: what the hub tells ------------------------------------------------------------------------------------

    def message(self, message: str | bytes) -> None:
        """Take one message of the carrier."""
        if self.ending is None:
            self._listener.message(message)

    def tick(self) -> None:
        """Look at the clock."""
        if self.ending is not None:
            return
        at = self.clock()
        self._listener.tick(at)
        self._speaker.tick(at)
        self._responder.tick(talking=self._machine.state is not State.LISTENING)
        self._watch_length(at)

    def broke(self, reason: str) -> None:
        """The carrier spoke no protocol: another stream would be no better."""
        self._end(Ending("fault", error=reason))

    def closed(self, reason: str) -> None:
        """The socket is gone."""
        self._end(Ending("dropped", error=reason))

    def failed(self, error: Exception) -> None:
        """A bug in this call: apologise by the carrier's own voice, and end it."""
        cause = first_cause(error)
        log.error("call_failed", call_id=self._engine.facts.call_id, exc_info=cause)
        self._end(Ending("fault", error=type(cause).__name__))

    # --- the tasks ----------------------------------------------------------------------------------------------------

    async def run(self) -> Ending:
        """Run the call until its stream ends; return how it ended."""
        try:
            async with trio.open_nursery() as nursery:
                await nursery.start(self._speaker.run)
                nursery.start_soon(self._recognise)
                nursery.start_soon(self._responder.run)
                await self._over.wait()
                nursery.cancel_scope.cancel()
        except Exception as error:  # noqa: BLE001 - a bug ends one call, never the daemon
            self.failed(error)
        finally:
            self._listener.close()
            self._line.close()
            self._tell_line()
        assert self.ending is not None
        return self.ending

    async def _recognise(self) -> None:
        """Feed the recogniser; when it fails the flow is told once, and it is tried again, ever more rarely."""
        failures = 0
        while True:
            words = self._words_heard
            try:
                await self._recognise_once()
            except Exception as error:  # noqa: BLE001 - a plugin's bug must not take the call down
                failures = failures + 1 if self._words_heard == words else 1
                if failures == 1:
                    self._responder.broke("stt", first_cause(error))
                await trio.sleep(min(2.0 ** (failures - 1), LONGEST_PAUSE))
                if failures > 1:
                    self._forget_sound()
            else:
                return

    def _forget_sound(self) -> None:
        """Drop what nobody heard: words that come too late would answer another question."""
        with suppress(trio.WouldBlock, trio.EndOfChannel):
            while True:
                self._audio_out.receive_nowait()

    async def _recognise_once(self) -> None:
        heard_in, heard_out = trio.open_memory_channel[Heard](32)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._take_words, heard_out, self._machine.now)
            async with heard_in:
                await self._providers.stt.transcribe(self._audio_out, heard_in, self._engine.flow.hints)

    async def _take_words(self, heard: trio.MemoryReceiveChannel[Heard], offset: float) -> None:
        async for words in heard:
            self._words_heard += bool(words.text)
            if words.final and not words.late and self._asked_at is not None:
                waited, self._asked_at = self.clock() - self._asked_at, None
                metrics.FIRST_BYTE.labels("stt", self._providers.name("stt")).observe(waited)
            end = words.end + offset
            self._machine.heard(words.text, final=words.final, confidence=words.confidence, end=end, late=words.late)

    def _tell_line(self) -> None:
        counts = self._listener.counts
        metrics.LINE_GAPS.inc(counts.gaps)
        metrics.LINE_WARNINGS.inc(counts.warnings)
        metrics.AUDIO_DROPPED.inc(counts.dropped)

    # --- what the rooms tell ------------------------------------------------------------------------------------------

    def _agent(self) -> Agent:
        at = self.clock()
        self._speaker.measure(at)
        playout = self._speaker.playout
        speaking = playout.echoing(at)
        return Agent(
            speaking=speaking and playout.sent > 0,
            since=at - playout.first_at,
            thinking=self._responder.busy,
            barge_in=self._speaker.barge_in(at) if at < playout.ends_at + TAIL else "voice",
            passing=self._responder.passing,
        )

    def _turn(self, event: TurnEvent) -> None:
        match event:
            case CallerPaused():
                self._paused_at = self._asked_at = self.clock()
                self._listener.finalise()
            case TurnTaken():
                self._taken(event)
            case Interrupt():
                metrics.INTERRUPTIONS.inc()
                self._journal.noted("interrupted")
                self._responder.interrupt()
            case Resume():
                metrics.FALSE_ALARMS.inc()
                self._responder.post(FalseAlarm())
            case StillThere():
                metrics.SILENCES.inc()
                self._responder.waterfall = None  # what is said next answers no turn
                self._journal.noted("silence")
                self._responder.post(Silent())
            case WordsLate():
                self._responder.late(Waterfall(event.ended + self.clock() - self._machine.now))
            case Unclear():
                self._responder.waterfall = None
                self._journal.noted("unclear")
                self._responder.post(Garbled())
            case CallerStarted():
                self._journal.noted("caller.started")

    def _taken(self, turn: TurnTaken) -> None:
        at = self.clock()
        behind = at - self._machine.now
        waterfall = self._gap(turn, turn.ended + behind)
        waterfall.mark("vad_stop", self._paused_at)
        waterfall.mark("words", self._machine.words.changed + behind)
        waterfall.mark("decision", at)
        self._responder.taken(waterfall, kept=turn.kept)
        self._journal.caller_said(turn.text, turn.confidence, turn.began + behind, turn.ended + behind)
        self._responder.post(Turn(turn.text, turn.confidence, turn.corrects, turn.earlier))

    def _gap(self, turn: TurnTaken, ended: float) -> Waterfall:
        """Return the waterfall of a turn: the one that began when the caller was told to wait for it, if they were."""
        begun = self._responder.waterfall if turn.kept else None
        return begun if begun is not None and ended - begun.spoke_until < STOP else Waterfall(ended)

    def _leg_event(self, event: Started | Dtmf | Mark | Ended) -> None:
        match event:
            case Started():
                if not self._open:
                    self._open = True
                    self._journal.began()
                    self._responder.waterfall = Waterfall(self.clock(), opening=True)
                    self._responder.post(self._opening)
            case Dtmf():
                self._journal.noted("key")
                self._machine.drop_words()
                self._responder.post(Key(event.digit))
            case Mark():
                self._speaker.playout.mark(event.name, self.clock())
            case Ended():
                self._end(Ending("caller" if event.reason == "hangup" else "fault", error=event.detail))

    def _heard_reply(self, reply: HeardReply) -> None:
        self._responder.record(reply)
        self._responder.post(Finished(reply))

    def _mute(self, reply: Reply) -> None:
        """A reply could not be said, or not to its end."""
        assert reply.error is not None
        self._unsaid = [*self._unsaid, reply.whole] if self._engine.leaving else []
        self._responder.broke("tts", reply.error)

    def _listen(self, policy: Policy) -> None:
        self._machine.listen(policy)

    def _echo(self, on: bool) -> None:  # noqa: FBT001 - a switch
        self._listener.echo = self._echo_back if on else None

    def _echo_back(self, data: bytes) -> None:
        self._line.send(self._leg.encode(Play(data)))

    def _close(self, closing: HangUp | Connect) -> None:
        unsaid = " ".join(self._unsaid)
        if isinstance(closing, Connect):
            self._end(Ending("transfer", connect=closing, unsaid=unsaid))
        else:
            self._end(Ending("agent", unsaid=unsaid))

    def _watch_length(self, at: float) -> None:
        if at >= self._limit + GRACE:
            self._end(Ending("too long"))
        elif at >= self._limit and not self._time_up:
            self._time_up = True
            self._responder.post(TimeUp())

    def _end(self, ending: Ending) -> None:
        if self.ending is None:
            self.ending = ending
            self._over.set()
            self._line.close()
