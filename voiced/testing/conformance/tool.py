"""A tool on trial: what its author gives of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from voiced.plugin import Json, Tool, ToolContext

CONTEXT = ToolContext(call_id="call-1", idempotency_key="call-1/act", caller="+33199000001", called="+33199000002")


@dataclass(frozen=True, slots=True)
class ToolRig:
    """A tool, and `arguments` that it must do something with: at least one set of them."""

    tool: Tool
    arguments: Sequence[Mapping[str, Json]]
    context: ToolContext = CONTEXT

    def asked_by(self, number: int) -> ToolContext:
        """Return the context of another act, of another call."""
        return replace(self.context, call_id=f"call-{number}", idempotency_key=f"call-{number}/act")
