"""Speechmatics' realtime recognition, by its WebSocket API v2."""

from __future__ import annotations

from voiced.plugin import Host, PluginSpec, ProviderSpec, Stt, Unavailable, hookimpl
from voiced_speechmatics.options import SpeechmaticsOptions


def make(options: SpeechmaticsOptions, host: Host) -> Stt:
    """Build the provider. Raises `Unavailable` without a key."""
    from voiced_speechmatics.provider import SpeechmaticsStt  # noqa: PLC0415 - only a process with calls needs it

    if not options.api_key:
        raise Unavailable(
            "speechmatics: no key",
            fix="put SPEECHMATICS_API_KEY into .env, and api_key: ${SPEECHMATICS_API_KEY} below plugins.speechmatics",
        )
    return SpeechmaticsStt(options, host)


@hookimpl
def voiced_plugin() -> PluginSpec:
    """Declare the plugin."""
    about = "Speechmatics' recogniser, hosted in the European Union"
    return PluginSpec(
        name="speechmatics",
        about=about,
        providers=(ProviderSpec(kind="stt", name="speechmatics", make=make, about=about),),
        options=SpeechmaticsOptions,
    )
