"""One connection after its handshake: started, fed, asked, ended. The shell around the recogniser."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import Any, Protocol

import trio

from voiced.testing.emulator import Gone
from voiced.testing.emulator.hear import QUICK, Hear
from voiced.testing.emulator.prompter import Prompter
from voiced.testing.speechmatics import judge, messages
from voiced.testing.speechmatics.ear import Ear
from voiced.testing.speechmatics.manner import FAULTLESS, Faults, Latency, Manner
from voiced.testing.speechmatics.messages import CODES, Json
from voiced.testing.speechmatics.recogniser import FRAME, Config, Pace, Recogniser, Told

Step = bytes | Json
"""What a session goes on by: sound, `ForceEndOfUtterance` or `EndOfStream`."""


class Wire(Protocol):
    """A WebSocket, as `Peer` is one."""

    async def receive(self) -> str | bytes:
        """Return the next message."""
        ...

    async def send(self, message: str | bytes) -> None:
        """Send a message."""
        ...

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close in good order."""
        ...

    async def cut(self) -> None:
        """Break it."""
        ...


class Over(Exception):
    """The session is at its end."""


@dataclass(slots=True)
class Session:
    """Serves one connection. `journal` gets the messages that came, sound left out; `sound` gets that."""

    wire: Wire
    number: int = 1
    agent: bool = False
    faults: Faults = FAULTLESS
    manner: Manner = field(default_factory=Manner)
    latency: Latency = field(default_factory=Latency)
    prompter: Prompter | None = None
    hear: Hear | None = None
    journal: list[Json] = field(default_factory=list)
    sound: bytearray = field(default_factory=bytearray)
    source: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - delays, no secrets
    count: int = 0
    """Messages of sound."""
    ended: bool = False
    _rate: int = 8000
    _language: str = ""
    _bytes: int = 1
    _done: bool = False
    _ear: Ear = field(init=False)
    _recogniser: Recogniser = field(init=False)
    _quick: bool = False
    _out: trio.MemorySendChannel[tuple[float, Json]] = field(init=False)
    _steps: trio.MemorySendChannel[tuple[float, Step]] = field(init=False)
    _due: float = 0.0

    async def run(self) -> None:
        """Serve it to its end."""
        try:
            await self._start()
            self._out, told = trio.open_memory_channel[tuple[float, Json]](10_000)
            self._steps, steps = trio.open_memory_channel[tuple[float, Step]](10_000)
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._tell, told, nursery.cancel_scope)
                nursery.start_soon(self._understand_all, steps)
                nursery.start_soon(self._listen, nursery.cancel_scope)
        except (Over, Gone):
            return

    async def _start(self) -> None:
        first = await self.wire.receive()
        if isinstance(first, bytes):
            await self._fail("protocol_error")
        start = await self._read(str(first))
        kind = self.faults.refuses or judge.refused(start, agent=self.agent)
        if kind:
            await self._fail(kind)
        sound, config = start["audio_format"], start["transcription_config"]
        self._rate, self._language = sound["sample_rate"], config["language"]
        self._bytes = {"mulaw": 1, "pcm_s16le": 2, "pcm_f32le": 4}[sound["encoding"]]
        self._ear = Ear(sound["encoding"], self._rate, self.prompter, listened=self.hear is not None)
        self._recogniser = Recogniser(Config.of(config, agent=self.agent), self._ear, self.manner)
        taught = len(config.get("additional_vocab") or ())
        await self._wait(self.latency.start.draw(self.source) + self.faults.start_late + taught * self.latency.per_word)
        await self._say(messages.started(self.number))
        await self._say(messages.quality(self._rate))

    async def _wait(self, seconds: float) -> None:
        """Wait before the start. Sound that comes meanwhile is an error."""
        with trio.move_on_after(seconds):
            early = await self.wire.receive()
            await self._fail("protocol_error" if isinstance(early, bytes) else "invalid_message")

    async def _read(self, text: str) -> Json:
        try:
            message = json.loads(text)
        except ValueError:
            message = None
        if not isinstance(message, dict) or "message" not in message:
            await self._fail("invalid_message")
        assert isinstance(message, dict)
        self.journal.append(message)
        return message

    async def _listen(self, scope: trio.CancelScope) -> None:
        try:
            while True:
                await self._take(await self._next())
        except (Over, Gone):
            scope.cancel()

    async def _next(self) -> str | bytes:
        with trio.move_on_after(self.manner.drop_after):
            return await self.wire.receive()
        await self.wire.cut()
        raise Over

    async def _take(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            await self._hear(message)
            return
        asked = await self._read(message)
        match asked["message"]:
            case "ForceEndOfUtterance":
                self._step(asked)
            case "EndOfStream":
                self.ended = True
                self._step(asked)
            case "SetRecognitionConfig":
                await self._change(asked)
            case "GetSpeakers":
                await self._say({"message": "SpeakersResult", "speakers": []})
            case _:
                await self._fail("invalid_message")

    async def _hear(self, data: bytes) -> None:
        if self.ended:
            await self._say(messages.warning("add_audio_after_eos"))
            return
        self.sound += data
        self.count += 1
        if self.faults.acks:
            await self._say({"message": "AudioAdded", "seq_no": self.count})
        happens = (
            self.faults.then and not self._done and len(self.sound) >= self.faults.after * self._rate * self._bytes
        )
        if self.faults.then == "silence" and happens:
            return
        self._step(data)
        if happens:
            await self._accident()

    def _step(self, step: Step) -> None:
        """Go on by sound, a forced end, or the end; where a recogniser has to listen, `_understand_all` does."""
        if self.hear is None:
            self._queue(self._told(step))
        else:
            self._steps.send_nowait((trio.current_time(), step))

    def _told(self, step: Step) -> list[Told]:
        if isinstance(step, bytes):
            return self._recogniser.feed(step)
        forced = step["message"] == "ForceEndOfUtterance"
        return self._recogniser.force(step.get("timestamp")) if forced else self._recogniser.end()

    async def _understand_all(self, steps: trio.MemoryReceiveChannel[tuple[float, Step]]) -> None:
        """Take each step in order, as the recogniser gets along; what is said is counted from when it came."""
        async for since, step in steps:
            told = await self._listened(step) if isinstance(step, bytes) else await self._ended(step)
            self._queue(told, since)

    async def _ended(self, step: Json) -> list[Told]:
        at = step.get("timestamp")
        if at is None or self._recogniser.reaches(at):
            await self._understand()
        return self._told(step)

    async def _listened(self, data: bytes) -> list[Told]:
        """Take sound that a recogniser listens to, phrase by phrase."""
        told: list[Told] = []
        size = FRAME * self._bytes * (self._rate // 8000)
        for at in range(0, len(data), size):
            piece = data[at : at + size]
            if self._recogniser.forces_within(len(piece) / (self._bytes * self._rate)):
                await self._understand()
            told += self._recogniser.feed(piece)
            if self._ear.ripe:
                await self._understand()
            elif self._ear.grown and self._quick and not self._behind:
                self._ear.guess(await self._heard())
        return told

    @property
    def _behind(self) -> bool:
        """Whether more has come already."""
        return self._steps.statistics().current_buffer_used > 0

    async def _understand(self) -> None:
        if self.hear is not None and self._ear.phrased:
            self._ear.understand(await self._heard())

    async def _heard(self) -> str:
        assert self.hear is not None
        began = trio.current_time()
        text = await self.hear(bytes(self._ear.phrase))
        self._quick = trio.current_time() - began <= QUICK
        return text

    async def _accident(self) -> None:
        self._done = True
        match self.faults.then:
            case "reset":
                await self.wire.cut()
                raise Over
            case "close":
                await self.wire.close(self.faults.code)
                raise Over
            case "stall":
                await trio.sleep_forever()
            case "malformed":
                await self.wire.send('{"message":"AddTranscript","results":[{"type"')
            case "strange":
                for message in messages.STRANGE:
                    await self._say(message)
            case "error":
                await self._fail(self.faults.kind)
            case "warning":
                await self._say(messages.warning(self.faults.kind))

    async def _change(self, asked: Json) -> None:
        kind = judge.changed(asked, self._language)
        if kind:
            await self._fail(kind)
        self._recogniser.config = Config.of(asked["transcription_config"], agent=self.agent)

    def _queue(self, told: list[Told], since: float | None = None) -> None:
        began = trio.current_time() if since is None else since
        for pace, message in told:
            self._due = max(self._due, began + self._delay(pace))
            self._out.send_nowait((self._due, message))

    def _delay(self, pace: Pace) -> float:
        profile: Any = getattr(self.latency, pace)
        return float(profile.draw(self.source))

    async def _tell(self, told: trio.MemoryReceiveChannel[tuple[float, Json]], scope: trio.CancelScope) -> None:
        """Send what was understood, each when it is due; after the last, close."""
        try:
            async for due, message in told:
                await trio.sleep_until(due)
                await self._say(message)
                if message["message"] == "EndOfTranscript":
                    await self.wire.close()
                    break
        except Gone:
            pass
        scope.cancel()

    async def _say(self, message: Json) -> None:
        await self.wire.send(json.dumps(message, ensure_ascii=False))

    async def _fail(self, kind: str) -> None:
        await self._say(messages.error(kind))
        await self.wire.close(CODES.get(kind, 1003), kind)
        raise Over
