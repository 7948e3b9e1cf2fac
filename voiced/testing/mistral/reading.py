"""What a request says to who reads it: the tools, with the sentences and kinds that we told in words, and the facts.

The other way round of `voiced.plugin.chat.tools` and `voiced.dialog.prompt`, as a large model reads it. What they do
not tell (all sentences beyond the first few) is not known here either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from voiced.dialog.prompt import FACTS
from voiced.plugin import LlmRequest, Message, ToolSpec
from voiced.plugin.chat.tools import COLLECT, HINTS, SAID
from voiced.testing.mistral.script import ChatRequest

_SENTENCE = re.compile("« (.*?) »")


def read(request: ChatRequest, *, without: str = "") -> LlmRequest:
    """Return what is asked, in the words of the contract `Llm`; the tool `without` is left out."""
    messages = tuple(Message(each["role"], str(each.get("content") or "")) for each in request.messages)
    tools = tuple(read_tool(each) for name, each in request.tools.items() if name != without)
    return LlmRequest(messages, tools, _choice(request, every=len(tools) == len(request.tools)), read_facts(messages))


def _choice(request: ChatRequest, *, every: bool) -> Literal["auto", "required", "none"]:
    """Return whether a tool must be chosen: not where one was left out, which may be the right one."""
    choice = request.raw.get("tool_choice", "auto")
    if choice == "none":
        return "none"
    return "required" if choice in {"any", "required"} and every else "auto"


def read_tool(function: Mapping[str, Any]) -> ToolSpec:
    """Return the tool that a `function` object describes."""
    about, _, said = str(function.get("description", "")).partition(SAID)
    parameters = dict(function.get("parameters") or {})
    parameters["properties"] = {name: _kind(each) for name, each in parameters.get("properties", {}).items()}
    return ToolSpec(function["name"], about.strip(), parameters, tuple(_SENTENCE.findall(said)))


def _kind(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema with the kind of value whose hint ends its description."""
    about = str(schema.get("description", ""))
    kind = next((kind for kind, hint in HINTS.items() if about.endswith(hint)), "")
    return {**schema, COLLECT: kind} if kind else schema


def read_facts(messages: tuple[Message, ...]) -> tuple[str, ...]:
    """Return the facts that the system prompt gives."""
    told = "\n".join(message.content for message in messages if message.role == "system")
    lines = told.partition(f"\n{FACTS}\n")[2].splitlines()
    return tuple(line.removeprefix("- ") for line in lines if line.startswith("- "))
