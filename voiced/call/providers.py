"""What a call was given to work with, fixed at pick-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from voiced.plugin import Llm, Stt, Tool, Tts, Vad


class Deadlines(Struct, frozen=True):
    """How long a call waits for each provider, in seconds. Providers never time out by themselves."""

    llm: float = 8.0
    """For the whole answer of the model."""
    tool: float = 10.0
    """For the outcome of a tool that has no deadline of its own in..."""
    tools: Mapping[str, float] = field(default_factory=dict)
    """...those by name."""

    def of_tool(self, name: str) -> float:
        """Return how long the call waits for the tool `name`."""
        return self.tools.get(name, self.tool)


class Providers(Struct, frozen=True):
    """The providers of one call."""

    stt: Stt
    tts: Tts
    llm: Llm
    vad: Vad
    tools: Mapping[str, Tool] = field(default_factory=dict)
    deadlines: Deadlines = field(default_factory=Deadlines)
    names: Mapping[str, str] = field(default_factory=dict)
    """Which provider each is, by kind (`stt`, `tts`, `llm`, `vad`), for the metrics."""

    chosen: Mapping[str, Any] = field(default_factory=dict)
    """By kind: the provider, why it is that one, and who stands in for it. Kept in the call's record."""

    def name(self, kind: str) -> str:
        """Return the name of the provider of this kind, `unknown` where nobody said."""
        return self.names.get(kind, "unknown")
