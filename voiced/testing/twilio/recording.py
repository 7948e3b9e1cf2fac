"""Recordings of a call, with their pauses. Pure: places are samples of the line's tape."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Literal

from voiced.audio.frame import MULAW_8K
from voiced.audio.wav import interleave, wav_bytes
from voiced.testing.caller.tape import SILENCE, Tape

RecordingStatus = Literal["in-progress", "paused", "stopped", "completed", "absent", "deleted"]
PauseBehavior = Literal["skip", "silence"]


def new_sid(prefix: str) -> str:
    """Return a fresh identifier of Twilio's form: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


@dataclass(slots=True)
class Recording:
    """One recording from sample `start` on."""

    call_sid: str
    start: int
    source: str
    channels: int = 1
    track: str = "both"
    callback: str = ""
    callback_method: str = "POST"
    callback_events: frozenset[str] = frozenset({"completed"})
    sid: str = field(default_factory=lambda: new_sid("RE"))
    status: RecordingStatus = "in-progress"
    end: int | None = None
    _pauses: list[tuple[int, int | None, PauseBehavior]] = field(default_factory=list)

    def pause(self, at: int, behavior: PauseBehavior = "silence") -> None:
        """Stop listening at sample `at`; the time counts as silence, or not at all (`skip`)."""
        if self.status == "in-progress":
            self._pauses.append((at, None, behavior))
            self.status = "paused"

    def resume(self, at: int) -> None:
        """Listen again from sample `at` on."""
        if self.status == "paused":
            start, _, behavior = self._pauses[-1]
            self._pauses[-1] = (start, at, behavior)
            self.status = "in-progress"

    def stop(self, at: int) -> None:
        """End it at sample `at`. Idempotent."""
        if self.end is None:
            self.resume(at)
            self.end = at
            self.status = "completed"

    def wav(self, tape: Tape) -> bytes:
        """Return the sound so far as a WAV file: two channels, or one with both sides where one of them speaks."""
        end = len(tape.caller) if self.end is None else self.end
        caller, agent = self._kept(tape.caller.cut(self.start, end)), self._kept(tape.agent.cut(self.start, end))
        if self.channels == 2:
            return wav_bytes(interleave(caller, agent, MULAW_8K), MULAW_8K, channels=2)
        if self.track != "both":
            return wav_bytes(caller if self.track == "inbound" else agent, MULAW_8K)
        return wav_bytes(louder(caller, agent), MULAW_8K)

    def seconds(self, now: int) -> float:
        """Return the length in seconds if the tape stands at sample `now`."""
        end = now if self.end is None else self.end
        skipped = sum((stop or end) - start for start, stop, behavior in self._pauses if behavior == "skip")
        return (end - self.start - skipped) / MULAW_8K.rate

    def _kept(self, sound: bytes) -> bytes:
        out, place = b"", 0
        for start, stop, behavior in self._pauses:
            begin = start - self.start
            finish = len(sound) if stop is None else stop - self.start
            out += sound[place:begin] + (SILENCE * (finish - begin) if behavior == "silence" else b"")
            place = finish
        return out + sound[place:]


def louder(left: bytes, right: bytes) -> bytes:
    """Return two mu-law tracks in one: of each pair of samples, the larger (mu-law's magnitude is its low 7 bits)."""
    return bytes(a if (a & 0x7F) <= (b & 0x7F) else b for a, b in zip(left, right, strict=True))
