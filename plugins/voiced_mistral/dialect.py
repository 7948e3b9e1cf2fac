"""Mistral's way of the chat-completions wire (API reference, August 2026)."""

from __future__ import annotations

from voiced.plugin.chat import Dialect
from voiced_mistral.options import MistralOptions


def dialect(options: MistralOptions) -> Dialect:
    """Return the dialect. A field that a model does not know is refused with 422: only what is wished is sent."""
    extra: dict[str, object] = {}
    if options.reasoning != "unset":
        extra["reasoning_effort"] = options.reasoning
    if not options.parallel_calls:
        extra["parallel_tool_calls"] = False
    if options.safe_prompt:
        extra["safe_prompt"] = True
    return Dialect(required="any", prefix=True, named_results=True, extra=extra)
