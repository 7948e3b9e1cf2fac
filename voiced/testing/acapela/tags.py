r"""The tags in a text: `\pau=500\` is half a second of silence, `\rspd=90\` a slower voice from there on. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from voiced.testing.emulator.hum import Part, Phrase, Silence

TAG = re.compile(r'\\([a-z]+)(?:=("[^"]*"|[\d.]+))?\\')
WORDS_A_MINUTE = 180.0
"""What `\\spd=` calls the voice's own pace."""
FULL = 65_535.0
"""What `\\vol=` calls the voice's own loudness; the field `volume` has another scale."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the voice speaks: factors of its own pace, height and loudness."""

    speed: float = 1.0
    pitch: float = 1.0
    volume: float = 1.0


def parts(text: str, manner: Manner) -> list[Part]:
    """Return what a text asks to be said; a tag that is not known is nothing, one that is broken is read aloud."""
    return list(_read(TAG.split(text), manner))


def _read(pieces: list[str], own: Manner) -> Iterator[Part]:
    now = own
    for place in range(0, len(pieces), 3):
        yield Phrase(pieces[place], now.speed, now.pitch, now.volume)
        if place + 2 < len(pieces):
            name, value = pieces[place + 1], pieces[place + 2] or "0"
            if name == "pau":
                yield Silence(float(value) / 1000)
            now = own if name == "rst" else _changed(now, own, name, value)


def _changed(now: Manner, own: Manner, name: str, value: str) -> Manner:
    if name == "spd":
        return replace(now, speed=float(value) / WORDS_A_MINUTE)
    if name == "rspd":
        return replace(now, speed=own.speed * float(value) / 100)
    if name == "vct":
        return replace(now, pitch=float(value) / 100)
    if name == "vol":
        return replace(now, volume=float(value) / FULL)
    return now
