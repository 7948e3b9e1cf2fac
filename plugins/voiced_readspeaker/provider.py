"""The provider: a request for each clause, its sound passed on while it comes."""

from __future__ import annotations

from functools import partial

from voiced.plugin import AudioFormat, Host, Packet, ProviderProtocol, Reading, Sink, Source, TtsCapabilities
from voiced.plugin.voice import Rests
from voiced_readspeaker import wire
from voiced_readspeaker.ahead import Ahead
from voiced_readspeaker.faults import ERROR, NAME, by_answer, is_sound
from voiced_readspeaker.options import ReadSpeakerOptions

PATIENCE = 3.0
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
        ahead = Ahead(NAME, wire.said, partial(self._ask, format), Rests(self._options.pause))
        await ahead.speak(clauses, audio, format)

    async def _ask(self, format: AudioFormat, text: str, sound: Sink[bytes]) -> None:
        """Have a text spoken, wherever its sound is; only the first address gets the key."""
        where, body = wire.address(self._options), wire.form(self._options, text, format)
        async with self._host.net.stream("POST", where, headers=wire.FORM, body=body) as reading:
            moved = await _take(reading, sound)
        for _ in range(REDIRECTS):
            if not moved:
                return
            where = wire.redirected(where, reading.headers)
            async with self._host.net.stream("GET", where) as reading:
                moved = await _take(reading, sound)
        if moved:
            raise ProviderProtocol("redirected for ever", provider=NAME, stage="stream")


async def _take(reading: Reading, sound: Sink[bytes]) -> bool:
    """Pass sound on; return True, having passed nothing, when it is elsewhere. Raises what is told instead of sound."""
    if reading.status in MOVED:
        await reading.body()  # to the end, so that the connection stays warm
        return True
    if reading.status != 200 or not is_sound(reading.headers.get("content-type", "")):
        raise by_answer(reading.status, reading.headers, await reading.body())
    head, pieces = b"", reading.chunks()
    async for piece in pieces:
        head += piece
        if len(head) >= len(ERROR):
            break
    if head.startswith(ERROR):
        raise by_answer(reading.status, reading.headers, b"".join([head, *[piece async for piece in pieces]]))
    if head:
        await sound.send(head)
    async for piece in pieces:
        await sound.send(piece)
    return False
