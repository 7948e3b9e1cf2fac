"""Acme's model: it takes the tool that shares most words with the caller. Put a real one in its place.

For an API that speaks chat completions, `voiced.plugin.chat` has nearly everything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from voiced.plugin import (
    HERE,
    Done,
    Host,
    Json,
    Llm,
    LlmCapabilities,
    LlmEvent,
    LlmRequest,
    PluginSpec,
    ProviderSpec,
    Sink,
    Token,
    ToolCall,
    ToolSpec,
    hookimpl,
    option,
)


@dataclass(frozen=True, slots=True)
class AcmeOptions:
    """What `voiced.yaml` may say below `plugins: acme:`."""

    lost: Annotated[str, option("What it says when it has not understood")] = "Pouvez-vous m'en dire plus ?"


class AcmeLlm:
    """Implements `Llm`."""

    def __init__(self, options: AcmeOptions, host: Host) -> None:
        self._options, self._host = options, host

    @property
    def capabilities(self) -> LlmCapabilities:
        """It composes sentences, of a kind."""
        return LlmCapabilities()

    async def prepare(self, tools: Sequence[ToolSpec]) -> None:
        """Do nothing: there is nothing to get ready."""

    async def reply(self, request: LlmRequest, out: Sink[LlmEvent]) -> None:
        """Answer; see `voiced.plugin.Llm`."""
        said = next((each.content for each in reversed(request.messages) if each.role == "user"), "")
        tool = _choose(said, request)
        if tool is not None:
            await out.send(ToolCall("call-1", tool.name, _arguments(tool.parameters, said)))
        else:
            for word in self._options.lost.split():
                await out.send(Token(f"{word} "))
        await out.send(Done())


def _choose(said: str, request: LlmRequest) -> ToolSpec | None:
    if request.tool_choice == "none" or not request.tools:
        return None
    best = max(request.tools, key=lambda tool: _shared(said, tool))
    return best if request.tool_choice == "required" or _shared(said, best) else None


def _shared(said: str, tool: ToolSpec) -> int:
    return len(_words(said) & _words(" ".join((tool.description, *tool.examples))))


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 3}


def _arguments(schema: Mapping[str, Any], said: str) -> dict[str, Json]:
    return dict.fromkeys(schema.get("required", ()), said)


def make(options: AcmeOptions, host: Host) -> Llm:
    """Build the model. Import the vendor's SDK here: voiced looks at all installed plugins."""
    return AcmeLlm(options, host)


@hookimpl
def voiced_plugin() -> PluginSpec:
    """Declare the plugin."""
    about = "Acme's model"
    return PluginSpec(
        name="acme",
        about=about,
        providers=(ProviderSpec("llm", "acme", make, about),),
        options=AcmeOptions,
        goes_to=lambda _options: HERE,  # where what callers say goes; for a service: by_host(options.url, "Acme", ...)
    )
