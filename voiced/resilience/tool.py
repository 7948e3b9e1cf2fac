"""A tool under its gate: while it keeps failing, callers are told at once and do not wait for it.

It has a breaker of its own, so that its outage is never taken for one of the model that called it, and arguments that
the model got wrong never reach it. One that only reads is asked again like any provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from msgspec import Struct

from voiced.plugin import Effect, Json, Tool, ToolContext, ToolOutcome, ToolSpec
from voiced.resilience.asking import ask
from voiced.resilience.breakers import Gate


class GuardedTool(Struct, frozen=True):
    """Implements `Tool`; the deadline is the caller's, for all tries together."""

    tool: Tool
    gate: Gate

    @property
    def spec(self) -> ToolSpec:
        """That of the tool."""
        return self.tool.spec

    @property
    def effect(self) -> Effect:
        """That of the tool."""
        return self.tool.effect

    async def call(self, arguments: Mapping[str, Json], context: ToolContext) -> ToolOutcome:
        """Do it. Raises what it raises, and `ProviderOverloaded` while it is known to be down."""
        act = partial(self.tool.call, arguments, context)
        return await ask(self.gate, act, repeatable=self.tool.effect == "read")
