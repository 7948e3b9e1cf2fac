"""The voices of emulated callers: recorded speech, or any text through a voice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.resources import files
from pathlib import Path

import trio

from voiced.audio import MULAW_8K, Packet, read_wav, to_format
from voiced.errors import BadInput, Problem
from voiced.plugin import Tts
from voiced.text.speakable import speakable

Voice = Callable[[str], Awaitable[bytes]]
"""Text to mu-law at 8 kHz."""


def recorded(name: str, beside: Path | None = None) -> bytes:
    """Return the mu-law sound of a file: beside `beside`, or one of the demonstration's own.

    Raises `BadInput` when there is none.
    """
    places = [beside.parent / name] if beside is not None else []
    for place in [*places, Path(name)]:
        if place.is_file():
            return sound_of(place.read_bytes(), str(place))
    built_in = files("voiced.lab") / "speech" / name
    if built_in.is_file():
        return sound_of(built_in.read_bytes(), name)
    raise BadInput([Problem(name, 0, 0, "there is no such sound", "give the path of a WAV file")])


def sound_of(content: bytes, name: str) -> bytes:
    """Return the mu-law sound of a WAV file's bytes, its first channel."""
    wav = read_wav(content, name)
    return to_format(wav.channel(0), wav.format, MULAW_8K)


def voice_of(tts: Tts) -> Voice:
    """Return a voice that speaks through `tts`."""

    async def speak(text: str) -> bytes:
        source = MULAW_8K if MULAW_8K in tts.capabilities.formats else tts.capabilities.formats[0]
        clauses_in, clauses_out = trio.open_memory_channel[str](1)
        sound_in, sound_out = trio.open_memory_channel[Packet](1000)
        data = bytearray()

        async def say() -> None:
            async with sound_in:
                await tts.speak(clauses_out, sound_in, source)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(say)
            async with clauses_in:
                await clauses_in.send(speakable(text))
            async for packet in sound_out:
                data += packet.data
        return to_format(bytes(data), source, MULAW_8K)

    return speak


async def no_voice(text: str) -> bytes:
    """Speak for callers who only play recordings: refuses."""
    raise BadInput([Problem("scenario", 0, 0, f"no sound is given for {text!r}", "add `audio:` to the line")])
