"""ReadSpeaker's voices, from its speechCloud: French, from a European house, in the carrier's own format."""

from __future__ import annotations

from voiced.plugin import Destination, Host, PluginSpec, ProviderSpec, Tts, Unavailable, by_host, hookimpl
from voiced_readspeaker.options import ReadSpeakerOptions

__all__ = ["ReadSpeakerOptions", "make", "voiced_plugin"]


def make(options: ReadSpeakerOptions, host: Host) -> Tts:
    """Build the provider. Raises `Unavailable` without a key."""
    from voiced_readspeaker.provider import ReadSpeakerVoice  # noqa: PLC0415 - only a process that speaks needs it

    if not options.api_key:
        fix = "put READSPEAKER_API_KEY into .env, and api_key: ${READSPEAKER_API_KEY} below plugins.readspeaker"
        raise Unavailable("readspeaker: no key", fix=fix)
    return ReadSpeakerVoice(options, host)


def goes_to(options: ReadSpeakerOptions) -> Destination:
    """Say where the agent's words go: a European company, which has not published where it computes."""
    return by_host(options.url, "ReadSpeaker", {})


@hookimpl
def voiced_plugin() -> PluginSpec:
    """Declare the plugin."""
    about = "ReadSpeaker's voices"
    return PluginSpec(
        name="readspeaker",
        about=about,
        providers=(ProviderSpec(kind="tts", name="readspeaker", make=make, about=about),),
        options=ReadSpeakerOptions,
        goes_to=goes_to,
    )
