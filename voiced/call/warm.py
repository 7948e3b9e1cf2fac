"""Warming: fixed texts become sound before anyone rings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import trio

from voiced.audio import Packet
from voiced.call.phrases import PhraseBook
from voiced.call.voice import READY, Reply, Voice
from voiced.plugin import Tts

FIRST_SOUND = 60.0
"""Seconds that the voice may take for its first sound while nobody waits for it."""


async def warm(
    tts: Tts, book: PhraseBook, texts: Sequence[str], progress: Callable[[str, bool], None] = lambda _text, _made: None
) -> int:
    """Put every text into the book that is not there yet; return how many were made.

    `progress(text, made)` is told of each. Raises the voice's `ProviderError`.
    """
    voice = Voice(tts, book, trio.current_time, FIRST_SOUND, book.format)
    made = 0
    for text in texts:
        missing = book.get(text) is None
        if missing:
            await _make(voice, text)
            made += 1
        progress(text, missing)
    return made


async def _make(voice: Voice, text: str) -> None:
    reply = Reply(0, "voice", fixed=True, whole=text)
    out, packets = trio.open_memory_channel[Packet](READY)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(voice.render, reply, out)
        async for _packet in packets:
            pass
    if reply.error is not None:
        raise reply.error
