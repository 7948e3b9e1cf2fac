"""How clauses are written for the model, and the settings that shape the voice. Pure."""

from __future__ import annotations

from typing import Any

from voiced.plugin import AudioFormat
from voiced.plugin.voice import Rests
from voiced_elevenlabs.options import ElevenLabsOptions

FORMATS: dict[AudioFormat, str] = {
    AudioFormat("mulaw", 8000): "ulaw_8000",
    AudioFormat("alaw", 8000): "alaw_8000",
    **{AudioFormat("pcm16", rate): f"pcm_{rate}" for rate in (8000, 16000, 24000)},
}
"""What may be asked, and how ElevenLabs calls it. Mu-law first: it goes to the line as it comes."""

_TAGS = str.maketrans("<>", "  ")
_NO_LANGUAGE = ("eleven_multilingual_v2", "eleven_monolingual")
"""Models that find out the language themselves, and may refuse to be told."""


class Script:
    """Writes the clauses of one reply."""

    def __init__(self, pause: float) -> None:
        self._rests = Rests(pause)

    def line(self, clause: str) -> str:
        """Return what to send for `clause`: no tags but ours, a blank at its end; "" when there is nothing to say."""
        text = " ".join(clause.translate(_TAGS).split())
        if not text:
            return ""
        rest = self._rests.before(text)
        return f'<break time="{rest:g}s"/> {text} ' if rest else f"{text} "


def settings(options: ElevenLabsOptions) -> dict[str, Any]:
    """Return `voice_settings`."""
    return {
        "stability": options.stability,
        "similarity_boost": options.similarity,
        "style": options.style,
        "use_speaker_boost": options.speaker_boost,
        "speed": options.speed,
    }


def opening(options: ElevenLabsOptions) -> dict[str, Any]:
    """Return what only the first message of a context, or a request, may say."""
    said: dict[str, Any] = {"voice_settings": settings(options)}
    if options.dictionaries:
        pairs = (each.split(":") for each in options.dictionaries)
        said["pronunciation_dictionary_locators"] = [
            {"pronunciation_dictionary_id": name, "version_id": version} for name, version in pairs
        ]
    return said


def language(options: ElevenLabsOptions) -> dict[str, str]:
    """Return `language_code`, for models that listen to it."""
    return {} if options.model.startswith(_NO_LANGUAGE) else {"language_code": options.language}


def fingerprint(options: ElevenLabsOptions) -> str:
    """Return all that shapes the sound, but for the text: not the address, nor the key."""
    parts = [options.transport, *(f"{name}={value:g}" for name, value in settings(options).items())]
    parts += [options.language, f"volume={options.volume:g}", f"pause={options.pause:g}"]
    parts += [options.normalization, *options.dictionaries]
    return f"elevenlabs/{options.model}/{options.voice}/{','.join(parts)}/1"
