"""What both sides of a line sounded like at the caller's ear, sample by sample. Pure.

Time is counted in samples of 8 kHz from the answer on. Three tracks: the caller's line (voice and surroundings), the
caller's voice alone, and the agent as played out.
"""

from __future__ import annotations

from voiced.audio.frame import MULAW_8K
from voiced.audio.level import dbfs
from voiced.audio.wav import interleave, wav_bytes

SILENCE = b"\xff"

AUDIBLE = -45.0
"""dBFS above which a listener hears something over a telephone."""


class Track:
    """One side's mu-law sound; what was never written is silence."""

    def __init__(self) -> None:
        self._sound = bytearray()

    def __len__(self) -> int:
        return len(self._sound)

    def put(self, start: int, data: bytes) -> None:
        """Write `data` at sample `start`, over what was there."""
        if start > len(self._sound):
            self._sound += SILENCE * (start - len(self._sound))
        self._sound[start : start + len(data)] = data

    def cut(self, start: int, end: int) -> bytes:
        """Return the samples from `start` up to `end`, silence where nothing was written."""
        return bytes(self._sound[start:end]).ljust(end - start, SILENCE)

    def all(self) -> bytes:
        """Return the whole track."""
        return bytes(self._sound)


class Tape:
    """Both sides of one line."""

    def __init__(self) -> None:
        self.caller = Track()
        self.voice = Track()
        self.agent = Track()
        self.agent_audible_until: int | None = None
        """The sample after the agent's last audible one so far; None while it has not been heard."""
        self.caller_audible_until = 0
        """The sample after the caller's last audible one."""
        self.agent_onsets: list[int] = []
        """The samples at which the agent became audible after 200 ms of quiet."""

    def speak(self, start: int, line: bytes, voice: bytes) -> None:
        """Write down the caller from sample `start` on: the line, and the voice alone."""
        self.caller.put(start, line)
        self.voice.put(start, voice)
        if dbfs(voice, "mulaw") >= AUDIBLE:
            self.caller_audible_until = start + len(voice)

    def hear(self, start: int, data: bytes) -> None:
        """Write down what the agent sounds like from sample `start` on."""
        self.agent.put(start, data)
        if dbfs(data, "mulaw") < AUDIBLE:
            return
        last = self.agent_audible_until
        if last is None or start - last > 1600:
            self.agent_onsets.append(start)
        self.agent_audible_until = start + len(data)

    def mulaw_wav(self, start: int = 0, end: int | None = None) -> bytes:
        """Return both sides as a stereo WAV file in mu-law: caller left, agent right, equally long."""
        end = max(len(self.caller), len(self.agent)) if end is None else end
        both = interleave(self.caller.cut(start, end), self.agent.cut(start, end), MULAW_8K)
        return wav_bytes(both, MULAW_8K, channels=2)
