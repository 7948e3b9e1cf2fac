"""The provider: one session for each call, over one WebSocket after the other."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from math import inf

import trio
from msgspec import structs

from voiced.audio import dbfs
from voiced.plugin import (
    MULAW_8K,
    Finalise,
    Heard,
    Host,
    ProviderBadInput,
    ProviderClosed,
    ProviderError,
    ProviderOverloaded,
    ProviderProtocol,
    ProviderTimeout,
    Sink,
    Socket,
    Source,
    SttCapabilities,
    SttInput,
    plain_errors,
)
from voiced_gladia.hearing import Hearing
from voiced_gladia.options import GladiaOptions
from voiced_gladia.sessions import Sessions
from voiced_gladia.sound import KEPT, RATE, Sound
from voiced_gladia.wire import NAME, STOP, Rejected, SpeechBegan, Taken, Transcript, opening, read

LOUD = -60.0
"""dBFS: less holds no speech."""
HUSH = 0.15
"""Seconds of silence, beside `endpointing`, that are put in where the caller paused."""
FRUITLESS = 3
"""Connections in a row, after the first, that may end before anything arrived by them."""
SILENT = 0.7
"""Seconds without any message, while sound is sent, after which a connection is dead, and another is opened: Gladia
says of each piece of sound that it has come, within a tenth of a second or two."""
REOPEN = 0.5
"""Seconds that another may take to open then; who does not answer even that is down, and somebody else is asked."""
LATE = 0.5
"""Seconds on top of the patience with words after which a stand-in is asked: the way there and back."""
NONSENSE = 5
"""Messages in a row that may mean nothing."""


class GladiaStt:
    """Implements `Stt`."""

    def __init__(self, options: GladiaOptions, host: Host) -> None:
        self._options, self._host = options, host
        self._sessions = Sessions(options, host)

    @property
    def capabilities(self) -> SttCapabilities:
        """Mu-law at 8 kHz; interims, words with times; every `Finalise` answered by one final."""
        return SttCapabilities(words=True, patience=self._options.patience + LATE)

    async def transcribe(self, audio: Source[SttInput], heard: Sink[Heard], hints: tuple[str, ...] = ()) -> None:
        """Transcribe one call; see `voiced.plugin.Stt`.

        A connection that breaks is followed by another to the same session, or to a new one where that is over; sound
        that had not arrived is sent again. Speech that no `Finalise` followed is given as a final when the audio ends.
        """
        call = _Call(self._options, self._host, hints, self._sessions)
        try:
            async with plain_errors(trio.open_nursery()) as nursery:
                nursery.start_soon(call.listen, audio)
                nursery.start_soon(call.watch)
                nursery.start_soon(call.tell, heard)
                nursery.start_soon(self._sessions.sweep)
                await call.run()
                nursery.cancel_scope.cancel()
        finally:
            await self._sessions.over(call.names)


class _Call:
    """One call."""

    def __init__(self, options: GladiaOptions, host: Host, hints: tuple[str, ...], sessions: Sessions) -> None:
        self._options, self._host, self._sessions = options, host, sessions
        self.names: list[str] = []
        """Of its sessions."""
        self._opening = opening(options, hints)
        self._sound, self._hearing = Sound(), Hearing(options.patience)
        self._news = trio.Event()  # something to send
        self._clock = trio.Event()  # another deadline
        self._words = trio.Event()  # something to tell
        self._told: deque[Heard] = deque()
        self._ended = self._progress = False
        self._first = True  # no connection was tried yet
        self._done = trio.Event()

    async def listen(self, audio: Source[SttInput]) -> None:
        """Take in the call's sound until it ends."""
        async for item in audio:
            if isinstance(item, Finalise):
                self._ask()
            elif item.format != MULAW_8K:
                raise ProviderBadInput(f"sound in {item.format}", provider=NAME)
            else:
                self._add(item.data)
                if dbfs(item.data, "mulaw") > LOUD:
                    self._hearing.loud(self._sound.seconds)
            self._news.set()
        self._ended = True
        if self._hearing.waiting:
            self._ask()
        self._say([])
        self._news.set()

    def _add(self, data: bytes) -> None:
        """Keep sound to be sent; that of Gladia's which takes none is bounded, and some of it lost."""
        before = self._sound.lost
        self._sound.add(data)
        if self._sound.lost and not before:
            self._host.log.warning("gladia_sound_lost", kept_seconds=KEPT // RATE)

    def _ask(self) -> None:
        at = self._sound.seconds
        self._sound.hush(self._options.endpointing + HUSH)
        self._say(self._hearing.ask(at, self._host.monotonic()))

    async def watch(self) -> None:
        """Answer what is due."""
        while True:
            self._clock = trio.Event()
            due = self._hearing.due
            wait = float("inf") if due is None else max(0.0, due - self._host.monotonic())
            with trio.move_on_after(wait) as waited:
                await self._clock.wait()
            if waited.cancelled_caught:
                self._say(self._hearing.tick(self._host.monotonic()))

    async def tell(self, heard: Sink[Heard]) -> None:
        """Hand on what was understood, until all was."""
        while True:
            self._words = trio.Event()
            while self._told:
                await heard.send(self._told.popleft())
            if self._ended and not self._hearing.waiting and not self._told:
                self._done.set()
            await self._words.wait()

    def _say(self, found: list[Heard]) -> None:
        for each in found:
            if self._told and not self._told[-1].final and not each.final:
                self._told.pop()  # an interim replaces the one before
            self._told.append(each)
        self._sound.settled(self._hearing.settled)
        self._words.set()
        self._clock.set()

    async def run(self) -> None:
        """Talk to Gladia until all was heard."""
        url, fruitless, anew = await self._session(), 0, True
        while True:
            self._progress = False
            try:
                await self._connection(url, anew=anew)
            except ProviderError as lost:
                if self._done.is_set():
                    return
                self._hearing.lost()
                fruitless = 0 if self._progress else fruitless + 1
                if isinstance(lost, (ProviderProtocol, ProviderTimeout)):
                    raise
                if fruitless > FRUITLESS:
                    raise ProviderOverloaded("no connection holds", provider=NAME, stage="stream") from lost
                code = lost.code if isinstance(lost, ProviderClosed) else 0
                self._host.log.warning("gladia_connection_lost", code=code)
                anew = not lost.retryable or code in {1000, 1008} or 4400 <= code < 4500
                url = await self._session() if anew else url
            else:
                return

    async def _session(self) -> str:
        session = await self._sessions.open(self._opening)
        self.names.append(session.id)
        return session.url

    async def _connection(self, url: str, *, anew: bool) -> None:
        opening = trio.CancelScope(deadline=inf if self._first else trio.current_time() + REOPEN)
        self._first = False
        with opening:
            async with self._host.net.connect(url) as socket:
                opening.deadline = inf
                await self._connected(socket, anew=anew)
        if opening.cancelled_caught:
            raise ProviderTimeout("no connection can be had again", provider=NAME, stage="connect")

    async def _connected(self, socket: Socket, *, anew: bool) -> None:
        self._sound.begin(anew=anew)
        self._hearing.connected(self._host.monotonic())
        self._clock.set()
        await self._converse(socket)

    async def _converse(self, socket: Socket) -> None:
        async with plain_errors(trio.open_nursery()) as nursery:
            nursery.start_soon(self._send, socket)
            nursery.start_soon(self._receive, socket)
            await self._done.wait()
            nursery.cancel_scope.cancel()
        await socket.send(STOP)

    async def _send(self, socket: Socket) -> None:
        """Send what there is; how the connection ended is the receiver's to say."""
        while True:
            self._news = trio.Event()
            piece = self._sound.next()
            if piece is None:
                await self._news.wait()
                continue
            try:
                await socket.send(piece)
            except ProviderClosed:
                return

    async def _receive(self, socket: Socket) -> None:
        nonsense = 0
        while True:
            message = await self._message(socket)
            try:
                self._take(message)
                nonsense = 0
            except ProviderProtocol:
                nonsense += 1
                self._host.log.warning("gladia_message_not_understood")
                if nonsense >= NONSENSE:
                    raise

    async def _message(self, socket: Socket) -> str | bytes:
        while True:
            with trio.move_on_after(SILENT):
                return await socket.receive()
            if self._sound.outstanding:
                raise ProviderClosed("the connection is dead", code=1006, provider=NAME)

    def _take(self, message: str | bytes) -> None:
        now, sound = self._host.monotonic(), self._sound
        match read(message):
            case Taken(start, end):
                self._progress = self._progress or end > start
                sound.taken(start, end)
                self._hearing.arrived(sound.arrived, now)
                self._clock.set()
            case SpeechBegan(time):
                self._hearing.voice(sound.time(time))
            case Transcript() as said:
                self._say(self._hearing.take(self._placed(said), now))
            case Rejected(status):
                self._host.log.warning("gladia_rejected", status=status)

    def _placed(self, said: Transcript) -> Transcript:
        """Return a transcript in the call's time."""
        at = self._sound.time
        words = tuple(structs.replace(word, start=at(word.start), end=at(word.end)) for word in said.words)
        return replace(said, start=at(said.start), end=at(said.end), words=words)
