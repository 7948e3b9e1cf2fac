"""What an order sounds like, in its coding; and the frames in which it comes with events. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass

from voiced.audio import wav_bytes
from voiced.testing.acapela.order import WAV, Order
from voiced.testing.acapela.tags import TAG, parts
from voiced.testing.emulator.hum import Speak, hum, silent_mp3, spoken

KINDS = {"mulaw": "audio/basic", "alaw": "audio/x-alaw-basic", "s16le": "application/octet-stream", "mp3": "audio/mpeg"}
"""Content types; those of files not named here are `audio/x-wav`."""


@dataclass(frozen=True, slots=True)
class Made:
    """A sound: its bytes, how long it lasts in seconds, its content type."""

    data: bytes
    seconds: float
    kind: str


def made(order: Order, speak: Speak | None) -> Made:
    """Return the sound of an order."""
    plain = order.text if speak is None else TAG.sub(" ", order.text)
    if speak is None:
        sound = hum(order.text, parts(plain, order.manner), order.format)
    else:
        sound = spoken(speak, plain, order.format)
    seconds = order.format.seconds(len(sound))
    if order.type == "mp3":
        sound = silent_mp3(seconds)
    elif order.type in WAV:
        sound = wav_bytes(sound, order.format)
    return Made(sound, seconds, KINDS.get(order.type, "audio/x-wav"))


def frame(sound: bytes) -> bytes:
    """Return a frame with sound."""
    return b"audio:%d\n" % len(sound) + sound


def events(order: Order, seconds: float) -> bytes:
    """Return a frame with the words of an order, evenly over its sound."""
    words = TAG.sub(" ", order.text).split()
    each = 1000 * seconds / max(len(words), 1)
    told = [
        {"word": word, "start_time": round(place * each), "end_time": round((place + 1) * each)}
        for place, word in enumerate(words)
    ]
    said = json.dumps({"Word": told, "Phoneme": []}).encode()
    return b"events:%d\n" % len(said) + said
