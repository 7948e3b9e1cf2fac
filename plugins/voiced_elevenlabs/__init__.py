"""ElevenLabs' voices: a warm socket with contexts, or plain requests, in the carrier's own format."""

from __future__ import annotations

from voiced.plugin import Destination, Host, PluginSpec, ProviderSpec, Tts, Unavailable, by_host, hookimpl
from voiced_elevenlabs.options import ElevenLabsOptions

__all__ = ["ElevenLabsOptions", "make", "voiced_plugin"]


def make(options: ElevenLabsOptions, host: Host) -> Tts:
    """Build the provider. Raises `Unavailable` without a key or a voice."""
    from voiced_elevenlabs.over_http import HttpVoice  # noqa: PLC0415 - only a process that speaks needs them
    from voiced_elevenlabs.over_socket import SocketVoice  # noqa: PLC0415 - the same

    if not options.api_key:
        fix = "put ELEVENLABS_API_KEY into .env, and api_key: ${ELEVENLABS_API_KEY} below plugins.elevenlabs"
        raise Unavailable("elevenlabs: no key", fix=fix)
    if not options.voice:
        raise Unavailable("elevenlabs: no voice", fix="put the id of a voice of your account into voice")
    return HttpVoice(options, host) if options.transport == "http" else SocketVoice(options, host)


def goes_to(options: ElevenLabsOptions) -> Destination:
    """Say where the agent's words go."""
    fix = "set plugins.elevenlabs.url to https://api.eu.residency.elevenlabs.io, with the key of that residency"
    return by_host(options.url, "ElevenLabs", {".eu.residency.": "eu", "api.elevenlabs.io": "us"}, fix)


@hookimpl
def voiced_plugin() -> PluginSpec:
    """Declare the plugin."""
    about = "ElevenLabs' voices"
    return PluginSpec(
        name="elevenlabs",
        about=about,
        providers=(ProviderSpec(kind="tts", name="elevenlabs", make=make, about=about),),
        options=ElevenLabsOptions,
        goes_to=goes_to,
    )
