"""What an operator may set for OpenAI and what copies it in `voiced.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import msgspec

from voiced.plugin import checked_url, option

Heat = Annotated[float, msgspec.Meta(ge=0, le=2)]


@dataclass(frozen=True, slots=True)
class OpenaiOptions:
    """The options of the plugin `openai`. The default address is Ollama's: no word leaves this machine unasked."""

    model: Annotated[str, option("Model, as the server names it", max_length=256)] = ""
    url: Annotated[str, option("Address of the API, `/v1` included; plain http for this machine only")] = (
        "http://127.0.0.1:11434/v1"
    )
    api_key: Annotated[str, option("Key, where the server wants one", secret=True)] = ""
    temperature: Annotated[
        Heat | None, option("How freely it words its answers, 0 to 2; null: as each request has it (0.2)")
    ] = None
    limit_field: Annotated[
        Literal["max_tokens", "max_completion_tokens"],
        option("Field that bounds the answer; OpenAI's newer models want the second"),
    ] = "max_tokens"
    usage: Annotated[bool, option("Whether to ask what an answer cost (`stream_options`)")] = True
    opening: Annotated[
        str,
        option(
            "The caller's words where the agent speaks first: many templates refuse a history that begins with the "
            "assistant; empty: none",
            max_length=100,
        ),
    ] = "Allô ?"
    extra: Annotated[
        Mapping[str, Any], option("Fields that go into every request as they are, such as `reasoning_effort: none`")
    ] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the address."""
        checked_url(self.url, "https")
