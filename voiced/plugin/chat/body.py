"""A request as JSON: one wire, and the few places where those who speak it differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec
from msgspec.structs import replace

from voiced.plugin.chat.history import repair
from voiced.plugin.chat.names import wire_name
from voiced.plugin.chat.tools import function
from voiced.plugin.llm import Json, LlmRequest, Message, ToolCall


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one provider wants said its way."""

    required: Literal["any", "required"] = "required"
    """`tool_choice` for "choose one of them"."""
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    """The field that bounds the answer."""
    prefix: bool = False
    """It goes on from an assistant message that is marked `prefix`."""
    named_results: bool = False
    """Results of tools name the tool."""
    opening: str = ""
    """See `repair`."""
    extra: Mapping[str, Json] = field(default_factory=dict)
    """Fields that go into every request as they are; they win over ours."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to send. `beginning`: what the answer begins with, which the model may say again."""

    body: bytes
    beginning: str = ""


def request_body(request: LlmRequest, model: str, dialect: Dialect, temperature: float | None = None) -> Asked:
    """Return the JSON that asks `model` for a streamed answer. `temperature` wins over the request's."""
    going_on = dialect.prefix and bool(request.prefix.strip())
    history = repair(request.messages, opening=dialect.opening, continuing=going_on)
    if going_on:
        history = _continued(history, request.prefix)
    messages = _messages(history, dialect)
    if going_on:
        messages[-1]["prefix"] = True
    written: dict[str, Json] = {
        "model": model,
        "stream": True,
        "messages": messages,
        dialect.limit: request.max_tokens,
        "temperature": request.temperature if temperature is None else temperature,
        **_tools(request, dialect),
        **dialect.extra,
    }
    return Asked(msgspec.json.encode(written), history[-1].content if going_on else "")


def _continued(history: tuple[Message, ...], prefix: str) -> tuple[Message, ...]:
    """Return the history with the beginning of the answer as its last message, once."""
    last = history[-1] if history else Message("system", "")
    if last.role != "assistant" or last.tool_calls:
        return (*history, Message("assistant", prefix))
    if last.content.rstrip().endswith(prefix.strip()):
        return history
    return (*history[:-1], replace(last, content=f"{last.content} {prefix}"))


def _tools(request: LlmRequest, dialect: Dialect) -> dict[str, Json]:
    if not request.tools:
        return {}
    choice = dialect.required if request.tool_choice == "required" else request.tool_choice
    tools = [{"type": "function", "function": function(tool)} for tool in request.tools]
    return {"tools": tools, "tool_choice": choice}


def _messages(history: Sequence[Message], dialect: Dialect) -> list[dict[str, Json]]:
    names = {call.id: wire_name(call.name) for message in history for call in message.tool_calls}
    return [_message(message, names if dialect.named_results else {}) for message in history]


def _message(message: Message, names: Mapping[str, str]) -> dict[str, Json]:
    written: dict[str, Json] = {"role": message.role, "content": message.content}
    if message.tool_calls:
        written["tool_calls"] = [_call(call) for call in message.tool_calls]
    if message.role == "tool":
        written["tool_call_id"] = message.tool_call_id
        if message.tool_call_id in names:
            written["name"] = names[message.tool_call_id]
    return written


def _call(call: ToolCall) -> dict[str, Json]:
    arguments = msgspec.json.encode(call.arguments).decode()
    return {"id": call.id, "type": "function", "function": {"name": wire_name(call.name), "arguments": arguments}}
