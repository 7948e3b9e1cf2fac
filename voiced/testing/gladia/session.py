"""One live session: sound in, messages due later out. It outlives its connections."""

from __future__ import annotations

import base64
import heapq
import json
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import trio

from voiced.audio import MULAW_8K, AudioFormat, to_format
from voiced.audio.frame import Encoding
from voiced.testing.emulator.hear import QUICK, Hear, spread
from voiced.testing.emulator.prompter import Prompter
from voiced.testing.gladia import messages
from voiced.testing.gladia.ear import Ear, EarEvent, SpokenWord, Transcript, moved
from voiced.testing.gladia.faults import Faults, Latency, Manner
from voiced.testing.gladia.judge import wanted

ENCODINGS: dict[str, Encoding] = {"wav/pcm": "pcm16", "wav/alaw": "alaw", "wav/ulaw": "mulaw"}
WRONG_CODEC = AudioFormat("pcm16", 16_000)
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
        said = AudioFormat(ENCODINGS[body.get("encoding", "wav/pcm")], body.get("sample_rate", 16000))
        self.format = WRONG_CODEC if faults().wrong_codec else said
        endpointing = body.get("endpointing", 0.05)
        longest = body.get("maximum_duration_without_endpointing", 5)
        listened = words.hear is not None
        self._ear = Ear(self.format, endpointing, longest, words.prompter, words.finals, listened=listened)
        self._hear = words.hear
        self._waiting: deque[tuple[float, EarEvent | None]] = deque()
        self._unheard = trio.Event()
        self._quick = False
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

    def take(self, message: str | bytes) -> None:
        """Take a message of the client."""
        if isinstance(message, bytes):
            self._sound(message)
            return
        self.texts.append(message)
        told = json.loads(message)
        if told["type"] == "audio_chunk":
            self._sound(base64.b64decode(told["data"]["chunk"]))
        elif told["type"] == "stop_recording":
            self._stop()

    def due(self) -> Due | None:
        """Return what is sent next, whenever that is."""
        return self._due[0] if self._due else None

    def sent(self) -> None:
        """Forget what was due: it has been sent."""
        heapq.heappop(self._due)

    def _sound(self, data: bytes) -> None:
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
        self._tell(self._ear.feed(data))
        if self.format.seconds(len(self.audio)) >= self._manner.longest:
            self._later(1008)

    def _lost(self, faults: Faults) -> bool:
        lost = faults.unacknowledged and self.cuts < faults.cuts
        return bool(lost) and len(self.audio) > faults.cut_at - faults.unacknowledged

    def _stop(self) -> None:
        if self.stopped:
            conflict = ("stop_recording", 409, "ConflictError", "Recording already stopped")
            self._later(messages.rejected(self.id, *conflict))
            return
        self.stopped = True
        seconds = self.format.seconds(len(self.audio))
        if self._wanted["receive_acknowledgments"]:
            left = max(0.0, self._busy - trio.current_time())
            self._later(messages.stopped(self.id, seconds, left))
        self._tell([*self._ear.finish(), None])

    def _end(self) -> None:
        """Tell that everything was told."""
        seconds = self.format.seconds(len(self.audio))
        at = max(self._spoken, self._busy)
        if self._wanted["receive_lifecycle_events"]:
            self._later(messages.said(self.id, "end_recording", {"recording_duration": seconds}), at)
        if self._wanted["receive_post_processing_events"]:
            self._later(messages.summary(self.id, seconds, " ".join(self._finals)), at)
        self._later(1000, at)

    def _tell(self, events: Sequence[EarEvent | None]) -> None:
        """Tell what happened, or leave it to `understand` where a recogniser has to listen. None: it was the last."""
        if self._hear is not None:
            self._waiting.extend((trio.current_time(), event) for event in events)
            self._unheard.set()
            return
        for event in events:
            self._told(event)

    def _told(self, event: EarEvent | None, since: float | None = None) -> None:
        """Tell of one thing, which happened at `since`: now, unless a recogniser had to listen first."""
        if event is None:
            self._end()
            return
        event = moved(event, -self.format.seconds(self._base))
        if isinstance(event, Transcript):
            self._transcript(event, since)
        elif self._wanted["receive_speech_events"] and self._faults().transcripts:
            self._later(messages.speech(self.id, event), self._at(0.0))

    async def understand(self) -> None:
        """Let the recogniser listen to one thing after the other, for as long as there is a connection."""
        while True:
            while self._waiting:
                since, event = self._waiting[0]
                heard = await self._understood(event) if isinstance(event, Transcript) else event
                self._waiting.popleft()
                if heard is not None or event is None:
                    self._told(heard, since)
            self._unheard = trio.Event()
            await self._unheard.wait()

    async def _understood(self, event: Transcript) -> Transcript | None:
        """Return the words of an utterance, None without any; of one that grows, only where there is time for it."""
        if self._hear is None or (not event.final and (not self._quick or len(self._waiting) > 1)):
            return None
        began = trio.current_time()
        text = await self._hear(to_format(event.sound, self.format, MULAW_8K))
        self._quick = trio.current_time() - began <= QUICK
        words = tuple(SpokenWord(*word) for word in spread(text, event.start, event.end))
        return replace(event, words=words, sound=b"") if words else None

    def _transcript(self, event: Transcript, since: float | None) -> None:
        faults, kind = self._faults(), "final" if event.final else "partial"
        if event.final:
            self._finals.append(" ".join(word.text for word in event.words))
        if not faults.transcripts or not self._wanted[f"receive_{kind}_transcripts"]:
            return
        if event.final and not faults.finals:
            return
        at = self._at(getattr(self._latency, kind).draw(self._source), since)
        if faults.nonsense:
            self._later(messages.said(self.id, "fortune", {"text": "cookie"}), at)
            self._later({}, at)
        self._later(messages.transcript(self.id, event, bare=faults.bare), at)

    def _at(self, delay: float, since: float | None = None) -> float:
        """Return when something of the recogniser is due: what it says stays in order."""
        now = trio.current_time() if since is None else since
        self._spoken = max(self._spoken, max(now, self._busy) + delay)
        return self._spoken

    def _later(self, message: dict[str, Any] | int, at: float | None = None) -> None:
        self._count += 1
        heapq.heappush(self._due, (trio.current_time() if at is None else at, self._count, message))
        self.wake.set()
