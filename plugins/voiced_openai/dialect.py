"""OpenAI's way of the chat-completions wire, as its copies take it too."""

from __future__ import annotations

from voiced.plugin.chat import Dialect
from voiced_openai.options import OpenaiOptions


def dialect(options: OpenaiOptions) -> Dialect:
    """Return the dialect."""
    usage = {"stream_options": {"include_usage": True}} if options.usage else {}
    return Dialect(limit=options.limit_field, opening=options.opening, extra={**usage, **options.extra})
