"""The caller's side of a line as frames of 20 ms: what is said, over what is heard around. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voiced.audio import g711
from voiced.audio.level import dbfs
from voiced.testing.caller.playout import sample
from voiced.testing.caller.tape import AUDIBLE, Track

FRAME = 160
"""Samples, and bytes, of 20 ms."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One utterance: its first sample, the sample after its last one, and its words where they are known."""

    start: int
    end: int
    transcript: str = ""


@dataclass(frozen=True, slots=True)
class MouthFrame:
    """20 ms: as the line carries it, and the voice alone."""

    line: bytes
    voice: bytes

    @property
    def silent(self) -> bool:
        """Whether nothing in it can be heard."""
        return dbfs(self.line, "mulaw") < AUDIBLE


class Mouth:
    """Says what it is told, one thing after the other.

    Args:
        noise: Surroundings as mu-law, repeated without end; empty for a quiet room.
    """

    def __init__(self, noise: bytes = b"") -> None:
        self._noise = g711.decode(noise, "mulaw").astype(np.int32) if noise else None
        self._voice = Track()
        self._next = 0
        self.spoken: list[Spoken] = []

    def speak(self, data: bytes, at: float, transcript: str = "") -> Spoken:
        """Say `data` (mu-law) from `at` seconds on, or after what is being said; return when."""
        start = max(self._next, sample(at), len(self._voice))
        self._voice.put(start, data)
        self.spoken.append(Spoken(start, start + len(data), transcript))
        return self.spoken[-1]

    def hush(self, at: float) -> None:
        """Stop speaking at `at`: what is left of the current utterances is never said."""
        now = max(self._next, sample(at))
        kept = self._voice.cut(0, min(now, len(self._voice)))
        self._voice = Track()
        self._voice.put(0, kept)
        self.spoken = [Spoken(s.start, min(s.end, now), s.transcript) for s in self.spoken if s.start < now]

    def frame(self) -> MouthFrame:
        """Return the next 20 ms."""
        voice = self._voice.cut(self._next, self._next + FRAME)
        line = voice if self._noise is None else self._over_noise(voice, self._noise)
        self._next += FRAME
        return MouthFrame(line, voice)

    def _over_noise(self, voice: bytes, noise: np.ndarray[tuple[int], np.dtype[np.int32]]) -> bytes:
        around = noise.take(range(self._next, self._next + FRAME), mode="wrap")
        return g711.encode(g711.decode(voice, "mulaw") + around, "mulaw")
