"""The provider: a command for each clause, its sound passed on while it comes."""

from __future__ import annotations

from voiced.plugin import AudioFormat, Host, Packet, ProviderProtocol, ProviderRefused, Sink, Source, TtsCapabilities
from voiced.plugin.voice import RawSound, Rests
from voiced_acapela import wire
from voiced_acapela.account import Entrance
from voiced_acapela.faults import NAME, by_answer, is_sound
from voiced_acapela.options import AcapelaOptions

PATIENCE = 1.5
"""Seconds for the first sound: a login may come before it. Nothing is published; 0.3 to 0.7 is our guess."""


class AcapelaVoice:
    """Implements `Tts`."""

    def __init__(self, options: AcapelaOptions, host: Host) -> None:
        self._options, self._host = options, host
        self._entrance = Entrance(options, host)

    @property
    def capabilities(self) -> TtsCapabilities:
        """Telephone formats and PCM; sound comes clause by clause."""
        return TtsCapabilities(formats=tuple(wire.FORMATS), patience=PATIENCE)

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
                await self._say(wire.command(self._options, text, format), raw, audio)
                if raw.empty:  # else a caller would never know of these words
                    raise ProviderProtocol("no sound", provider=NAME, stage="stream")

    async def _say(self, body: bytes, raw: RawSound, audio: Sink[Packet]) -> None:
        """Send a command; where the token has ended, log in and send it once more."""
        token = await self._entrance.token()
        if await self._command(token, body, raw, audio):
            return
        token = await self._entrance.token(worn=token)
        if not await self._command(token, body, raw, audio):
            hint = "a token that was just given is refused: is somebody logging out all the time?"
            raise ProviderRefused("the token is refused", provider=NAME, hint=hint)

    async def _command(self, token: str, body: bytes, raw: RawSound, audio: Sink[Packet]) -> bool:
        """Send a command and pass its sound on; return False, having done nothing, when the token is not good."""
        where, headers = wire.address(self._options, "command"), wire.headers(token)
        async with self._host.net.stream("POST", where, headers=headers, body=body) as reading:
            if reading.status == 401:
                await reading.body()  # to the end, so that the connection stays warm
                return False
            if reading.status != 200 or not is_sound(reading.headers.get("content-type", "")):
                raise by_answer(reading.status, reading.headers, await reading.body())
            async for piece in reading.chunks():
                for packet in raw.feed(piece):
                    await audio.send(packet)
        return True
