"""Hearing by script: a voice detector and a recogniser that read the sound that spells its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import trio

from voiced.errors import ProviderError
from voiced.plugin import Finalise, Heard, Packet, Sink, Source, SttCapabilities, SttInput, VadStream
from voiced.testing.fakes.spelling import Reader


class ScriptedVad:
    """Implements `Vad`: everything but digital silence is a voice."""

    def start(self) -> VadStream:
        """Return a stream."""
        return self

    def probability(self, packet: Packet) -> float:
        """Return 1 for any sound."""
        return 1.0 if packet.data[0] != 0xFF or packet.data[-1] != 0xFF else 0.0


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the recogniser makes of something in the end."""

    text: str
    confidence: float = 1.0


@dataclass(slots=True)
class ScriptedStt:
    """Implements `Stt`. Interims follow the words, finals answer each `Finalise`, both after their delay (seconds)."""

    finals: Mapping[str, Recognised] = field(default_factory=dict)
    """What becomes of a text in its final; the text itself where it is not named."""
    interim_delay: float = 0.1
    final_delay: float = 0.15
    fails: ProviderError | None = None
    """Raised at the next sound, for as long as it is set."""
    capabilities: SttCapabilities = field(default_factory=SttCapabilities)
    told: list[tuple[str, ...]] = field(default_factory=list)
    """The words that it was told to know, each time that it was opened."""

    async def transcribe(self, audio: Source[SttInput], heard: Sink[Heard], hints: tuple[str, ...] = ()) -> None:
        """Read the sound until it ends."""
        self.told.append(hints)
        due_in, due_out = trio.open_memory_channel[tuple[float, Heard]](256)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_deliver, due_out, heard)
            async with due_in:
                segment = _Segment(self, due_in)
                async for item in audio:
                    if self.fails is not None:
                        raise self.fails
                    segment.take(item)


async def _deliver(due: trio.MemoryReceiveChannel[tuple[float, Heard]], heard: Sink[Heard]) -> None:
    async for at, words in due:
        await trio.sleep_until(at)
        await heard.send(words)


class _Segment:
    """What was read since the last final."""

    def __init__(self, stt: ScriptedStt, out: trio.MemorySendChannel[tuple[float, Heard]]) -> None:
        self._stt, self._out = stt, out
        self._reader = Reader()
        self._text = ""
        self._at = 0.0  # seconds of audio taken
        self._start = self._end = 0.0

    def take(self, item: SttInput) -> None:
        """Take sound, or the wish for a final."""
        if isinstance(item, Finalise):
            self._final()
            return
        self._at += item.seconds
        if read := self._reader.feed(item.data):
            self._read(read)

    def _read(self, read: str) -> None:
        if not self._text:
            self._start = self._at
        self._text += read
        self._end = self._at
        words = self._text if read[-1] in ".?!" else self._text.rpartition(" ")[0]
        if words and (" " in read or read[-1] in ".?!"):
            self._send(Heard(words.strip(), final=False, start=self._start, end=self._end), self._stt.interim_delay)

    def _final(self) -> None:
        text = self._text.strip()
        known = self._stt.finals.get(text, Recognised(text))
        end = self._end if text else self._at
        final = Heard(known.text, final=True, start=self._start, end=end, confidence=known.confidence)
        self._send(final, self._stt.final_delay)
        self._text = ""

    def _send(self, heard: Heard, delay: float) -> None:
        self._out.send_nowait((trio.current_time() + delay, heard))
