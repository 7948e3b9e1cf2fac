"""Speechmatics' realtime recognition, by its WebSocket API v2."""

from __future__ import annotations

from voiced.plugin import Destination, Host, PluginSpec, ProviderSpec, Region, Stt, Unavailable, by_host, hookimpl
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


def goes_to(options: SpeechmaticsOptions) -> Destination:
    """Say where sound goes."""
    regions: dict[str, Region] = {"eu.rt.": "eu", "eu2.rt.": "eu", "us": "us"}
    fix = "set plugins.speechmatics.url to wss://eu2.rt.speechmatics.com/v2"
    return by_host(options.url, "Speechmatics", regions, fix)


@hookimpl
def voiced_plugin() -> PluginSpec:
    """Declare the plugin."""
    about = "Speechmatics' recogniser, hosted in the European Union"
    return PluginSpec(
        name="speechmatics",
        about=about,
        providers=(ProviderSpec(kind="stt", name="speechmatics", make=make, about=about),),
        options=SpeechmaticsOptions,
        goes_to=goes_to,
    )
