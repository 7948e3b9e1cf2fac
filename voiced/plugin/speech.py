"""Contracts of the providers that hear and speak: Stt, Tts, Vad.

Times are seconds from the first packet of the stream that the provider was given, gaps included.
"""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from voiced.audio.frame import MULAW_8K, AudioFormat, Packet
from voiced.plugin.streams import Sink, Source


class Word(Struct, frozen=True):
    """One recognised word, where it stood in the audio (seconds), how sure (0..1)."""

    text: str
    start: float
    end: float
    confidence: float = 1.0


class Heard(Struct, frozen=True):
    """What was understood of the audio between `start` and `end` (seconds).

    An interim (`final=False`) replaces the interim before it. A final replaces the interims of its span and is never
    taken back. A final with an empty text says "that was not speech". A `late` final answers no `Finalise`: its words
    lie before one that was answered without them, and are told as soon as they come.
    """

    text: str
    final: bool
    start: float
    end: float
    words: tuple[Word, ...] = ()
    confidence: float = 1.0
    late: bool = False


class Finalise(Struct, frozen=True):
    """Put into the audio stream where the caller paused: answer with a final for everything before it, soon."""


SttInput = Packet | Finalise


class SttCapabilities(Struct, frozen=True):
    """What callers of an Stt may count on."""

    formats: tuple[AudioFormat, ...] = (MULAW_8K,)
    interim: bool = True
    words: bool = False
    finalise: bool = True
    """True: every `Finalise` is answered by exactly one final (maybe empty), beside those that are `late`."""
    patience: float = 1.5
    """Seconds that a final may take once it was asked for, or sound to be taken, before another recogniser is asked."""


class Stt(Protocol):
    """Speech to text, streaming."""

    @property
    def capabilities(self) -> SttCapabilities:
        """What this provider can do; constant."""
        ...

    async def transcribe(self, audio: Source[SttInput], heard: Sink[Heard], hints: tuple[str, ...] = ()) -> None:
        """Transcribe one call. Started when the phone rings, so that it is warm; returns after `audio` ended.

        `hints` are words of the flow (names, products) that should be recognised. May block, may be cancelled
        anywhere. Raises `ProviderError`.
        """
        ...


class TtsCapabilities(Struct, frozen=True):
    """What callers of a Tts may count on."""

    formats: tuple[AudioFormat, ...] = (MULAW_8K,)
    """What it can deliver; when the carrier's format is missing the caller converts the first of these."""
    streaming: bool = True
    """True: sound comes before the whole text was given."""
    patience: float = 5.0
    """Seconds that the first sound of a reply, or more of what is owed, may take before another voice is asked; the
    last one is given 5 at least."""


class Tts(Protocol):
    """Text to speech, streaming."""

    @property
    def capabilities(self) -> TtsCapabilities:
        """What this provider can do; constant."""
        ...

    @property
    def fingerprint(self) -> str:
        """Everything but the text that shapes the sound (voice, model, settings): part of the phrase cache's key."""
        ...

    async def speak(self, clauses: Source[str], audio: Sink[Packet], format: AudioFormat) -> None:
        """Speak one reply: `clauses` are speakable French, in order; `audio` gets packets in `format`.

        Returns when the clauses ended and all their sound was sent. Cancelled when the caller cuts in.
        Raises `ProviderError`.
        """
        ...


class VadStream(Protocol):
    """Voice activity detection over one call; keeps state from frame to frame."""

    def probability(self, packet: Packet) -> float:
        """Return how likely `packet` (10, 20 or 30 ms) holds speech, 0..1. Synchronous, called for every frame."""
        ...


class Vad(Protocol):
    """Tells speech from anything else; runs inside the call worker, so it must cost microseconds."""

    def start(self) -> VadStream:
        """Return a fresh stream for one call."""
        ...
