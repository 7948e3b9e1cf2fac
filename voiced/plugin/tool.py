"""Contract of tools: what the agent can do in the world while it talks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

from msgspec import Struct, field

from voiced.plugin.llm import Json, ToolSpec

Effect = Literal["read", "write", "irreversible"]
"""`read` changes nothing and may be repeated; `write` can be undone; `irreversible` cannot."""


class ToolContext(Struct, frozen=True):
    """Who asks. `idempotency_key` is the same when the same act is tried again."""

    call_id: str
    idempotency_key: str
    caller: str
    called: str


class ToolOutcome(Struct, frozen=True):
    """What came of it. `data` is kept in the flow's variables; `say` is a sentence for the caller, may be empty."""

    ok: bool
    data: Mapping[str, Json] = field(default_factory=dict)
    say: str = ""


class Tool(Protocol):
    """Something the flow, or the model, may call by name."""

    @property
    def spec(self) -> ToolSpec:
        """Name, description and JSON Schema of the arguments; constant."""
        ...

    @property
    def effect(self) -> Effect:
        """What running it does to the world; constant."""
        ...

    async def call(self, arguments: Mapping[str, Json], context: ToolContext) -> ToolOutcome:
        """Do it. `arguments` were validated against the schema. May block; the caller holds the deadline.

        A "no" that the world gave (no slot free) is an outcome with `ok=False`; a failure raises `ProviderError`.
        """
        ...
