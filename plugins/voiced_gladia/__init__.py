"""Gladia's live transcription, by its API v2."""

from __future__ import annotations

from voiced.plugin import Destination, Host, PluginSpec, ProviderSpec, Region, Stt, Unavailable, by_host, hookimpl
from voiced_gladia.options import GladiaOptions


def make(options: GladiaOptions, host: Host) -> Stt:
    """Build the provider. Raises `Unavailable` without a key."""
    from voiced_gladia.provider import GladiaStt  # noqa: PLC0415 - only a process with calls needs it

    if not options.api_key:
        raise Unavailable(
            "gladia: no key",
            fix="put GLADIA_API_KEY into .env, and api_key: ${GLADIA_API_KEY} below plugins.gladia",
        )
    return GladiaStt(options, host)


def goes_to(options: GladiaOptions) -> Destination:
    """Say where sound goes."""
    region: Region = "eu" if options.region == "eu-west" else "us"
    return by_host(options.url, "Gladia", {"": region}, "set plugins.gladia.region to eu-west")


@hookimpl
def voiced_plugin() -> PluginSpec:
    """Declare the plugin."""
    about = "Gladia's recogniser, hosted in the European Union"
    return PluginSpec(
        name="gladia",
        about=about,
        providers=(ProviderSpec(kind="stt", name="gladia", make=make, about=about),),
        options=GladiaOptions,
        goes_to=goes_to,
    )
