"""What an operator may set for Mistral in `voiced.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

from voiced.plugin import checked_url, option

Heat = Annotated[float, msgspec.Meta(ge=0, le=1.5)]


@dataclass(frozen=True, slots=True)
class MistralOptions:
    """The options of the plugin `mistral`. Without a key the provider is unavailable."""

    api_key: Annotated[str, option("Key of the workspace that pays", secret=True)] = ""
    model: Annotated[str, option("Model, by its name or alias", min_length=1, max_length=128)] = "mistral-small-latest"
    url: Annotated[
        str, option("Address of the API, without `/v1`; `https://api.eu.mistral.ai` is the European Union's only")
    ] = "https://api.mistral.ai"
    temperature: Annotated[
        Heat | None,
        option("How freely it words its answers, 0 to 1.5; null: as each request has it (0.2)"),
    ] = None
    reasoning: Annotated[
        Literal["none", "high", "unset"],
        option("Thinking before the answer, which callers hear as silence; `unset` for models that know no such field"),
    ] = "none"
    parallel_calls: Annotated[bool, option("Whether it may call several tools at once")] = True
    safe_prompt: Annotated[bool, option("Whether Mistral puts its own safety prompt before ours")] = False

    def __post_init__(self) -> None:
        """Check the address."""
        checked_url(self.url, "https")
