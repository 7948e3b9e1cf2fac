"""What Mistral refuses in a history: its roles out of order, calls and results that do not match. Pure.

The rules are those of the provider's public validator: a message of each role may be followed by some roles only, a
call by its results, and the last word is the caller's, a tool's, or a beginning that the model goes on from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

FOLLOWS: Mapping[str, frozenset[str]] = {
    "system": frozenset({"system", "user", "assistant"}),
    "user": frozenset({"system", "user", "assistant"}),
    "assistant": frozenset({"user", "assistant", "tool"}),
    "tool": frozenset({"assistant", "tool"}),
}
CALL_ID = re.compile(r"[a-zA-Z0-9]{9}")
FUNCTION_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def disorder(messages: Sequence[Mapping[str, Any]]) -> str:
    """Return what is wrong with the order of `messages`, in Mistral's words; empty: nothing."""
    return next(_disorder(messages), "")


def _disorder(messages: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not messages:
        yield "Conversation must have at least one message"
        return
    before = ""
    open_calls: list[str] = []
    for message in messages:
        role = str(message["role"])
        if before and role not in FOLLOWS[before]:
            yield f"Unexpected role '{role}' after role '{before}'"
        if role == "tool":
            yield from _result(message, open_calls)
        elif open_calls:
            yield "Not the same number of function calls and responses"
        open_calls = open_calls if role == "tool" else [str(call.get("id")) for call in message.get("tool_calls") or ()]
        if role == "assistant" and not message.get("content") and not open_calls:
            yield "Assistant message must have either content or tool_calls, but not none."
        before = role
    yield from _last(messages[-1], open_calls)


def _result(message: Mapping[str, Any], open_calls: list[str]) -> Iterator[str]:
    called = str(message.get("tool_call_id"))
    if called in open_calls:
        open_calls.remove(called)
    else:
        yield f"Unexpected tool call id {called} in tool results"


def _last(last: Mapping[str, Any], open_calls: Sequence[str]) -> Iterator[str]:
    if open_calls:
        yield "Not the same number of function calls and responses"
    if last["role"] not in {"user", "tool"} and not last.get("prefix"):
        yield f"Expected last role User or Tool (or Assistant with prefix True) for serving but got {last['role']}"
