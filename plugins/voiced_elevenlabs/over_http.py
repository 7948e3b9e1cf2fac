"""The provider over plain requests, one for each clause, on a connection that is kept warm."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from voiced.plugin import AudioFormat, Host, Packet, ProviderProtocol, Reading, Sink, Source, TtsCapabilities
from voiced.plugin.voice import RawSound
from voiced_elevenlabs.faults import NAME, by_answer
from voiced_elevenlabs.options import ElevenLabsOptions
from voiced_elevenlabs.prosody import FORMATS, Script, fingerprint, language, opening

PATIENCE = 1.5
"""Seconds for the first sound."""
CONTEXT = 300
"""Characters of what was said before that the model is told, so that its melody goes on."""


class HttpVoice:
    """Implements `Tts`."""

    def __init__(self, options: ElevenLabsOptions, host: Host) -> None:
        self._options, self._host = options, host

    @property
    def capabilities(self) -> TtsCapabilities:
        """Telephone formats and PCM; sound comes clause by clause."""
        return TtsCapabilities(formats=tuple(FORMATS), patience=PATIENCE)

    @property
    def fingerprint(self) -> str:
        """Voice, model, and all settings that shape the sound."""
        return fingerprint(self._options)

    async def speak(self, clauses: Source[str], audio: Sink[Packet], format: AudioFormat) -> None:
        """Speak one reply; see `voiced.plugin.Tts`."""
        script, before = Script(self._options.pause), ""
        async for clause in clauses:
            if text := script.line(clause):
                await self._say(text, before[-CONTEXT:], audio, format)
                before += text

    async def _say(self, text: str, before: str, audio: Sink[Packet], format: AudioFormat) -> None:
        headers = {"xi-api-key": self._options.api_key, "content-type": "application/json"}
        body, samples = self._body(text, before), RawSound(format, NAME, volume=self._options.volume)
        async with self._host.net.stream("POST", self._address(format), headers=headers, body=body) as reading:
            await _check(reading)
            async with aclosing(reading.chunks()) as chunks:  # type: ignore[type-var]  # an async generator, whose contract says less
                async for chunk in chunks:
                    for packet in samples.feed(chunk):
                        await audio.send(packet)
        if samples.empty:  # else a caller would never know of these words
            raise ProviderProtocol("no sound", provider=NAME, stage="stream")

    def _address(self, format: AudioFormat) -> str:
        query = {"output_format": FORMATS[format], "enable_logging": "true" if self._options.logging else "false"}
        host = self._options.url.rstrip("/")
        return f"{host}/v1/text-to-speech/{quote(self._options.voice)}/stream?{urlencode(query)}"

    def _body(self, text: str, before: str) -> bytes:
        said: dict[str, Any] = {
            "text": text,
            "model_id": self._options.model,
            **language(self._options),
            **opening(self._options),
            "apply_text_normalization": self._options.normalization,
        }
        if before:
            said["previous_text"] = before
        return msgspec.json.encode(said)


async def _check(reading: Reading) -> None:
    """Raise what an answer stands for that is no sound."""
    kind = reading.headers.get("content-type", "")
    if reading.status == 200 and kind.startswith("audio/"):
        return
    if reading.status == 200 and not kind.startswith("application/json"):
        raise ProviderProtocol("an answer that is no sound", provider=NAME, stage="stream")
    raise by_answer(reading.status, reading.headers, await reading.body())
