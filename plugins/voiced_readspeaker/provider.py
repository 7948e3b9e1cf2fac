"""The provider: a request for each clause, its sound passed on while it comes."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from voiced.plugin import AudioFormat, Host, Packet, ProviderProtocol, Reading, Sink, Source, TtsCapabilities
from voiced.plugin.voice import RawSound, Rests
from voiced_readspeaker import wire
from voiced_readspeaker.faults import ERROR, NAME, by_answer, is_sound
from voiced_readspeaker.options import ReadSpeakerOptions

PATIENCE = 1.5
"""Seconds for the first sound. Nothing is published; 0.3 to 0.7 is our guess, more where a clause is made whole."""
REDIRECTS = 2
"""Redirects that are followed for one clause."""
MOVED = frozenset({301, 302, 303, 307, 308})


class ReadSpeakerVoice:
    """Implements `Tts`."""

    def __init__(self, options: ReadSpeakerOptions, host: Host) -> None:
        self._options, self._host = options, host

    @property
    def capabilities(self) -> TtsCapabilities:
        """Telephone formats and PCM, or PCM alone; sound comes clause by clause."""
        return TtsCapabilities(formats=wire.formats(self._options), patience=PATIENCE)

    @property
    def fingerprint(self) -> str:
        """Voice, and all settings that shape the sound."""
        return wire.fingerprint(self._options)

    async def speak(self, clauses: Source[str], audio: Sink[Packet], format: AudioFormat) -> None:
        """Speak one reply; see `voiced.plugin.Tts`."""
        rests = Rests(self._options.pause)
        async for clause in clauses:
            if text := wire.said(clause):
                raw = RawSound(format, NAME, rests.before(text))
                await self._say(wire.form(self._options, text, format), raw, audio)
                if raw.empty:  # else a caller would never know of these words
                    raise ProviderProtocol("no sound", provider=NAME, stage="stream")

    async def _say(self, body: bytes, raw: RawSound, audio: Sink[Packet]) -> None:
        """Have a clause spoken, wherever its sound is; only the first address gets the key."""
        where = wire.address(self._options)
        async with self._host.net.stream("POST", where, headers=wire.FORM, body=body) as reading:
            moved = await _take(reading, raw, audio)
        for _ in range(REDIRECTS):
            if not moved:
                return
            where = wire.redirected(where, reading.headers)
            async with self._host.net.stream("GET", where) as reading:
                moved = await _take(reading, raw, audio)
        if moved:
            raise ProviderProtocol("redirected for ever", provider=NAME, stage="stream")


async def _take(reading: Reading, raw: RawSound, audio: Sink[Packet]) -> bool:
    """Pass sound on; return True, having passed nothing, when it is elsewhere. Raises what is told instead of sound."""
    if reading.status in MOVED:
        await reading.body()  # to the end, so that the connection stays warm
        return True
    if reading.status != 200 or not is_sound(reading.headers.get("content-type", "")):
        raise by_answer(reading.status, reading.headers, await reading.body())
    async with aclosing(_sound(reading)) as sound:
        async for piece in sound:
            for packet in raw.feed(piece):
                await audio.send(packet)
    return False


async def _sound(reading: Reading) -> AsyncGenerator[bytes]:
    """Give the sound as it comes, once its beginning is known to be no words."""
    head, pieces = b"", reading.chunks()
    async for piece in pieces:
        head += piece
        if len(head) >= len(ERROR):
            break
    if head.startswith(ERROR):
        raise by_answer(reading.status, reading.headers, b"".join([head, *[piece async for piece in pieces]]))
    yield head
    async for piece in pieces:
        yield piece
