"""What the emulated model says: replies given by a test, and how a request's wishes bend them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Finish = Literal["", "stop", "length", "tool_calls", "error"]
_TOKEN = re.compile(r"\s*\S+\s*$|\s*\S{1,6}")


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call. `arguments` that are a text are sent as they are, JSON or not. `id` is made when empty."""

    name: str
    arguments: Mapping[str, Any] | str = field(default_factory=dict)
    id: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `finish`: why it ends; empty: as its content has it."""

    text: str = ""
    calls: tuple[Call, ...] = ()
    thinking: str = ""
    finish: Finish = ""

    @property
    def reason(self) -> str:
        """Return the `finish_reason`."""
        return self.finish or ("tool_calls" if self.calls else "stop")

    @property
    def tokens(self) -> list[str]:
        """Return the text in pieces of a few letters, as a model makes it."""
        return _TOKEN.findall(self.text)


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What was asked. `raw` is the whole body."""

    raw: Mapping[str, Any]

    @property
    def messages(self) -> Sequence[Mapping[str, Any]]:
        """Return the history."""
        messages: Sequence[Mapping[str, Any]] = self.raw["messages"]
        return messages

    @property
    def tools(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the functions that were offered, by name."""
        return {tool["function"]["name"]: tool["function"] for tool in self.raw.get("tools") or ()}

    @property
    def prefix(self) -> str:
        """Return the beginning that the answer was given."""
        last = self.messages[-1]
        return str(last["content"]) if last.get("prefix") else ""

    @property
    def prompt_tokens(self) -> int:
        """Return about how many tokens it has: four bytes make one."""
        return sum(len(str(message)) for message in self.messages) // 4

    @property
    def forced(self) -> str:
        """Return the function that must be called, if one is named."""
        choice = self.raw.get("tool_choice")
        return str(choice["function"]["name"]) if isinstance(choice, Mapping) else ""


Brain = Callable[[ChatRequest], Reply | Awaitable[Reply]]
"""Makes the answer to a request: a script, rules, a model of this machine, or what a test likes."""


class Script:
    """Answers with one reply after the other; then as `after` does."""

    def __init__(self, replies: Sequence[Reply], after: Brain) -> None:
        self._replies = list(replies)
        self._after = after

    async def __call__(self, request: ChatRequest) -> Reply:
        """Return the next reply."""
        reply = self._replies.pop(0) if self._replies else self._after(request)
        return reply if isinstance(reply, Reply) else await reply


def obeying(reply: Reply, request: ChatRequest) -> Reply:
    """Return the reply as `tool_choice` and `parallel_tool_calls` allow it."""
    choice, names = request.raw.get("tool_choice", "auto"), list(request.tools)
    calls = reply.calls
    if choice == "none" or not names:
        calls = ()
    elif request.forced:
        calls = tuple(call for call in calls if call.name == request.forced) or (Call(request.forced),)
    elif choice in {"any", "required"}:
        calls = calls or (Call(names[0]),)
    if request.raw.get("parallel_tool_calls") is False:
        calls = calls[:1]
    return replace(reply, calls=calls)
