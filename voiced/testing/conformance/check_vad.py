"""`check_vad`: tries every promise of `voiced.plugin.Vad`."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

import trio

from voiced.plugin import MULAW_8K, AudioFormat, Packet, Vad
from voiced.testing.conformance.promises import Make, expect, hold, promise

FRAMES = (0.01, 0.02, 0.03)
"""Seconds of the frames that it must take."""
SHARE = 0.1
"""Most of one core that it may take: it runs inside the worker, for each call."""
SECONDS = 4.0
"""Of sound, by which its cost is measured."""


@dataclass(frozen=True, slots=True)
class VadRig:
    """A detector, and `speech` that it must find, in `format`: a second or more, without pauses."""

    vad: Vad
    speech: bytes
    format: AudioFormat = MULAW_8K

    def silence(self, seconds: float) -> bytes:
        """Return silence."""
        return self.format.silence * round(seconds * self.format.rate)

    def hear(self, sound: bytes, frame: float = 0.02) -> list[float]:
        """Return what a fresh stream says of each frame of `sound`."""
        stream = self.vad.start()
        return [stream.probability(packet) for packet in self.packets(sound, frame)]

    def packets(self, sound: bytes, frame: float = 0.02) -> Sequence[Packet]:
        """Cut sound into whole frames."""
        size = self.format.size(frame)
        starts = range(0, len(sound) - size + 1, size)
        return [Packet(sound[at : at + size], self.format) for at in starts]


def check_vad(make: Make[VadRig]) -> tuple[str, ...]:
    """Try all that a voice detector promises; return the promises. Raises `NotConforming` with those it breaks.

    `make("")` builds it anew. To be called outside of trio.
    """
    return hold("voice detector", [promise(keep) for keep in (probable, finds, apart, cheap)], make)


async def probable(rig: VadRig) -> None:
    """It says how likely speech is, from 0 to 1, of frames of 10, 20 and 30 ms of any sound."""
    await trio.lowlevel.checkpoint()
    noise = random.Random(1).randbytes(rig.format.size(1.0))  # noqa: S311 - no secret, noise
    for sound in (rig.speech, rig.silence(1.0), noise, bytes(rig.format.size(1.0)), b"\x7f" * rig.format.size(1.0)):
        for frame in FRAMES:
            wrong = [each for each in rig.hear(sound, frame) if not 0 <= each <= 1]
            expect(not wrong, f"it says {wrong[:3]} of frames of {frame * 1000:.0f} ms")


async def finds(rig: VadRig) -> None:
    """It finds speech, and not the silence before and after it."""
    await trio.lowlevel.checkpoint()
    quiet = rig.hear(rig.silence(2.0))
    expect(max(quiet) < 0.5, f"silence is speech with {max(quiet):.2f}")
    heard = rig.hear(rig.silence(1.0) + rig.speech + rig.silence(2.0))
    spoken = heard[50 : 50 + len(rig.packets(rig.speech))]
    share = sum(each >= 0.5 for each in spoken) / max(1, len(spoken))
    expect(share > 0.5, f"{share:.0%} of the speech was found")
    expect(max(heard[-25:]) < 0.5, "it still hears speech a second and a half after its end")


async def apart(rig: VadRig) -> None:
    """Streams know nothing of each other, and the same sound is told the same."""
    await trio.lowlevel.checkpoint()
    sound = rig.silence(0.5) + rig.speech
    alone = rig.hear(sound)
    one, other = rig.vad.start(), rig.vad.start()
    silent = Packet(rig.silence(0.02), rig.format)
    beside = [(one.probability(packet), other.probability(silent)) for packet in rig.packets(sound)]
    expect([told for told, _ in beside] == alone, "beside a silent call, it hears otherwise")
    expect(max(told for _, told in beside) < 0.5, "it hears in one call what was said in another")
    expect(rig.hear(sound) == alone, "asked again, it hears otherwise")


async def cheap(rig: VadRig) -> None:
    """It takes less than a tenth of one core for each call."""
    await trio.lowlevel.checkpoint()
    sound = rig.speech * (int(SECONDS / rig.format.seconds(len(rig.speech))) + 1)
    rig.hear(sound[: rig.format.size(1.0)])  # what is loaded at first is not counted
    began = time.thread_time()
    rig.hear(sound)
    share = (time.thread_time() - began) / rig.format.seconds(len(sound))
    expect(share < SHARE, f"it takes {share:.0%} of a core")
