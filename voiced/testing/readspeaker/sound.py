"""What an order sounds like, in its coding, and when its words are said. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from voiced.audio import wav_bytes
from voiced.testing.emulator.hum import PACE, Part, Phrase, Silence, Speak, hum, lead, silent_mp3, spoken
from voiced.testing.readspeaker.order import Order

BREAK = re.compile(r'<break\s+time="(\d+(?:\.\d+)?)(m?s)"\s*/>')
MARKUP = re.compile(r"<[^>]*>")
MARK = 7
"""Characters' time of the mark that a preview is spoken with."""
KINDS = {"mp3": "audio/mpeg", "ulaw": "audio/basic", "mulaw": "audio/basic", "alaw": "audio/x-alaw-basic"}
"""Content types of what has no header; for the others `application/octet-stream`."""


@dataclass(frozen=True, slots=True)
class Made:
    """A sound: its bytes, how long it lasts in seconds, its content type."""

    data: bytes
    seconds: float
    kind: str


def made(order: Order, speak: Speak | None) -> Made:
    """Return the sound of an order."""
    if speak is None:
        sound = hum(order.text, parts(order), order.format)
    else:
        sound = spoken(speak, MARKUP.sub(" ", order.text), order.format)
    seconds = order.format.seconds(len(sound))
    if order.coding == "mp3":
        return Made(silent_mp3(seconds), seconds, "audio/mpeg")
    if order.header:
        return Made(wav_bytes(sound, order.format), seconds, "audio/x-wav")
    return Made(sound, seconds, KINDS.get(order.coding, "application/octet-stream"))


def parts(order: Order) -> list[Part]:
    """Return what is said: breaks are silent and markup is not read aloud, where there is any."""
    said: list[Part] = [Phrase("-" * MARK, pitch=4.0)] if order.preview else []
    if not order.ssml:
        return [*said, _phrase(order, order.text)]
    pieces = BREAK.split(order.text)
    for place in range(0, len(pieces), 3):
        said.append(_phrase(order, MARKUP.sub("", pieces[place])))
        if place + 2 < len(pieces):
            number, unit = float(pieces[place + 1]), pieces[place + 2]
            said.append(Silence(number / 1000 if unit == "ms" else number))
    return said


def events(text: str) -> Sequence[dict[str, object]]:
    """Return when a text, each of its words and its end are said."""

    def event(kind: str, start: int, end: int) -> dict[str, object]:
        told = {"time_ms": round(1000 * (lead(text) + start / PACE)), "type": kind}
        return {**told, "text_start": start, "text_end": end, "text_length": end - start}

    words = [event("WORD", *word.span()) for word in re.finditer(r"\S+", text)]
    return [event("TEXTSTART", 0, len(text)), *words, event("TEXTEND", len(text), len(text))]


def _phrase(order: Order, text: str) -> Phrase:
    return Phrase(text, order.speed, order.pitch, order.volume)
