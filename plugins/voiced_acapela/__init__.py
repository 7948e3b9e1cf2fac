"""Acapela Cloud's voices: French, from the European Union, in the carrier's own format."""

from __future__ import annotations

from voiced.plugin import Destination, Host, PluginSpec, ProviderSpec, Tts, Unavailable, by_host, hookimpl
from voiced_acapela.options import AcapelaOptions

__all__ = ["AcapelaOptions", "make", "voiced_plugin"]


def make(options: AcapelaOptions, host: Host) -> Tts:
    """Build the provider. Raises `Unavailable` without a login."""
    from voiced_acapela.provider import AcapelaVoice  # noqa: PLC0415 - only a process that speaks needs it

    if not options.email or not options.password:
        fix = "put ACAPELA_PASSWORD into .env, and email: and password: ${ACAPELA_PASSWORD} below plugins.acapela"
        raise Unavailable("acapela: no login", fix=fix)
    return AcapelaVoice(options, host)


def goes_to(options: AcapelaOptions) -> Destination:
    """Say where the agent's words go: a European company, which has not published where it computes."""
    return by_host(options.url, "Acapela Group", {})


@hookimpl
def voiced_plugin() -> PluginSpec:
    """Declare the plugin."""
    about = "Acapela Cloud's voices"
    return PluginSpec(
        name="acapela",
        about=about,
        providers=(ProviderSpec(kind="tts", name="acapela", make=make, about=about),),
        options=AcapelaOptions,
        goes_to=goes_to,
    )
