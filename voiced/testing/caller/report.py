"""What one call was like at the caller's ear."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from voiced.testing.caller.facts import BargeIn, Turn, barge_ins, turns
from voiced.testing.caller.journal import Journal
from voiced.testing.caller.mouth import Spoken
from voiced.testing.caller.tape import Tape


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What every carrier's call has; each adds its own.

    Attributes:
        seconds: From the answer to the end.
        journal: Everything that happened.
        tape: Both sides as heard at the caller's ear.
        spoken: The caller's utterances, in samples.
    """

    seconds: float
    journal: Journal
    tape: Tape
    spoken: tuple[Spoken, ...]

    @property
    def failures(self) -> list[str]:
        """What the application did that it must never do; empty on a good call."""
        return self.journal.failures

    @property
    def turns(self) -> list[Turn]:
        """The caller's utterances and how soon each was answered, from the waveforms."""
        return turns(self.tape, self.spoken)

    @property
    def barge_ins(self) -> list[BargeIn]:
        """Every time the caller spoke over the agent, and how soon it stopped."""
        return barge_ins(self.tape, self.spoken)

    @property
    def glitches(self) -> int:
        """How often the agent's sound ran dry in the middle of an utterance."""
        return len(self.journal.of("glitch"))

    def write_wav(self, path: Path | str) -> None:
        """Write the call as a stereo WAV file: caller left, agent right."""
        Path(path).write_bytes(self.tape.mulaw_wav())
