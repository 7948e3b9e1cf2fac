"""Mistral's models: chat completions, streamed, with tools and answers that go on from a beginning.

The wire is `voiced.plugin.chat`'s; here stands what is Mistral's own.
"""

from __future__ import annotations

from voiced.plugin import Destination, Host, Llm, PluginSpec, ProviderSpec, Unavailable, by_host, hookimpl
from voiced_mistral.options import MistralOptions


def make(options: MistralOptions, host: Host) -> Llm:
    """Build the provider. Raises `Unavailable` without a key."""
    from voiced.plugin.chat import ChatLlm, Endpoint  # noqa: PLC0415 - only a process that asks the model needs it
    from voiced_mistral.dialect import dialect  # noqa: PLC0415 - the same

    if not options.api_key:
        raise Unavailable(
            "mistral: no key",
            fix="put MISTRAL_API_KEY into .env, and api_key: ${MISTRAL_API_KEY} below plugins.mistral",
        )
    endpoint = Endpoint("mistral", f"{options.url.rstrip('/')}/v1", options.model, options.api_key, options.temperature)
    return ChatLlm(endpoint, dialect(options), host)


def goes_to(options: MistralOptions) -> Destination:
    """Say where the words of calls go: `api.mistral.ai` is hosted in the Union by default, which is no promise."""
    fix = "set plugins.mistral.url to https://api.eu.mistral.ai"
    return by_host(options.url, "Mistral AI", {"api.eu.mistral.ai": "eu", "api.us.mistral.ai": "us"}, fix)


@hookimpl
def voiced_plugin() -> PluginSpec:
    """Declare the plugin."""
    about = "Mistral's models, hosted in the European Union"
    return PluginSpec(
        name="mistral",
        about=about,
        providers=(ProviderSpec(kind="llm", name="mistral", make=make, about=about),),
        options=MistralOptions,
        goes_to=goes_to,
    )
