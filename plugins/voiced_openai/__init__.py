"""Any model behind an address that speaks OpenAI's chat completions: Ollama, vLLM, llama.cpp, OpenAI itself.

The wire is `voiced.plugin.chat`'s; here stands what these have of their own.
"""

from __future__ import annotations

from voiced.plugin import Destination, Host, Llm, PluginSpec, ProviderSpec, Unavailable, by_host, hookimpl
from voiced_openai.options import OpenaiOptions


def make(options: OpenaiOptions, host: Host) -> Llm:
    """Build the provider. Raises `Unavailable` when no model is named."""
    from voiced.plugin.chat import ChatLlm, Endpoint  # noqa: PLC0415 - only a process that asks the model needs it
    from voiced_openai.dialect import dialect  # noqa: PLC0415 - the same

    if not options.model:
        raise Unavailable("openai: no model", fix="name one that the server has, as model: below plugins.openai")
    endpoint = Endpoint("openai", options.url.rstrip("/"), options.model, options.api_key, options.temperature)
    return ChatLlm(endpoint, dialect(options), host)


def goes_to(options: OpenaiOptions) -> Destination:
    """Say where the words of calls go."""
    return by_host(options.url, "who runs the model", {"eu.api.openai.com": "eu", "api.openai.com": "us"})


@hookimpl
def voiced_plugin() -> PluginSpec:
    """Declare the plugin."""
    about = "Models that speak OpenAI's chat completions: Ollama, vLLM, llama.cpp, OpenAI"
    return PluginSpec(
        name="openai",
        about=about,
        providers=(ProviderSpec(kind="llm", name="openai", make=make, about=about),),
        options=OpenaiOptions,
        goes_to=goes_to,
    )
