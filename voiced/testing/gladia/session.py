"""One live session: sound in, messages due later out. It outlives its connections."""

from __future__ import annotations

import base64
import heapq
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import trio

from voiced.audio import MULAW_8K, AudioFormat, to_format
from voiced.audio.frame import Encoding
from voiced.testing.emulator.hear import REST, Hear, spread
from voiced.testing.emulator.prompter import Prompter
from voiced.testing.gladia import messages
from voiced.testing.gladia.ear import Ear, EarEvent, SpokenWord, Transcript, moved
from voiced.testing.gladia.faults import Faults, Latency, Manner
from voiced.testing.gladia.judge import wanted

ENCODINGS: dict[str, Encoding] = {"wav/pcm": "pcm16", "wav/alaw": "alaw", "wav/ulaw": "mulaw"}
Due = tuple[float, int, dict[str, Any] | int]
"""When, which of those due then, a message or the code to close with."""


@dataclass(frozen=True, slots=True)
class Words:
    """Where words come from: a script, a recogniser, or (neither) the sound itself; what becomes of them in finals."""

    prompter: Prompter | None
    finals: Callable[[str], str]
    hear: Hear | None


class Session:
    """A session. `id` is its token; `audio` what it took in, `texts` every text message that came."""

    def __init__(
        self,
        id: str,
        body: dict[str, Any],
        *,
        words: Words,
        faults: Callable[[], Faults],
        manner: Manner,
        latency: Latency,
        source: random.Random,
    ) -> None:
        self.id, self.body = id, body
        self.audio = bytearray()
        self.texts: list[str] = []
        self.connections = 0
        self.cuts = 0
        self.stopped = self.over = False
        self.closed_by_client: list[int] = []
        self.wake = trio.Event()
        self._faults, self._manner, self._latency, self._source = faults, manner, latency, source
        self._wanted = wanted(body)
        self.format = AudioFormat(ENCODINGS[body.get("encoding", "wav/pcm")], body.get("sample_rate", 16000))
        endpointing = body.get("endpointing", 0.05)
        longest = body.get("maximum_duration_without_endpointing", 5)
        listened = words.hear is not None
        self._ear = Ear(self.format, endpointing, longest, words.prompter, words.finals, listened=listened)
        self._hear = words.hear
        self._rests = 0.0
        self._finals: list[str] = []
        self._due: list[Due] = []
        self._base = self._rejected = self._count = 0
        self._spoken = self._busy = 0.0

    def connect(self) -> None:
        """Begin a connection."""
        self.connections += 1
        if self._manner.ranges == "connection":
            self._base = len(self.audio)
        if self._wanted["receive_lifecycle_events"] and self.connections == 1:
            self._later(messages.said(self.id, "start_session", None))
            self._later(messages.said(self.id, "start_recording", None))

    async def take(self, message: str | bytes) -> None:
        """Take a message of the client; waits while a recogniser listens, so that all stays in order."""
        if isinstance(message, bytes):
            await self._sound(message)
            return
        self.texts.append(message)
        told = json.loads(message)
        if told["type"] == "audio_chunk":
            await self._sound(base64.b64decode(told["data"]["chunk"]))
        elif told["type"] == "stop_recording":
            await self._stop()

    def due(self) -> Due | None:
        """Return what is sent next, whenever that is."""
        return self._due[0] if self._due else None

    def sent(self) -> None:
        """Forget what was due: it has been sent."""
        heapq.heappop(self._due)

    async def _sound(self, data: bytes) -> None:
        faults = self._faults()
        if self._rejected < faults.rejects:
            self._rejected += 1
            self._later(messages.rejected(self.id, "audio_chunk", 400, "BadRequestException", "Invalid chunk"))
            return
        start = len(self.audio)
        self.audio += data
        if faults.acks and self._wanted["receive_acknowledgments"] and not self._lost(faults):
            first, last = start - self._base, len(self.audio) - self._base
            self._later(messages.acknowledged(self.id, first, last, self.format.bytes_per_second))
        speed = self._latency.speed
        now = trio.current_time()
        self._busy = max(now, self._busy) + self.format.seconds(len(data)) / speed if speed else now
        await self._tell(self._ear.feed(data))
        if self.format.seconds(len(self.audio)) >= self._manner.longest:
            self._later(1008)

    def _lost(self, faults: Faults) -> bool:
        lost = faults.unacknowledged and self.cuts < faults.cuts
        return bool(lost) and len(self.audio) > faults.cut_at - faults.unacknowledged

    async def _stop(self) -> None:
        if self.stopped:
            conflict = ("stop_recording", 409, "ConflictError", "Recording already stopped")
            self._later(messages.rejected(self.id, *conflict))
            return
        self.stopped = True
        seconds = self.format.seconds(len(self.audio))
        if self._wanted["receive_acknowledgments"]:
            left = max(0.0, self._busy - trio.current_time())
            self._later(messages.stopped(self.id, seconds, left))
        await self._tell(self._ear.finish())
        at = max(self._spoken, self._busy)
        if self._wanted["receive_lifecycle_events"]:
            self._later(messages.said(self.id, "end_recording", {"recording_duration": seconds}), at)
        if self._wanted["receive_post_processing_events"]:
            self._later(messages.summary(self.id, seconds, " ".join(self._finals)), at)
        self._later(1000, at)

    async def _tell(self, events: list[EarEvent]) -> None:
        for heard in events:
            event = moved(heard, -self.format.seconds(self._base))
            if isinstance(event, Transcript) and event.sound:
                await self._listen(event)
            elif isinstance(event, Transcript):
                self._transcript(event)
            elif self._wanted["receive_speech_events"] and self._faults().transcripts:
                self._later(messages.speech(self.id, event), self._at(0.0))

    async def _listen(self, event: Transcript) -> None:
        """Let the recogniser say what an utterance was; a connection that breaks meanwhile loses none of it."""
        began = trio.current_time()
        if self._hear is None or (not event.final and began < self._rests):
            return
        with trio.CancelScope(shield=True):
            text = await self._hear(to_format(event.sound, self.format, MULAW_8K))
        took = trio.current_time() - began
        self._rests = began + took + REST * took
        words = tuple(SpokenWord(*word) for word in spread(text, event.start, event.end))
        if words:
            self._transcript(replace(event, words=words, sound=b""), took)

    def _transcript(self, event: Transcript, took: float = 0.0) -> None:
        """Say what was understood, as late as such things are; `took` seconds of that have passed already."""
        faults, kind = self._faults(), "final" if event.final else "partial"
        if event.final:
            self._finals.append(" ".join(word.text for word in event.words))
        if not faults.transcripts or not self._wanted[f"receive_{kind}_transcripts"]:
            return
        if event.final and not faults.finals:
            return
        at = self._at(max(0.0, getattr(self._latency, kind).draw(self._source) - took))
        if faults.nonsense:
            self._later(messages.said(self.id, "fortune", {"text": "cookie"}), at)
            self._later({}, at)
        self._later(messages.transcript(self.id, event, bare=faults.bare), at)

    def _at(self, delay: float) -> float:
        """Return when something of the recogniser is due: what it says stays in order."""
        self._spoken = max(self._spoken, max(trio.current_time(), self._busy) + delay)
        return self._spoken

    def _later(self, message: dict[str, Any] | int, at: float | None = None) -> None:
        self._count += 1
        heapq.heappush(self._due, (trio.current_time() if at is None else at, self._count, message))
        self.wake.set()
