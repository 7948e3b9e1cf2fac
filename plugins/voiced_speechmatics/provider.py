"""The provider: one WebSocket for each call, and another when it is lost."""

from __future__ import annotations

from contextlib import suppress

import trio

from voiced.plugin import (
    MULAW_8K,
    Finalise,
    Heard,
    Host,
    ProviderBadInput,
    ProviderClosed,
    ProviderError,
    Sink,
    Socket,
    Source,
    SttCapabilities,
    SttInput,
    plain_errors,
)
from voiced_speechmatics.failures import NAME, ending
from voiced_speechmatics.options import SpeechmaticsOptions
from voiced_speechmatics.recognition import Recognition
from voiced_speechmatics.wire import Fault, Force, Plain, Reply, read, start, written


class SpeechmaticsStt:
    """Implements `Stt`."""

    def __init__(self, options: SpeechmaticsOptions, host: Host) -> None:
        self._options, self._host = options, host

    @property
    def capabilities(self) -> SttCapabilities:
        """Mu-law at 8 kHz; interims, words with times; every `Finalise` answered by one final."""
        return SttCapabilities(words=True)

    async def transcribe(self, audio: Source[SttInput], heard: Sink[Heard], hints: tuple[str, ...] = ()) -> None:
        """Transcribe one call; see `voiced.plugin.Stt`.

        A connection that is lost is replaced by another, which hears again what was not final, as long as there is
        progress between two losses. Speech that no `Finalise` followed is given as a final when the audio ends.
        """
        call = _Call(self._options, self._host, heard, hints)
        async with plain_errors(trio.open_nursery()) as nursery:
            nursery.start_soon(call.listen, audio)
            await call.run()


class _Call:
    """One call."""

    def __init__(self, options: SpeechmaticsOptions, host: Host, heard: Sink[Heard], hints: tuple[str, ...]) -> None:
        self._url, self._host, self._heard = options.url, host, heard
        self._headers = {"Authorization": f"Bearer {options.api_key}"}
        self._opening = start(options, hints)
        self._core = Recognition(options.settle)
        self._news, self._room = trio.Event(), trio.Event()
        self._started = False

    async def listen(self, audio: Source[SttInput]) -> None:
        """Take in the call's sound until it ends; wait while the server is behind."""
        tape = self._core.tape
        async for item in audio:
            if isinstance(item, Finalise):
                tape.ask()
            elif item.format != MULAW_8K:
                raise ProviderBadInput(f"sound in {item.format}", provider=NAME)
            else:
                tape.add(item.data)
            self._news.set()
            while tape.full:
                self._room = trio.Event()
                await self._room.wait()
        tape.closed = True
        self._news.set()

    async def run(self) -> None:
        """Talk to the server until all was heard."""
        while True:
            try:
                await self._connection()
            except ProviderClosed as lost:
                if not self._started or not self._core.worth_another():
                    raise
                self._host.log.warning("speechmatics_connection_lost", code=int(lost.code))
            else:
                return

    async def _connection(self) -> None:
        self._started = False
        async with self._host.net.connect(self._url, headers=self._headers) as socket:
            with suppress(ProviderClosed):  # a server that is full closes before it reads; it says why below
                await socket.send(self._opening)
            while not self._started:
                reply = await self._next(socket)
                self._core.take(reply)  # for its errors
                self._started = isinstance(reply, Plain) and reply.message == "RecognitionStarted"
            await self._tell(self._core.begin())
            async with plain_errors(trio.open_nursery()) as nursery:
                nursery.start_soon(self._send, socket)
                await self._receive(socket)
                nursery.cancel_scope.cancel()

    async def _send(self, socket: Socket) -> None:
        """Send what there is, as long as the connection lasts; how it ended is the receiver's to say."""
        while True:
            self._news = trio.Event()
            step = self._core.tape.next()
            if step is None:
                await self._news.wait()
                continue
            if isinstance(step, Force):
                self._core.asked()
            try:
                await socket.send(written(step))
            except ProviderClosed:
                return

    async def _receive(self, socket: Socket) -> None:
        reply: Reply = Plain("")
        while not (isinstance(reply, Plain) and reply.message == "EndOfTranscript"):
            reply = await self._next(socket)
            await self._tell(self._core.take(reply))
            if not self._core.tape.full:
                self._room.set()

    async def _next(self, socket: Socket) -> Reply:
        try:
            data = await socket.receive()
        except ProviderClosed as closed:
            meant: ProviderError = ending(closed)
            raise meant from closed
        reply = read(data)
        if isinstance(reply, Fault) and reply.message == "Warning":
            self._host.log.warning("speechmatics_warning", about=reply.type)
        return reply

    async def _tell(self, found: list[Heard]) -> None:
        for each in found:
            await self._heard.send(each)
