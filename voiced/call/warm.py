"""Warming: fixed texts become sound before anyone rings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import trio

from voiced.audio import Packet
from voiced.call.phrases import PhraseBook
from voiced.call.voice import READY, Reply, Voice, first_cause
from voiced.errors import ProviderTimeout
from voiced.plugin import Tts
from voiced.resilience import TtsChain

FIRST_SOUND = 120.0
"""Seconds that the voice may take for its first sound while nobody waits for it."""
WHOLE = 300.0
"""Seconds that it may take for all of a text: one that stops in the middle keeps no worker from getting ready."""
AT_ONCE = 2
"""Texts made at the same time."""


async def warm(
    tts: Tts, book: PhraseBook, texts: Sequence[str], progress: Callable[[str, bool], None] = lambda _text, _made: None
) -> int:
    """Put every text into the book that is not there yet; return how many were made.

    `progress(text, made)` is told of each. Of a chain the first voice makes them, in its own time: none stands in.
    Raises the voice's `ProviderError`.
    """
    own = tts.first if isinstance(tts, TtsChain) else tts
    voice = Voice(own, book, trio.current_time, FIRST_SOUND, book.format)
    missing = []
    for text in texts:
        await trio.lowlevel.checkpoint()  # each is a look at the disk, and calls are going on
        if book.get(text) is None:
            missing.append(text)
        else:
            progress(text, False)
    limit = trio.CapacityLimiter(AT_ONCE)
    try:
        async with trio.open_nursery() as nursery:
            for text in missing:
                nursery.start_soon(_make, voice, text, limit, progress)
    except ExceptionGroup as group:
        raise first_cause(group) from group
    return len(missing)


async def _make(voice: Voice, text: str, limit: trio.CapacityLimiter, progress: Callable[[str, bool], None]) -> None:
    async with limit:
        reply = Reply(0, "voice", fixed=True, whole=text)
        out, packets = trio.open_memory_channel[Packet](READY)
        with trio.move_on_after(WHOLE) as time:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(voice.render, reply, out)
                async for _packet in packets:
                    pass
        if time.cancelled_caught:
            raise ProviderTimeout("the voice stopped in the middle of a text", stage="stream")
        if reply.error is not None:
            raise reply.error
        progress(text, True)
