"""Contract of the providers that think: Llm. One request, a stream of tokens and tool calls.

The flow's routes are offered to the model as tools, so that choosing what to do next is the same act for a large
model and for the embedded deterministic brain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

from msgspec import Struct, field

from voiced.plugin.streams import Sink

Json = Any
"""A JSON value: None, bool, int, float, str, list or dict of the same."""


class ToolCall(Struct, frozen=True):
    """The model wants tool `name` run with `arguments`; `id` pairs it with its result."""

    id: str
    name: str
    arguments: Mapping[str, Json] = field(default_factory=dict)


class Message(Struct, frozen=True):
    """One message of the history, in the order and roles of every chat API."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""


class ToolSpec(Struct, frozen=True):
    """A tool offered to the model. `parameters` is a JSON Schema object.

    `examples` are sentences by which callers ask for it: a large model reads them in the description, the embedded
    brain compares what it heard with them.
    """

    name: str
    description: str
    parameters: Mapping[str, Json] = field(default_factory=lambda: {"type": "object", "properties": {}})
    examples: tuple[str, ...] = ()


class LlmRequest(Struct, frozen=True):
    """What to think about: history (system prompt first), tools, and the facts that may be stated."""

    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...] = ()
    tool_choice: Literal["auto", "required", "none"] = "auto"
    facts: tuple[str, ...] = ()
    max_tokens: int = 300
    temperature: float = 0.2
    prefix: str = ""
    """Words of the answer that were already spoken; the model continues from them."""


class Token(Struct, frozen=True):
    """A piece of the answer's text."""

    text: str


class Done(Struct, frozen=True):
    """The end of the answer. Token counts are 0 where the provider does not say."""

    prompt_tokens: int = 0
    answer_tokens: int = 0


LlmEvent = Token | ToolCall | Done


class LlmCapabilities(Struct, frozen=True):
    """What callers of an Llm may count on."""

    free_text: bool = True
    """False: it chooses among tools and facts, and composes no sentence of its own."""
    prefix: bool = False


class Llm(Protocol):
    """A chat model, or something that answers like one."""

    @property
    def capabilities(self) -> LlmCapabilities:
        """What this provider can do; constant."""
        ...

    async def prepare(self, tools: Sequence[ToolSpec]) -> None:
        """Get ready for requests that offer `tools`: called when a worker starts and when a flow is published.

        May do nothing; must not cost tokens. May block, may be cancelled anywhere. Raises `ProviderError`.
        """
        ...

    async def reply(self, request: LlmRequest, out: Sink[LlmEvent]) -> None:
        """Answer `request`: send tokens and tool calls as they come, then one `Done`, then return.

        May block, may be cancelled anywhere. Raises `ProviderError`.
        """
        ...
